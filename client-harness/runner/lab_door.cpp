#include "runner/lab_door.hpp"

#include <array>
#include <boost/asio/write.hpp>
#include <utility>

namespace misproxy {

using boost::asio::ip::tcp;
using boost::system::error_code;

/// One connection outside, and the one inside that it becomes. An end is handed on as what it was.
class LabDoor::Passage : public std::enable_shared_from_this<Passage> {
 public:
  Passage(tcp::socket outside, tcp::socket inside)
      : ways_{Way{std::move(outside), {}, false}, Way{std::move(inside), {}, false}} {}

  void connect(const tcp::endpoint& proxy) {
    ways_[1].socket.async_connect(proxy, [self = shared_from_this()](const error_code& error) {
      if (error) return self->break_off();
      self->pass(0);
      self->pass(1);
    });
  }

  void break_off() {
    for (auto& way : ways_) {
      error_code ignored;
      way.socket.set_option(boost::asio::socket_base::linger(true, 0), ignored);
      way.socket.close(ignored);
    }
  }

 private:
  struct Way {
    tcp::socket socket;
    std::array<char, 16 * 1024> buffer;
    bool over;  // nothing more is read from it
  };

  /// From one of the two sockets to the other.
  void pass(std::size_t from) {
    ways_[from].socket.async_read_some(
        boost::asio::buffer(ways_[from].buffer),
        [self = shared_from_this(), from](const error_code& error, std::size_t count) {
          if (error == boost::asio::error::eof) return self->end(from);
          if (error) return self->break_off();
          self->write(from, count);
        });
  }

  void write(std::size_t from, std::size_t count) {
    boost::asio::async_write(
        ways_[1 - from].socket, boost::asio::buffer(ways_[from].buffer.data(), count),
        [self = shared_from_this(), from](const error_code& error, std::size_t) {
          error ? self->break_off() : self->pass(from);
        });
  }

  void end(std::size_t from) {
    error_code ignored;
    ways_[from].over = true;
    ways_[1 - from].socket.shutdown(tcp::socket::shutdown_send, ignored);
    if (!ways_[1 - from].over) return;
    for (auto& way : ways_)
      way.socket.close(ignored);
  }

  std::array<Way, 2> ways_;
};

LabDoor::LabDoor(boost::asio::io_context& context, tcp family, int listening, tcp::endpoint proxy,
                 OpenSocket open_socket)
    : context_(context),
      acceptor_(context, family, listening),
      proxy_(std::move(proxy)),
      open_socket_(std::move(open_socket)) {}

void LabDoor::start() {
  acceptor_.async_accept([this](const error_code& error, tcp::socket outside) {
    if (!acceptor_.is_open()) return;
    if (!error) {
      tcp::socket inside(context_);
      open_socket_(inside);
      auto passage = std::make_shared<Passage>(std::move(outside), std::move(inside));
      passage->connect(proxy_);
      std::erase_if(passages_, [](const auto& each) { return each.expired(); });
      passages_.push_back(passage);
    }
    start();
  });
}

void LabDoor::stop() {
  error_code ignored;
  acceptor_.close(ignored);
  for (const auto& weak : passages_) {
    if (const auto passage = weak.lock()) passage->break_off();
  }
}

}  // namespace misproxy
