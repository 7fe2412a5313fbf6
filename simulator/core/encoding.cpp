#include "core/encoding.hpp"

#include <openssl/evp.h>

#include <fmt/format.h>

#include <charconv>
#include <iterator>

namespace misproxy {

std::string to_hex(std::span<const std::uint8_t> bytes) {
  std::string text;
  for (const auto byte : bytes)
    fmt::format_to(std::back_inserter(text), "{:02x}", byte);
  return text;
}

std::optional<std::string> bytes_of_hex(std::string_view digits) {
  if (digits.size() % 2 != 0) return std::nullopt;
  std::string bytes;
  for (std::size_t at = 0; at < digits.size(); at += 2) {
    unsigned value = 0;
    const auto* end = digits.data() + at + 2;
    const auto [stop, error] = std::from_chars(digits.data() + at, end, value, 16);
    if (error != std::errc{} || stop != end) return std::nullopt;
    bytes += static_cast<char>(value);
  }
  return bytes;
}

std::string to_base64(std::span<const std::uint8_t> bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');  // OpenSSL writes a NUL behind
  const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), bytes.data(),
                                     static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(length));
  return text;
}

std::string to_base64(std::string_view text) {
  return to_base64(std::span(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()));
}

/// OpenSSL passes over white space, and takes padding anywhere: what does not come out as it went
/// in was no base64.
std::optional<std::string> bytes_of_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  std::string bytes(text.size() / 4 * 3 + 1, '\0');
  const int length = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                     reinterpret_cast<const unsigned char*>(text.data()),
                                     static_cast<int>(text.size()));
  if (length < 0) return std::nullopt;
  const std::size_t padding = text.ends_with("==") ? 2 : (text.ends_with('=') ? 1 : 0);
  bytes.resize(static_cast<std::size_t>(length) - padding);
  if (to_base64(bytes) != text) return std::nullopt;
  return bytes;
}

}  // namespace misproxy
