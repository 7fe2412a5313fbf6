#include "bench/live/floor.hpp"

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "bench/live/sockets.hpp"

namespace misproxy::bench {
namespace {

constexpr std::size_t kAtOnce = 256 * 1024;
constexpr std::string_view kYes = "HTTP/1.1 200 Connection established\r\n\r\n";

struct Pipe {
  Pipe() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) != 0) return;
    out = Fd(ends[0]);
    in = Fd(ends[1]);
    ::fcntl(in.get(), F_SETPIPE_SZ, kAtOnce);
  }
  Fd in, out;
};

/// One end of a tunnel. What has come from it and could not be written waits.
struct End {
  Fd fd;
  End* other = nullptr;
  std::uint32_t events = EPOLLIN;
  std::string head{};  // before the tunnel
  std::string waiting{};
  std::size_t piped = 0;
  std::unique_ptr<Pipe> pipe{};
  bool ended = false;
};

class Relay {
 public:
  Relay(Floor::How how, std::uint16_t upstream, const Fd& listening)
      : how_(how),
        upstream_(upstream),
        listening_(listening),
        poll_(::epoll_create1(EPOLL_CLOEXEC)) {
    watch(EPOLL_CTL_ADD, listening_.get(), EPOLLIN, nullptr);
  }

  void run() {
    std::array<epoll_event, 64> ready{};
    while (true) {
      const int count = ::epoll_wait(poll_.get(), ready.data(), ready.size(), -1);
      for (int i = 0; i < count; ++i)
        act(static_cast<End*>(ready[static_cast<std::size_t>(i)].data.ptr),
            ready[static_cast<std::size_t>(i)].events);
      gone_.clear();
    }
  }

 private:
  void watch(int what, int fd, std::uint32_t events, End* end) {
    epoll_event event{.events = events, .data = {.ptr = end}};
    ::epoll_ctl(poll_.get(), what, fd, &event);
  }

  void want(End& end, std::uint32_t events) {
    if (end.events == events) return;
    end.events = events;
    watch(EPOLL_CTL_MOD, end.fd.get(), events, &end);
  }

  void act(End* end, std::uint32_t events) {
    if (end == nullptr) return accept();
    if (!end->fd.is_open()) return;
    if (end->other == nullptr) return hear_head(*end);
    if ((events & EPOLLOUT) != 0 && !flush(*end->other)) return;
    if (end->fd.is_open() && (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0) pass(*end);
  }

  void accept() {
    const int fd = ::accept4(listening_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0) return;
    auto* end = new End{.fd = Fd(fd)};
    watch(EPOLL_CTL_ADD, fd, EPOLLIN, end);
  }

  void hear_head(End& end) {
    std::array<char, 4096> bytes;
    const auto count = ::recv(end.fd.get(), bytes.data(), bytes.size(), 0);
    if (count <= 0) return close_one(end);
    end.head.append(bytes.data(), static_cast<std::size_t>(count));
    const auto stop = end.head.find("\r\n\r\n");
    if (stop == std::string::npos) return;
    auto fd = connect_to_loopback(upstream_);
    if (!fd.is_open()) return close_one(end);
    ::fcntl(fd.get(), F_SETFL, O_NONBLOCK);
    end.other = new End{.fd = std::move(fd), .other = &end};
    send_all(end.fd.get(), kYes);
    watch(EPOLL_CTL_ADD, end.other->fd.get(), EPOLLIN, end.other);
    end.waiting = end.head.substr(stop + 4);
    end.head = {};
    if (!end.waiting.empty()) flush(end);
  }

  void pass(End& from) { how_ == Floor::How::copy ? pass_by_copy(from) : pass_by_splice(from); }

  void pass_by_copy(End& from) {
    const auto count = ::recv(from.fd.get(), buffer_.data(), buffer_.size(), 0);
    if (count <= 0) return end_of(from, count);
    const auto sent =
        ::send(from.other->fd.get(), buffer_.data(), static_cast<std::size_t>(count), MSG_NOSIGNAL);
    if (sent == count) return;
    if (sent < 0 && errno != EAGAIN) return close_both(from);
    const auto skip = static_cast<std::size_t>(std::max<ssize_t>(sent, 0));
    from.waiting.assign(buffer_.data() + skip, static_cast<std::size_t>(count) - skip);
    flush(from);
  }

  void pass_by_splice(End& from) {
    if (!pipe_) pipe_ = std::make_unique<Pipe>();
    const auto count = ::splice(from.fd.get(), nullptr, pipe_->in.get(), nullptr, kAtOnce,
                                SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
    if (count <= 0) return end_of(from, count);
    from.piped = static_cast<std::size_t>(count);
    from.pipe = std::move(pipe_);
    flush(from);
  }

  /// False where both ends are gone.
  bool flush(End& from) {
    const int to = from.other->fd.get();
    ssize_t sent = 1;
    while (sent > 0 && from.piped > 0) {
      sent = ::splice(from.pipe->out.get(), nullptr, to, nullptr, from.piped,
                      SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
      if (sent > 0) from.piped -= static_cast<std::size_t>(sent);
    }
    while (sent > 0 && !from.waiting.empty()) {
      sent = ::send(to, from.waiting.data(), from.waiting.size(), MSG_NOSIGNAL);
      if (sent > 0) from.waiting.erase(0, static_cast<std::size_t>(sent));
    }
    if (sent < 0 && errno != EAGAIN) {
      close_both(from);
      return false;
    }
    const bool waits = from.piped > 0 || !from.waiting.empty();
    if (!waits && from.pipe) pipe_ = std::move(from.pipe);
    const auto reads = [](const End& end) { return (end.events & EPOLLIN) != 0; };
    want(*from.other, (reads(*from.other) ? EPOLLIN : 0U) | (waits ? EPOLLOUT : 0U));
    want(from, (waits || from.ended ? 0U : EPOLLIN) | (from.events & EPOLLOUT));
    return true;
  }

  void end_of(End& from, ssize_t count) {
    if (count < 0 && errno == EAGAIN) return;
    if (count < 0 || from.other->ended) return close_both(from);
    from.ended = true;
    want(from, from.events & EPOLLOUT);
    ::shutdown(from.other->fd.get(), SHUT_WR);
  }

  void close_one(End& end) {
    end.fd = Fd();
    gone_.emplace_back(&end);
  }

  void close_both(End& end) {
    close_one(*end.other);
    close_one(end);
  }

  Floor::How how_;
  std::uint16_t upstream_;
  const Fd& listening_;
  Fd poll_;
  std::unique_ptr<Pipe> pipe_;
  std::array<char, 64 * 1024> buffer_;
  std::vector<std::unique_ptr<End>> gone_;
};

}  // namespace

Floor::Floor(How how, std::uint16_t upstream) : child(begin(how, upstream)) {}

Child Floor::begin(How how, std::uint16_t upstream) {
  const auto listening = listen_on_loopback(port);
  return Child([&] { std::make_unique<Relay>(how, upstream, listening)->run(); });
}

}  // namespace misproxy::bench
