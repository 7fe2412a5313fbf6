#include "live/link.hpp"

#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <utility>

#include "core/spare_buffer.hpp"
#include "live/own_port.hpp"

namespace misproxy::live {
namespace {

using boost::system::error_code;

constexpr std::size_t kRead = 16 * 1024;
constexpr std::size_t kSmall = 4 * 1024;  // is copied sooner than handed on
constexpr std::size_t kInARow = 64 * 1024;
constexpr std::size_t kLargePiece = 32 * 1024;
constexpr std::size_t kGathered = 128 * 1024;
constexpr std::size_t kMostPieces = 16;  // in one call

bool is_for_later(int error) { return error == EAGAIN || error == EINTR; }

}  // namespace

Link::Link(Socket socket, boost::asio::ip::tcp::endpoint peer, Owner& owner)
    : socket_(std::move(socket)), peer_(std::move(peer)), owner_(owner) {
  error_code ignored;  // a peer that is gone already shows in the first read
  if (!socket_.non_blocking()) socket_.non_blocking(true, ignored);
}

std::string Link::peer_address() const { return text_of(unmapped(peer_.address())); }

void Link::start_reading() {
  if (takes_input()) read_ready();
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
  const bool wanted =
      ending_ || (pauses_ <= 0 && !is_full() && (other_ == nullptr || !other_->has_unsent()));
  return !finished_ && !peer_gone_ && wanted && !owner_.waits();
}

void Link::read_on() {
  if (reading_ || !takes_input()) return;
  reading_ = true;
  socket_.async_wait(Socket::wait_read, [this, alive = owner_.alive()](const error_code& error) {
    reading_ = false;
    if (finished_ || error) return;
    if (takes_input()) read_ready();
    read_on();
  });
}

void Link::read_ready() {
  if (other_ != nullptr) return pass_on();
  std::array<char, kRead> buffer;
  const auto [count, arrived] = read_into(buffer);
  if (count < 0 && is_for_later(errno)) return;
  if (count < 0) return failed({errno, boost::system::system_category()});
  if (count == 0) return failed(boost::asio::error::eof);
  const std::string_view bytes(buffer.data(), static_cast<std::size_t>(count));
  bytes_in_ += bytes.size();
  capture_.received(bytes);
  if (!ending_) owner_.received(bytes, arrived);
  capture_.settle();
}

StampedRead Link::read_into(std::span<char> room) {
  if (stamped_) return read_stamped(socket_.native_handle(), room);
  return {::recv(socket_.native_handle(), room.data(), room.size(), MSG_DONTWAIT), {}};
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
  if (!outbox_) outbox_ = std::make_unique<Outbox>();
  outbox_->bytes += bytes.size();
  capture_.queued(bytes.size());
  outbox_->pieces.push_back(std::move(bytes));
  gathers() ? write_soon() : write_on();
}

/// Whoever sends in large pieces has more: a few at once wake the peer once. Not many, for others
/// wait meanwhile.
bool Link::gathers() const {
  return outbox_->pieces.back().size() >= kLargePiece && outbox_->bytes < kGathered && !writing_ &&
         !capture_.is_on();
}

/// Once whoever makes the bytes has been heard, who may have no more.
void Link::write_soon() {
  if (std::exchange(gathering_, true)) return;
  boost::asio::post(socket_.get_executor(), [this, alive = owner_.alive()] {
    gathering_ = false;
    write_on();
  });
}

/// What is captured is sent by itself, behind what it answers.
void Link::write_on() {
  if (writing_ || finished_ || !outbox_ || owner_.waits()) return;
  capture_.is_on() ? write_later() : write_some();
}

void Link::write_later() {
  writing_ = true;
  boost::asio::post(socket_.get_executor(), [this, alive = owner_.alive()] {
    writing_ = false;
    if (!finished_) write_some();
  });
}

void Link::write_some() {
  while (outbox_) {
    const auto count = send_queued();
    if (count < 0 && is_for_later(errno)) return await_room();
    if (count < 0) return failed({errno, boost::system::system_category()});
    if (!take_sent(static_cast<std::size_t>(count))) return await_room();
  }
  written();
}

/// As many pieces as there are, but for a few.
long Link::send_queued() {
  std::array<iovec, kMostPieces> parts;
  std::size_t count = 0;
  auto skipped = outbox_->front_sent;
  auto& pieces = outbox_->pieces;
  for (auto each = pieces.begin(); each != pieces.end() && count < parts.size(); ++each) {
    parts[count++] = {each->data() + skipped, each->size() - skipped};
    skipped = 0;
  }
  msghdr message{};
  message.msg_iov = parts.data();
  message.msg_iovlen = count;
  return ::sendmsg(socket_.native_handle(), &message, MSG_DONTWAIT | MSG_NOSIGNAL);
}

/// False where the socket has taken a part of a piece.
bool Link::take_sent(std::size_t count) {
  auto& [pieces, queued, front_sent] = *outbox_;
  bytes_out_ += count;
  queued -= count;
  in_a_row_ += static_cast<std::uint32_t>(std::min(count, kInARow));
  while (count > 0) {
    const auto part = std::string_view(pieces.front()).substr(front_sent, count);
    capture_.sent(part);
    count -= part.size();
    front_sent += part.size();
    if (front_sent < pieces.front().size()) return false;
    keep_spare(std::move(pieces.front()));
    pieces.pop_front();
    front_sent = 0;
  }
  if (pieces.empty()) outbox_.reset();
  return true;
}

void Link::await_room() {
  patience_ = std::chrono::steady_clock::now() + kLinger;
  writing_ = true;
  socket_.async_wait(Socket::wait_write, [this, alive = owner_.alive()](const error_code& error) {
    writing_ = false;
    if (finished_ || error) return;
    in_a_row_ = 0;
    if (!owner_.waits()) write_some();
  });
}

void Link::written() {
  patience_ = std::chrono::steady_clock::now() + kLinger;
  if (ending_) return end_output();
  if (half_closing_) return end_half();
  if (in_a_row_ < kInARow) return tell_drained();
  in_a_row_ = 0;
  rest();
}

/// Whoever makes bytes as fast as the peer takes them leaves time to others. Once, however often it
/// is asked meanwhile: what is posted many times is done many times before others have their turn.
void Link::rest() {
  if (std::exchange(resting_, true)) return;
  boost::asio::post(socket_.get_executor(), [this, alive = owner_.alive()] {
    resting_ = false;
    if (!finished_ && !has_unsent()) tell_drained();
  });
}

void Link::tell_drained() {
  owner_.drained();
  read_on();
  if (other_ != nullptr) other_->read_on();
}

// --- joined with another

void Link::join(Link& other) {
  if (other_ == &other || finished_ || other.finished_) return;
  part();
  other.part();
  other_ = &other;
  other.other_ = this;
}

void Link::part() {
  if (auto* const other = std::exchange(other_, nullptr)) other->other_ = nullptr;
}

/// Of a busy peer several pieces at once, which is cheaper than to be woken for each; not too many,
/// for others wait.
void Link::pass_on() {
  constexpr int kAtOnce = 2;
  for (int i = 0; i < kAtOnce && other_ != nullptr && takes_input(); ++i) {
    const auto count = bulk_ ? pass_spliced() : pass_copied();
    if (count < 0 && is_for_later(errno)) break;
    if (count <= 0) return peer_is_gone(count == 0 ? Ending::fin : Ending::rst);
    bytes_in_ += static_cast<std::uint64_t>(count);
    if (!bulk_) break;
  }
  passed_at_ = std::chrono::steady_clock::now();
}

long Link::pass_copied() {
  thread_local std::array<char, kRead> buffer;
  const auto count = ::recv(socket_.native_handle(), buffer.data(), buffer.size(), MSG_DONTWAIT);
  if (count <= 0) return count;
  bulk_ = static_cast<std::size_t>(count) == buffer.size();
  other_->take_copied({buffer.data(), static_cast<std::size_t>(count)});
  return count;
}

long Link::pass_spliced() {
  auto pipe = Pipe::borrow();
  bulk_ = pipe != nullptr;
  if (!bulk_) return pass_copied();
  const auto count = pipe->fill_from(socket_.native_handle());
  if (count <= 0) {
    const int why = errno;
    Pipe::give_back(std::move(pipe));
    errno = why;
    return count;
  }
  bulk_ = static_cast<std::size_t>(count) >= kSmall;
  other_->take_piped(std::move(pipe));
  return count;
}

/// An error shows when the rest is written.
void Link::take_copied(std::string_view bytes) {
  const auto count =
      ::send(socket_.native_handle(), bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  const auto sent = static_cast<std::size_t>(std::max<ssize_t>(count, 0));
  bytes_out_ += sent;
  if (sent < bytes.size()) send(std::string(bytes.substr(sent)));
}

void Link::take_piped(std::unique_ptr<Pipe> pipe) {
  pipe_ = std::move(pipe);
  empty_pipe();
}

void Link::empty_pipe() {
  long count = 1;
  while (count > 0 && pipe_->held() > 0) {
    count = pipe_->empty_into(socket_.native_handle());
    if (count > 0) bytes_out_ += static_cast<std::uint64_t>(count);
  }
  if (pipe_->held() == 0) {
    Pipe::give_back(std::move(pipe_));
    if (!std::exchange(writing_, false)) return;
    return outbox_ ? write_on() : written();
  }
  if (count < 0 && !is_for_later(errno)) {
    writing_ = false;
    pipe_.reset();
    return peer_is_gone(Ending::rst);
  }
  if (writing_) patience_ = std::chrono::steady_clock::now() + kLinger;
  writing_ = true;
  socket_.async_wait(Socket::wait_write, [this, alive = owner_.alive()](const error_code& error) {
    if (finished_ || error || !pipe_) return;
    empty_pipe();
  });
}

}  // namespace misproxy::live
