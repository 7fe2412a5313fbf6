#include "bench/live/upstream.hpp"

#include <signal.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

#include "bench/live/sockets.hpp"
#include "bench/live/waits.hpp"
#include "core/ensure.hpp"

namespace misproxy::bench {
namespace {

constexpr std::size_t kWish = 9;
constexpr std::size_t kPiece = 256 * 1024;

void send_down(int fd, std::uint64_t bytes) {
  const std::string piece(kPiece, 'x');
  while (bytes > 0) {
    const auto size = std::min<std::uint64_t>(bytes, piece.size());
    if (!send_all(fd, std::string_view(piece).substr(0, size))) return;
    bytes -= size;
  }
}

void take_up(int fd, std::uint64_t bytes) {
  if (discard(fd, bytes) == bytes) send_all(fd, "k");
}

void echo(int fd, std::uint64_t size) {
  std::string piece(size, '\0');
  while (::recv(fd, piece.data(), piece.size(), MSG_WAITALL) == static_cast<ssize_t>(size)) {
    if (!send_all(fd, piece)) return;
  }
}

void fulfil(Fd fd) {
  std::array<char, kWish> asked{};
  if (::recv(fd.get(), asked.data(), asked.size(), MSG_WAITALL) != static_cast<ssize_t>(kWish))
    return;
  std::uint64_t number = 0;
  std::memcpy(&number, asked.data() + 1, sizeof number);
  if (asked[0] == 'D') send_down(fd.get(), number);
  if (asked[0] == 'U') take_up(fd.get(), number);
  if (asked[0] == 'E') echo(fd.get(), number);
  if (asked[0] != 'B') return;
  std::thread down([&] { send_down(fd.get(), number); });
  take_up(fd.get(), number);
  down.join();
}

/// One that says nothing costs a place in `epoll`; one that does, a thread.
void serve(const Fd& listening) {
  const Fd poll(::epoll_create1(EPOLL_CLOEXEC));
  epoll_event event{.events = EPOLLIN, .data = {.fd = listening.get()}};
  ::epoll_ctl(poll.get(), EPOLL_CTL_ADD, listening.get(), &event);
  while (true) {
    if (::epoll_wait(poll.get(), &event, 1, -1) != 1) continue;
    const int fd = event.data.fd;
    if (fd == listening.get()) {
      event = {.events = EPOLLIN, .data = {.fd = ::accept4(fd, nullptr, nullptr, SOCK_CLOEXEC)}};
      if (event.data.fd >= 0) ::epoll_ctl(poll.get(), EPOLL_CTL_ADD, event.data.fd, &event);
      continue;
    }
    ::epoll_ctl(poll.get(), EPOLL_CTL_DEL, fd, nullptr);
    char byte = 0;
    if (::recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) <= 0) {
      ::close(fd);
    } else {
      std::thread([fd] { fulfil(Fd(fd)); }).detach();
    }
  }
}

}  // namespace

Child::Child(const std::function<void()>& work) : process_(::fork()) {
  ensure(process_ >= 0, "fork");
  if (process_ != 0) return;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::signal(SIGPIPE, SIG_IGN);
  work();
  ::_exit(1);
}

void Child::stop() {
  if (process_ <= 0) return;
  ::kill(process_, SIGTERM);
  if (!await_end(process_, std::chrono::seconds{2})) ::kill(process_, SIGKILL);
  ::waitpid(process_, nullptr, 0);
  process_ = 0;
}

BenchOrigin::BenchOrigin() : child(begin()) {}

Child BenchOrigin::begin() {
  const auto listening = listen_on_loopback(port);
  return Child([&] { serve(listening); });
}

std::string wish(char what, std::uint64_t number) {
  std::string text(kWish, what);
  std::memcpy(text.data() + 1, &number, sizeof number);
  return text;
}

}  // namespace misproxy::bench
