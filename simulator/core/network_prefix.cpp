#include "core/network_prefix.hpp"

#include <arpa/inet.h>

#include <charconv>
#include <cstring>
#include <string>

namespace misproxy {
namespace {

constexpr int kMappedBits = 96;

struct Address {
  std::array<std::uint8_t, 16> bytes{};
  bool is_v4 = false;
};

std::optional<Address> parse_address(std::string_view text) {
  const std::string copy(text);
  Address address;
  in_addr v4{};
  if (inet_pton(AF_INET, copy.c_str(), &v4) == 1) {
    address.is_v4 = true;
    address.bytes[10] = address.bytes[11] = 0xff;
    std::memcpy(address.bytes.data() + 12, &v4, 4);
    return address;
  }
  if (inet_pton(AF_INET6, copy.c_str(), address.bytes.data()) != 1) return std::nullopt;
  return address;
}

}  // namespace

std::optional<NetworkPrefix> NetworkPrefix::parse(std::string_view text) {
  const auto slash = text.find('/');
  const auto address = parse_address(text.substr(0, slash));
  if (!address) return std::nullopt;
  NetworkPrefix prefix;
  prefix.bytes_ = address->bytes;
  if (slash == std::string_view::npos) return prefix;
  const auto length = text.substr(slash + 1);
  const int most = address->is_v4 ? 32 : 128;
  int bits = 0;
  const auto* end = length.data() + length.size();
  const auto [stop, error] = std::from_chars(length.data(), end, bits);
  if (error != std::errc{} || stop != end || bits < 0 || bits > most) return std::nullopt;
  prefix.bits_ = address->is_v4 ? kMappedBits + bits : bits;
  return prefix;
}

bool NetworkPrefix::contains(std::string_view text) const {
  const auto address = parse_address(text);
  if (!address) return false;
  for (int bit = 0; bit < bits_; ++bit) {
    const auto at = static_cast<std::size_t>(bit / 8);
    const unsigned mask = 0x80U >> (bit % 8);
    if (((address->bytes.at(at) ^ bytes_.at(at)) & mask) != 0) return false;
  }
  return true;
}

}  // namespace misproxy
