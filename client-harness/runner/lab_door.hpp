#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <functional>
#include <memory>
#include <vector>

namespace misproxy {

/// A way into a lab from this machine's loopback: whoever connects there is one of the lab's
/// client's connections with the proxy.
///
///     a client outside ══ this machine's loopback ══ LabDoor ══ 10.40.40.1 ══ the wire ══ proxy
///
/// Its thread is that of the io_context.
class LabDoor {
 public:
  /// Opens a socket where the lab's client stands.
  using OpenSocket = std::function<void(boost::asio::ip::tcp::socket&)>;

  /// `listening`: a socket of this machine's, which the door takes, and its family; `proxy`: in
  /// the lab.
  LabDoor(boost::asio::io_context& context, boost::asio::ip::tcp family, int listening,
          boost::asio::ip::tcp::endpoint proxy, OpenSocket open_socket);

  void start();
  void stop();

 private:
  class Passage;

  boost::asio::io_context& context_;
  boost::asio::ip::tcp::acceptor acceptor_;
  boost::asio::ip::tcp::endpoint proxy_;
  OpenSocket open_socket_;
  std::vector<std::weak_ptr<Passage>> passages_;
};

}  // namespace misproxy
