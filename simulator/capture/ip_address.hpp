#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace misproxy {

/// An IPv4 address in host byte order: 10.0.0.1 is 0x0a000001.
using Ipv4 = std::uint32_t;

/// An address of either family; an IPv4 address is one.
struct IpAddress {
  bool is_v6 = false;
  std::array<std::uint8_t, 16> bytes{};  // in network order; IPv4 in the first four

  constexpr IpAddress() = default;
  constexpr IpAddress(Ipv4 address)  // NOLINT(google-explicit-constructor): it is one
      : bytes{static_cast<std::uint8_t>(address >> 24), static_cast<std::uint8_t>(address >> 16),
              static_cast<std::uint8_t>(address >> 8), static_cast<std::uint8_t>(address)} {}
  constexpr explicit IpAddress(const std::array<std::uint8_t, 16>& v6) : is_v6(true), bytes(v6) {}

  /// Of an IPv4 address only.
  constexpr Ipv4 v4() const {
    return Ipv4{bytes[0]} << 24 | Ipv4{bytes[1]} << 16 | Ipv4{bytes[2]} << 8 | bytes[3];
  }
  /// As it stands in a header: 4 bytes or 16.
  std::string_view wire() const {
    return {reinterpret_cast<const char*>(bytes.data()), is_v6 ? bytes.size() : std::size_t{4}};
  }
  // NOLINTNEXTLINE(modernize-use-nullptr): clang-tidy 14 takes the generated code for a 0
  auto operator<=>(const IpAddress&) const = default;
};

/// `10.0.0.1`, `2001:db8::1` (RFC 5952).
std::string ip_text(const IpAddress& address);

/// Reads either; an IPv4 address that is mapped into IPv6 (RFC 4291 section 2.5.5.2) is what it
/// is, and a scope (`%eth0`) is left aside. Nothing for any other text.
std::optional<IpAddress> parse_ip(std::string_view text);

}  // namespace misproxy
