#pragma once

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "live/connection.hpp"
#include "live/link.hpp"
#include "live/name_lookup.hpp"
#include "live/socket.hpp"
#include "session/client_session.hpp"
#include "session/inbox.hpp"

namespace misproxy::live {

/// A client session over real sockets, one connection after the other, to one proxy.
///
///     ClientSession <-> inbox <-> Line (a Link) ==socket== the proxy
///
/// All of it runs on the thread of its io_context. The session and the host outlive it.
class ClientConnection final : public std::enable_shared_from_this<ClientConnection> {
 public:
  /// `proxy`: where every `Open` leads, whatever address it names. `proxy_name`: the one name that
  /// resolves, to that address; empty where the scenario has none. Without `proxy` the world is the
  /// real one: the system resolves names, and an `Open` leads where it says.
  struct Setup {
    std::optional<boost::asio::ip::tcp::endpoint> proxy;
    std::string proxy_name;
    std::function<void()> on_done;  // once, when the session is done
    /// Opens a socket where the client stands; where that is this machine, there is no need.
    std::function<void(Socket&, const boost::asio::ip::tcp& protocol)> open_socket{};
    /// Calls where the client's names are looked up; as above.
    std::function<void(const std::function<void()>&)> at_client{};
  };

  ClientConnection(boost::asio::io_context& context, Host& host, ClientSession& session,
                   Setup setup);
  ~ClientConnection();

  void begin();
  /// Closes what is left: nothing more is delivered.
  void stop();
  /// Connections that came about.
  std::int64_t established() const { return established_; }

 private:
  class Line;

  void post(Event event, std::string bytes = {});
  void give(const Event& event);
  void perform(Action action);
  void resolve(const std::string& host);
  void resolved(std::vector<std::string> addresses);
  void open(const Endpoint& to);
  void connected(const boost::system::error_code& error, std::int64_t number);
  void leave();
  void start_timer(const StartTimer& start);
  void note(TraceEvent event);

  boost::asio::io_context& context_;
  Host& host_;
  ClientSession& session_;
  Setup setup_;
  std::unique_ptr<NameLookup> lookup_;
  std::optional<Socket> connecting_;
  std::shared_ptr<Line> line_;             // the connection that the session knows
  std::vector<std::weak_ptr<Line>> left_;  // those that it has left
  std::array<std::optional<boost::asio::steady_timer>, kTimers> timers_;
  std::array<unsigned, kTimers> starts_{};  // so that one that had just run out stays stopped
  Inbox inbox_;
  bool over_ = false;
  std::int64_t opened_ = 0;
  std::int64_t established_ = 0;
  std::map<std::int64_t, std::int64_t> seqs_;  // of each connection, its events so far
};

}  // namespace misproxy::live
