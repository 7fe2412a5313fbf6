#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace misproxy {

/// Two lower-case hexadecimal digits a byte.
std::string to_hex(std::span<const std::uint8_t> bytes);
/// The bytes of an even number of hexadecimal digits, in either case; nothing where they are none.
std::optional<std::string> bytes_of_hex(std::string_view digits);

/// RFC 4648 section 4, with padding.
std::string to_base64(std::span<const std::uint8_t> bytes);
std::string to_base64(std::string_view text);
/// Its opposite; nothing where it is no base64 with padding.
std::optional<std::string> bytes_of_base64(std::string_view text);

}  // namespace misproxy
