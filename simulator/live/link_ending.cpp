// How a Link ends: in stages, at once, or as its peer does.
#include <linux/sockios.h>
#include <sys/ioctl.h>

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <utility>

#include "live/link.hpp"

namespace misproxy::live {
namespace {

constexpr std::chrono::milliseconds kDeliveryCheck{1};

}  // namespace

void Link::failed(const boost::system::error_code& error) {
  if (error == boost::asio::error::timed_out) timed_out_ = true;
  peer_is_gone(error == boost::asio::error::eof ? Ending::fin : Ending::rst);
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
  part();
  ending_ = true;
  how_ = how;
  capture_.ending();
  if (!has_unsent()) return end_output();
  await_peer();
  read_on();
}

void Link::half_close() {
  if (finished_ || ending_ || std::exchange(half_closing_, true)) return;
  if (!has_unsent()) end_half();
}

void Link::end_half() {
  boost::system::error_code ignored;
  socket_.shutdown(Socket::shutdown_send, ignored);
  capture_.ended(Ending::fin);
  output_ended_ = true;
  if (peer_gone_) finish();
}

void Link::leave() {
  if (finished_ || leaving_) return;
  part();
  const bool output_under_way = has_unsent();
  leaving_ = true;
  if (!std::exchange(ending_, true)) how_ = Ending::fin;
  if (!output_under_way) return close_as_left();
  await_peer();
  read_on();
}

/// What has arrived is taken first: a kernel that closes with bytes unread sends RST, and when they
/// arrived would decide which of the two the peer sees.
void Link::close_as_left() {
  std::array<char, 16 * 1024> buffer;
  boost::system::error_code error;
  while (!error && !peer_gone_)
    bytes_in_ += socket_.read_some(boost::asio::buffer(buffer), error);
  finish();
}

void Link::end_output() {
  if (leaving_) return close_as_left();
  if (how_ == Ending::rst) return reset_when_delivered();
  if (peer_gone_) return finish();
  boost::system::error_code ignored;
  socket_.shutdown(Socket::shutdown_send, ignored);
  capture_.ended(Ending::fin);
  output_ended_ = true;
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
    return linger_.after(socket_.get_executor(), kDeliveryCheck, [this, alive = owner_.alive()] {
      if (!finished_) reset_when_delivered();
    });
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
  linger_.at(socket_.get_executor(), patience_, [this, alive = owner_.alive()] {
    if (finished_) return;
    if (owner_.waits()) patience_ = std::chrono::steady_clock::now() + kLinger;
    if (std::chrono::steady_clock::now() < patience_) return watch_patience();
    owner_.linger_ran_out();
    finish();
  });
}

void Link::finish() {
  if (finished_) return;
  finished_ = true;
  part();
  pipe_.reset();
  linger_.cancel();
  boost::system::error_code ignored;
  const bool reset = ending_ && how_ == Ending::rst;
  if (reset) socket_.set_option(boost::asio::socket_base::linger(true, 0), ignored);
  if (capture_.is_on()) capture_.ended(reset || unread() > 0 ? Ending::rst : Ending::fin);
  socket_.close(ignored);
  owner_.finished();
}

}  // namespace misproxy::live
