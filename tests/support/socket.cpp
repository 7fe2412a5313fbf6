#include "support/socket.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

namespace misproxy::test {
namespace {

constexpr timeval kBound{60, 0};

}  // namespace

Socket::Socket(std::uint16_t port) : Socket("127.0.0.1", port) {}

Socket::Socket(const std::string& host, std::uint16_t port) {
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  v4.sin_port = htons(port);
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  v6.sin6_port = htons(port);
  const bool is_v4 = ::inet_pton(AF_INET, host.c_str(), &v4.sin_addr) == 1;
  if (!is_v4 && ::inet_pton(AF_INET6, host.c_str(), &v6.sin6_addr) != 1) return;
  fd_ = ::socket(is_v4 ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
  set_bounds();
  const auto* address =
      is_v4 ? reinterpret_cast<const sockaddr*>(&v4) : reinterpret_cast<const sockaddr*>(&v6);
  if (::connect(fd_, address, is_v4 ? sizeof v4 : sizeof v6) == 0) return;
  ::close(fd_);
  fd_ = -1;
}

Socket::Socket(Accepted accepted) : fd_(accepted.fd) { set_bounds(); }

void Socket::set_bounds() const {
  const int now = 1;
  ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &kBound, sizeof kBound);
  ::setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &kBound, sizeof kBound);
  ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &now, sizeof now);
}

void Socket::limit_wait(int milliseconds) const {
  const timeval bound{milliseconds / 1000, milliseconds % 1000 * 1000};
  ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &bound, sizeof bound);
  ::setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &bound, sizeof bound);
}

Listener::Listener(int backlog) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ::bind(fd_, reinterpret_cast<sockaddr*>(&address), size);
  ::getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size);
  port_ = ntohs(address.sin_port);
  ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &kBound, sizeof kBound);
  ::listen(fd_, backlog);
}

Listener::~Listener() { ::close(fd_); }

Socket Listener::accept() const {
  return Socket(Socket::Accepted{::accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC)});
}

Socket::Socket(Socket&& other) noexcept : ending(other.ending), fd_(std::exchange(other.fd_, -1)) {}

Socket::~Socket() {
  if (fd_ >= 0) ::close(fd_);
}

std::size_t Socket::send(std::string_view bytes) const {
  std::size_t sent = 0;
  while (sent < bytes.size()) {
    const auto count = ::send(fd_, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    if (count <= 0) break;
    sent += static_cast<std::size_t>(count);
  }
  return sent;
}

void Socket::finish_sending() const { ::shutdown(fd_, SHUT_WR); }

void Socket::reset() {
  const linger now{1, 0};
  ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  ::close(std::exchange(fd_, -1));
}

std::string Socket::read(std::size_t count) {
  std::string bytes;
  std::array<char, 65536> piece;
  while (bytes.size() < count) {
    const auto got = ::recv(fd_, piece.data(), std::min(piece.size(), count - bytes.size()), 0);
    if (got <= 0) {
      ending = got == 0 ? End::fin : errno == ECONNRESET ? End::rst : End::bound;
      break;
    }
    bytes.append(piece.data(), static_cast<std::size_t>(got));
  }
  return bytes;
}

std::string Socket::read_all() { return read(std::string::npos); }

}  // namespace misproxy::test
