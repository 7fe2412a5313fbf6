#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace misproxy {

/// Addresses that share their first bits: `10.0.0.0/8`, `2001:db8::/32`, or one address alone.
/// Source: RFC 4632 section 3.1, RFC 4291 section 2.3.
class NetworkPrefix {
 public:
  /// Nothing where the text is no prefix.
  static std::optional<NetworkPrefix> parse(std::string_view text);

  /// `address`: in text. False where it is none, or of the other family; an IPv4 address that is
  /// mapped into IPv6 (RFC 4291 section 2.5.5.2) counts as what it is.
  bool contains(std::string_view address) const;

 private:
  std::array<std::uint8_t, 16> bytes_{};  // IPv4 mapped into IPv6
  int bits_ = 128;
};

}  // namespace misproxy
