#include "bench/late_server.hpp"

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/address_v4.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <memory>
#include <utility>

namespace misproxy::bench {
namespace {

using boost::asio::ip::tcp;

struct Visit {
  explicit Visit(tcp::socket accepted)
      : socket(std::move(accepted)), timer(socket.get_executor()) {}

  tcp::socket socket;
  boost::asio::steady_timer timer;
  std::array<char, 1024> head{};
};

}  // namespace

LateServer::LateServer(std::chrono::milliseconds delay)
    : delay_(delay), acceptor_(context_, {boost::asio::ip::address_v4::loopback(), 0}) {
  accept();
  thread_ = std::thread([this] { context_.run(); });
}

LateServer::~LateServer() {
  context_.stop();
  thread_.join();
}

void LateServer::accept() {
  acceptor_.async_accept([this](const auto& error, tcp::socket socket) {
    if (error) return;
    auto visit = std::make_shared<Visit>(std::move(socket));
    visit->socket.set_option(tcp::no_delay(true));
    visit->socket.async_read_some(
        boost::asio::buffer(visit->head), [visit, delay = delay_](const auto&, std::size_t) {
          visit->timer.expires_after(delay);
          visit->timer.async_wait([visit](const auto&) {
            boost::system::error_code ignored;
            boost::asio::write(visit->socket, boost::asio::buffer("HTTP/1.1 200 OK\r\n\r\n", 19),
                               ignored);
          });
        });
    accept();
  });
}

}  // namespace misproxy::bench
