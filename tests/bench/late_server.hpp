#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <cstdint>
#include <thread>

namespace misproxy::bench {

/// What a delay cannot do without: an Asio server on loopback that answers whatever comes first
/// after a time, by a steady_timer and nothing else.
class LateServer {
 public:
  explicit LateServer(std::chrono::milliseconds delay);
  ~LateServer();
  LateServer(const LateServer&) = delete;
  LateServer& operator=(const LateServer&) = delete;

  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

 private:
  void accept();

  std::chrono::milliseconds delay_;
  boost::asio::io_context context_;
  boost::asio::ip::tcp::acceptor acceptor_;
  std::thread thread_;
};

}  // namespace misproxy::bench
