#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>
#include <string>
#include <variant>

#include "lab/host.hpp"
#include "lab/wire.hpp"
#include "live/site.hpp"
#include "plan/plan.hpp"

namespace misproxy::lab {

/// The lab of one scenario: three hosts with a kernel's network each, the wire between them, and
/// the appliance's files.
///
///     client 10.40.40.1 ══╗
///                         ╠══ wire ══ proxy 10.10.10.1:80
///     origin 72.163.4.161 ╝
///
/// It belongs to the thread that makes it: that one is at the proxy's host, has the files, and when
/// it ends, and what it has started, nothing is left.
class Lab final : public live::Site {
 public:
  /// On a thread of its own, in a process that has entered its ground. A sentence where the machine
  /// refuses. The plan outlives it.
  static std::variant<std::unique_ptr<Lab>, std::string> make(boost::asio::io_context& context,
                                                              const Plan& plan, Timers::Clock clock,
                                                              Wire::OnNote on_note);

  Wire& wire() { return *wire_; }
  /// Calls where the client stands: sockets, and programs that are started there.
  void at_client(const std::function<void()>& call) const { hosts_[0].inside(call); }

  boost::asio::ip::tcp::endpoint proxy() const override { return proxy_; }
  boost::asio::ip::address origin() const override { return origin_; }
  void at_origin(const std::function<void()>& call) const override { hosts_[2].inside(call); }
  std::int64_t number_of(const boost::asio::ip::tcp::endpoint& client) override;
  void proxy_dials(const boost::asio::ip::tcp::endpoint& local, std::int64_t connection) override;

 private:
  Lab() = default;
  std::string build(boost::asio::io_context& context, const Plan& plan, Timers::Clock clock,
                    Wire::OnNote on_note);

  std::array<Host, 3> hosts_;
  boost::asio::ip::tcp::endpoint proxy_;
  boost::asio::ip::address origin_;
  std::unique_ptr<Wire> wire_;
};

}  // namespace misproxy::lab
