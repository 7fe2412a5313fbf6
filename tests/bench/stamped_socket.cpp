#include "bench/stamped_socket.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <ctime>
#include <vector>

#include "core/ensure.hpp"

namespace misproxy::bench {
namespace {

StampedSocket::Time time_of(const timespec& stamp) {
  return StampedSocket::Time(std::chrono::seconds(stamp.tv_sec) +
                             std::chrono::nanoseconds(stamp.tv_nsec));
}

int stamping_socket() {
  const int on = 1;
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  ::setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);
  return fd;
}

StampedSocket::Time now() {
  timespec stamp{};
  ::clock_gettime(CLOCK_REALTIME, &stamp);
  return time_of(stamp);
}

}  // namespace

StampedSocket::StampedSocket(std::uint16_t port) : fd_(stamping_socket()) {
  // The kernel begins to stamp a little after the first asks for it, and ends with the last.
  static const int kKeepsStamping = stamping_socket();
  ensure(kKeepsStamping >= 0, "no socket");
  const int on = 1;
  ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const auto* where = reinterpret_cast<const sockaddr*>(&address);
  ensure(::connect(fd_, where, sizeof address) == 0, "nobody listens");
}

StampedSocket::~StampedSocket() { ::close(fd_); }

StampedSocket::Time StampedSocket::send(std::string_view bytes) const {
  const auto began = now();
  const auto sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  ensure(sent == static_cast<ssize_t>(bytes.size()), "a request was not taken");
  return began;
}

std::optional<StampedSocket::Piece> StampedSocket::read() const {
  thread_local std::vector<char> buffer(1 << 20);
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(timespec))> control{};
  iovec place{buffer.data(), buffer.size()};
  msghdr message{};
  message.msg_iov = &place;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  const auto count = ::recvmsg(fd_, &message, 0);
  if (count <= 0) return std::nullopt;
  const auto* header = CMSG_FIRSTHDR(&message);
  Piece piece{static_cast<std::size_t>(count), now()};
  if (header == nullptr) return piece;
  timespec stamp{};
  std::memcpy(&stamp, CMSG_DATA(header), sizeof stamp);
  piece.arrived = time_of(stamp);
  return piece;
}

void StampedSocket::shut() const { ::shutdown(fd_, SHUT_RDWR); }

}  // namespace misproxy::bench
