#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <functional>

namespace misproxy::live {

/// Hosts of their own for a server's sockets, and a wire between them: the proxy reaches the
/// embedded origins over it, by sockets. Without a site all stand on this machine, and the origins
/// behind the proxy have none.
///
/// All calls are made on the first thread, which is at the proxy's.
class Site {
 public:
  virtual ~Site() = default;
  virtual boost::asio::ip::tcp::endpoint proxy() const = 0;
  virtual boost::asio::ip::address origin() const = 0;
  /// Calls where sockets are opened at the origins' host.
  virtual void at_origin(const std::function<void()>& call) const = 0;
  /// Which of the client's connections comes from there: they are numbered as they begin, and not
  /// all arrive.
  virtual std::int64_t number_of(const boost::asio::ip::tcp::endpoint& client) = 0;
  /// The proxy opens one to the origin from here, for that connection of the client's.
  virtual void proxy_dials(const boost::asio::ip::tcp::endpoint& local,
                           std::int64_t connection) = 0;
};

}  // namespace misproxy::live
