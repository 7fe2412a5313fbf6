#include "lab/interface.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <linux/ipv6.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "lab/route.hpp"
#include "live/files.hpp"

namespace misproxy::lab {
namespace {

constexpr const char* kName = "eth0";
constexpr int kWaiting = 10'000;  // packets that the kernel keeps for the wire

ifreq request(const char* name) {
  ifreq asked{};
  std::strncpy(asked.ifr_name, name, IFNAMSIZ - 1);
  return asked;
}

bool raise(int socket, const char* name) {
  auto asked = request(name);
  if (::ioctl(socket, SIOCGIFFLAGS, &asked) != 0) return false;
  asked.ifr_flags |= IFF_UP | IFF_RUNNING;
  return ::ioctl(socket, SIOCSIFFLAGS, &asked) == 0;
}

void put_address(sockaddr& into, Ipv4 address) {
  sockaddr_in place{};
  place.sin_family = AF_INET;
  place.sin_addr.s_addr = htonl(address);
  std::memcpy(&into, &place, sizeof place);
}

bool set_address(int socket, Ipv4 address) {
  auto asked = request(kName);
  put_address(asked.ifr_addr, address);
  if (::ioctl(socket, SIOCSIFADDR, &asked) != 0) return false;
  asked = request(kName);
  put_address(asked.ifr_netmask, 0xffffff00U);
  return ::ioctl(socket, SIOCSIFNETMASK, &asked) == 0;
}

bool set_address6(const IpAddress& address) {
  const live::File socket(::socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!socket.is_open()) return false;
  in6_ifreq asked{};
  std::memcpy(&asked.ifr6_addr, address.bytes.data(), address.bytes.size());
  asked.ifr6_prefixlen = 128;
  asked.ifr6_ifindex = static_cast<int>(::if_nametoindex(kName));
  return ::ioctl(socket.fd(), SIOCSIFADDR, &asked) == 0;
}

}  // namespace

int open_tun() {
  const int device = ::open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
  if (device < 0) return -1;
  auto asked = request(kName);
  asked.ifr_flags = IFF_TUN | IFF_NO_PI;
  if (::ioctl(device, TUNSETIFF, &asked) == 0) return device;
  const int error = errno;
  ::close(device);
  errno = error;
  return -1;
}

bool raise_interfaces(const IpAddress& address, const IpAddress& address6,
                      std::optional<std::uint32_t> initial_window) {
  const live::File socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!socket.is_open() || !raise(socket.fd(), "lo")) return false;
  auto asked = request(kName);
  asked.ifr_qlen = kWaiting;
  ::ioctl(socket.fd(), SIOCSIFTXQLEN, &asked);  // a shorter queue is no reason to do without
  if (!set_address(socket.fd(), address.v4()) || !raise(socket.fd(), kName)) return false;
  const auto index = ::if_nametoindex(kName);
  if (!add_default_route(AF_INET, index, initial_window)) return false;
  if (set_address6(address6)) add_default_route(AF_INET6, index, initial_window);
  return true;
}

}  // namespace misproxy::lab
