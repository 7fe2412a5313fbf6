#include "capture/ip_address.hpp"

#include <arpa/inet.h>

#include <algorithm>

namespace misproxy {
namespace {

constexpr std::array<std::uint8_t, 12> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

}  // namespace

std::string ip_text(const IpAddress& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  inet_ntop(address.is_v6 ? AF_INET6 : AF_INET, address.bytes.data(), text.data(), text.size());
  return text.data();
}

std::optional<IpAddress> parse_ip(std::string_view text) {
  const std::string copy(text.substr(0, text.find('%')));
  IpAddress address;
  if (inet_pton(AF_INET, copy.c_str(), address.bytes.data()) == 1) return address;
  if (inet_pton(AF_INET6, copy.c_str(), address.bytes.data()) != 1) return std::nullopt;
  const bool mapped = std::equal(kMapped.begin(), kMapped.end(), address.bytes.begin());
  if (!mapped) return IpAddress(address.bytes);
  const auto& bytes = address.bytes;
  return IpAddress(Ipv4{bytes[12]} << 24 | Ipv4{bytes[13]} << 16 | Ipv4{bytes[14]} << 8 |
                   bytes[15]);
}

}  // namespace misproxy
