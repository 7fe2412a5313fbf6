#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/endpoint.hpp"
#include "core/time.hpp"
#include "live/alarm.hpp"
#include "live/name_lookup.hpp"
#include "live/own_port.hpp"
#include "live/socket.hpp"
#include "session/event.hpp"

namespace misproxy::live {

/// Where a connection to a real upstream leads. `limit`: for the look-up of its name, and for each
/// address. `is_explicit`: the scenario names this place itself, and whatever address it has is
/// meant, except `own`. `on_local`: told of each end from which it is tried, before anybody hears
/// of it. `is_own_origin`: the embedded origin is there, and tells the trace itself what it does.
/// `stamped`: when bytes arrive from there matters.
struct Route {
  Endpoint to;
  Duration limit{};
  bool is_explicit = false;
  OwnPort own;
  std::function<void(const boost::asio::ip::tcp::endpoint& local)> on_local{};
  bool is_own_origin = false;
  bool stamped = false;
};

/// One connection on its way to come about: the name is looked up, and its addresses are tried one
/// after the other, IPv4 and IPv6, in the order in which the system would (RFC 6724). An address
/// that nobody may be led to is passed over: it is each address itself that is asked, whatever name
/// it stands for, so that no name can be bent towards it later.
///
/// All of it runs on the executor's thread.
class Dial : public std::enable_shared_from_this<Dial> {
 public:
  /// `tried`: addresses, with the one that has answered.
  struct Reached {
    Socket socket;
    boost::asio::ip::tcp::endpoint peer;
    std::int64_t tried = 0;
    std::string skipped;  // those that were passed over, with what they are
  };
  /// Called once, unless it is cancelled.
  struct Outcome {
    std::function<void(Reached)> reached;
    std::function<void(Failed)> failed;
  };

  Dial(Executor executor, Route route, Outcome outcome);

  void begin();
  void cancel();

 private:
  void looked_up(const std::vector<std::string>& addresses);
  bool may_lead_to(const boost::asio::ip::tcp::endpoint& to);
  void try_next();
  boost::system::error_code open(const boost::asio::ip::tcp::endpoint& to);
  void await(const boost::asio::ip::tcp::endpoint& to);
  void tried(const boost::system::error_code& error, const boost::asio::ip::tcp::endpoint& to);
  void remember(Failed::Why why, const boost::asio::ip::tcp::endpoint& to, std::string_view words);
  void limit(std::function<void()> run_out);
  void fail(Failed failed);

  Executor executor_;
  Route route_;
  Outcome outcome_;
  std::unique_ptr<NameLookup> lookup_;
  Alarm limit_;
  std::deque<boost::asio::ip::tcp::endpoint> to_try_;
  std::optional<Socket> socket_;
  std::int64_t tried_ = 0;
  std::string skipped_;
  std::optional<Failed> worst_;  // of what has failed, what tells most
};

}  // namespace misproxy::live
