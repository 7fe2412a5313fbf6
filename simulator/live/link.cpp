#include "live/link.hpp"

#include <linux/sockios.h>
#include <sys/ioctl.h>

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <utility>

#include "live/own_port.hpp"

namespace misproxy::live {
namespace {

using boost::system::error_code;
using Socket = boost::asio::ip::tcp::socket;

constexpr std::size_t kRead = 16 * 1024;
constexpr std::chrono::milliseconds kDeliveryCheck{1};

bool would_block(const error_code& error) {
  return error == boost::asio::error::would_block || error == boost::asio::error::try_again ||
         error == boost::asio::error::interrupted;
}

}  // namespace

Link::Link(Socket socket, Owner& owner)
    : socket_(std::move(socket)), linger_(socket_.get_executor()), owner_(owner) {
  error_code ignored;  // a peer that is gone already shows in the first read
  const auto peer = socket_.remote_endpoint(ignored);
  peer_port_ = peer.port();
  peer_address_ = unmapped(peer.address()).to_string();
  socket_.non_blocking(true, ignored);
  socket_.set_option(boost::asio::ip::tcp::no_delay(true), ignored);
}

void Link::start() {
  capture_.opened();
  read_on();
}

void Link::resume() {
  --pauses_;
  read_on();
}

void Link::go_on() {
  write_on();
  read_on();
}

bool Link::takes_input() {
  const bool wanted = ending_ || (pauses_ <= 0 && !is_full());
  return !finished_ && !peer_gone_ && wanted && !owner_.waits();
}

void Link::read_on() {
  if (reading_ || !takes_input()) return;
  reading_ = true;
  socket_.async_wait(Socket::wait_read, [this, alive = owner_.alive()](const error_code& error) {
    reading_ = false;
    if (finished_ || error) return;
    read_ready();
    read_on();
  });
}

void Link::read_ready() {
  std::array<char, kRead> buffer;
  error_code error;
  const auto count = socket_.read_some(boost::asio::buffer(buffer), error);
  if (would_block(error)) return;
  if (error) return peer_is_gone(error == boost::asio::error::eof ? Ending::fin : Ending::rst);
  bytes_in_ += count;
  capture_.received({buffer.data(), count});
  if (!ending_) owner_.received({buffer.data(), count});
  capture_.settle();
}

void Link::take_arrived() {
  const auto arrived = bytes_in_ + static_cast<std::uint64_t>(unread());
  bool more = true;
  while (more && takes_input()) {
    const auto before = bytes_in_;
    read_ready();
    more = bytes_in_ != before && before <= arrived;
  }
}

void Link::send(std::string bytes) {
  if (finished_ || ending_ || half_closing_ || bytes.empty()) return;
  queued_ += bytes.size();
  capture_.queued(bytes.size());
  queue_.push_back(std::move(bytes));
  write_on();
}

void Link::write_on() {
  if (writing_ || finished_ || queue_.empty() || owner_.waits()) return;
  writing_ = true;
  socket_.async_write_some(
      boost::asio::buffer(queue_.front()) + front_sent_,
      [this, alive = owner_.alive()](const error_code& error, std::size_t count) {
        writing_ = false;
        if (finished_) return;
        if (error) return peer_is_gone(Ending::rst);
        capture_.sent(std::string_view(queue_.front()).substr(front_sent_, count));
        bytes_out_ += count;
        queued_ -= count;
        front_sent_ += count;
        if (front_sent_ == queue_.front().size()) {
          queue_.pop_front();
          front_sent_ = 0;
        }
        written();
      });
}

void Link::written() {
  patience_ = std::chrono::steady_clock::now() + kLinger;
  if (!queue_.empty()) return write_on();
  if (ending_) return end_output();
  if (half_closing_) return end_half();
  owner_.drained();
  read_on();
}

void Link::peer_is_gone(Ending how) {
  const bool known = peer_gone_;
  peer_gone_ = true;
  capture_.peer_ended(how);
  if (!known) owner_.peer_closed(how);
  if (how == Ending::rst || output_ended_) finish();
}

void Link::hang_up(Ending how) {
  if (finished_ || ending_) return;
  ending_ = true;
  how_ = how;
  capture_.ending();
  if (!writing_ && queue_.empty()) return end_output();
  await_peer();
  read_on();
}

void Link::half_close() {
  if (finished_ || ending_ || std::exchange(half_closing_, true)) return;
  if (!writing_ && queue_.empty()) end_half();
}

void Link::end_half() {
  error_code ignored;
  socket_.shutdown(Socket::shutdown_send, ignored);
  capture_.ended(Ending::fin);
  output_ended_ = true;
  if (peer_gone_) finish();
}

void Link::leave() {
  if (finished_ || leaving_) return;
  const bool output_under_way = writing_ || !queue_.empty();
  leaving_ = true;
  if (!std::exchange(ending_, true)) how_ = Ending::fin;
  if (!output_under_way) return close_as_left();
  await_peer();
  read_on();
}

/// What has arrived is taken first: a kernel that closes with bytes unread sends RST, and when they
/// arrived would decide which of the two the peer sees.
void Link::close_as_left() {
  std::array<char, kRead> buffer;
  error_code error;
  while (!error && !peer_gone_)
    bytes_in_ += socket_.read_some(boost::asio::buffer(buffer), error);
  finish();
}

void Link::end_output() {
  if (leaving_) return close_as_left();
  if (how_ == Ending::rst) return reset_when_delivered();
  error_code ignored;
  socket_.shutdown(Socket::shutdown_send, ignored);
  capture_.ended(Ending::fin);
  output_ended_ = true;
  if (peer_gone_) return finish();
  await_peer();
  read_on();
}

/// Bytes in the socket that the peer's kernel has not acknowledged.
int Link::undelivered() {
  int bytes = 0;
  return ioctl(socket_.native_handle(), SIOCOUTQ, &bytes) == 0 ? bytes : 0;
}

/// Bytes that nobody has read: closed with them, the kernel sends RST.
int Link::unread() {
  int bytes = 0;
  return ioctl(socket_.native_handle(), FIONREAD, &bytes) == 0 ? bytes : 0;
}

/// A RST makes our kernel forget what it has not sent; the cut is exact only when all has arrived.
/// A peer that takes nothing for `kLinger` is not waited for.
void Link::reset_when_delivered() {
  const auto now = std::chrono::steady_clock::now();
  const int left = undelivered();
  if (left != undelivered_) patience_ = now + kLinger;
  undelivered_ = left;
  if (left > 0 && now < patience_) {
    linger_.expires_after(kDeliveryCheck);
    linger_.async_wait([this, alive = owner_.alive()](const error_code& error) {
      if (!error && !finished_) reset_when_delivered();
    });
    return;
  }
  if (left > 0) owner_.linger_ran_out();
  finish();
}

/// The staged close of RFC 9112 section 9.6, bounded by the time since the last progress.
void Link::await_peer() {
  patience_ = std::chrono::steady_clock::now() + kLinger;
  watch_patience();
}

void Link::watch_patience() {
  linger_.expires_at(patience_);
  linger_.async_wait([this, alive = owner_.alive()](const error_code& error) {
    if (error || finished_) return;
    if (owner_.waits()) patience_ = std::chrono::steady_clock::now() + kLinger;
    if (std::chrono::steady_clock::now() < patience_) return watch_patience();
    owner_.linger_ran_out();
    finish();
  });
}

void Link::finish() {
  if (finished_) return;
  finished_ = true;
  linger_.cancel();
  error_code ignored;
  const bool reset = ending_ && how_ == Ending::rst;
  if (reset) socket_.set_option(boost::asio::socket_base::linger(true, 0), ignored);
  if (capture_.is_on()) capture_.ended(reset || unread() > 0 ? Ending::rst : Ending::fin);
  socket_.close(ignored);
  owner_.finished();
}

}  // namespace misproxy::live
