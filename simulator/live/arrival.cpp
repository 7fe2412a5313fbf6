#include "live/arrival.hpp"

#include <sys/socket.h>

#include <array>
#include <cstring>
#include <ctime>

namespace misproxy::live {
namespace {

using std::chrono::nanoseconds;

/// More than anything waits here to be read, and less than clocks are set by.
constexpr std::chrono::seconds kOldest{1};

nanoseconds since_1970(const timespec& time) {
  return std::chrono::seconds(time.tv_sec) + nanoseconds(time.tv_nsec);
}

nanoseconds clock_of_stamps() {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  return since_1970(now);
}

nanoseconds age_told_by(msghdr& message) {
  for (auto* each = CMSG_FIRSTHDR(&message); each != nullptr; each = CMSG_NXTHDR(&message, each)) {
    if (each->cmsg_level != SOL_SOCKET || each->cmsg_type != SCM_TIMESTAMPNS) continue;
    timespec stamp{};
    std::memcpy(&stamp, CMSG_DATA(each), sizeof stamp);
    return age_of(since_1970(stamp), clock_of_stamps());
  }
  return nanoseconds{0};
}

}  // namespace

void stamp_arrivals(int socket) {
  const int on = 1;
  ::setsockopt(socket, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);
}

StampedRead read_stamped(int socket, std::span<char> room) {
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(timespec))> told;
  iovec place{room.data(), room.size()};
  msghdr message{};
  message.msg_iov = &place;
  message.msg_iovlen = 1;
  message.msg_control = told.data();
  message.msg_controllen = told.size();
  const auto count = ::recvmsg(socket, &message, MSG_DONTWAIT);
  if (count <= 0) return {count, {}};
  return {count, std::chrono::steady_clock::now() - age_told_by(message)};
}

nanoseconds age_of(nanoseconds stamp, nanoseconds now) {
  const auto age = now - stamp;
  return age < nanoseconds{0} || age > kOldest ? nanoseconds{0} : age;
}

}  // namespace misproxy::live
