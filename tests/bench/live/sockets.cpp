#include "bench/live/sockets.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>

#include "core/ensure.hpp"

namespace misproxy::bench {
namespace {

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

const sockaddr* raw(const sockaddr_in& address) {
  return reinterpret_cast<const sockaddr*>(&address);
}

}  // namespace

Fd::~Fd() {
  if (fd_ >= 0) ::close(fd_);
}

Fd listen_on_loopback(std::uint16_t& port) {
  Fd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  auto address = loopback(0);
  socklen_t size = sizeof address;
  ensure(fd.is_open() && ::bind(fd.get(), raw(address), size) == 0 &&
             ::listen(fd.get(), 4096) == 0 &&
             ::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&address), &size) == 0,
         "no port on loopback");
  port = ntohs(address.sin_port);
  return fd;
}

Fd connect_to_loopback(std::uint16_t port) {
  Fd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const auto address = loopback(port);
  if (!fd.is_open() || ::connect(fd.get(), raw(address), sizeof address) != 0) return Fd();
  const int on = 1;
  ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return fd;
}

bool send_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

std::string read_head(int fd) {
  std::string head;
  char byte = 0;
  while (!head.ends_with("\r\n\r\n") && ::recv(fd, &byte, 1, 0) == 1)
    head += byte;
  return head;
}

/// Without a buffer: Linux lets go of what MSG_TRUNC asks of a TCP socket, and copies nothing.
std::uint64_t discard(int fd, std::uint64_t bytes) {
  constexpr std::uint64_t kAtOnce = 1 << 20;
  std::uint64_t got = 0;
  while (got < bytes) {
    const auto want = std::min(kAtOnce, bytes - got);
    const auto count = ::recv(fd, nullptr, want, MSG_TRUNC);
    if (count <= 0) break;
    got += static_cast<std::uint64_t>(count);
  }
  return got;
}

}  // namespace misproxy::bench
