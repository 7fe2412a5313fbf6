#include "packets/tls_text.hpp"

#include "packets/byte_view.hpp"

namespace misproxy {
namespace {

constexpr std::size_t kRecordHeader = 5;
constexpr std::size_t kLongestRecord = 16384 + 2048;  // RFC 5246 section 6.2.3

/// An encrypted handshake message has any first byte, and as likely as not none of these.
std::string_view handshake_text(std::uint8_t type, std::size_t left, std::size_t message) {
  if (message + 4 > left && type != 1 && type != 2 && type != 11) return "Encrypted Handshake";
  switch (type) {
    case 1:
      return "Client Hello";
    case 2:
      return "Server Hello";
    case 11:
      return "Certificate";
    case 12:
      return "Server Key Exchange";
    case 14:
      return "Server Hello Done";
    case 16:
      return "Client Key Exchange";
    default:
      return "Encrypted Handshake";
  }
}

}  // namespace

std::string_view tls_text(std::string_view payload) {
  if (payload.size() < kRecordHeader || u8_at(payload, 1) != 3 || u8_at(payload, 2) > 4) return {};
  const std::size_t length = u16_at(payload, 3);
  if (length == 0 || length > kLongestRecord) return {};
  const auto body = payload.substr(kRecordHeader);
  switch (u8_at(payload, 0)) {
    case 20:
      return "Change Cipher Spec";
    case 21:
      return length == 2 ? "Alert" : "Encrypted Alert";
    case 22:
      if (body.size() < 4) return "Handshake";
      return handshake_text(u8_at(body, 0), length, u32_at(body, 0) & 0xFFFFFFU);
    case 23:
      return "Encrypted Application Data";
    default:
      return {};
  }
}

}  // namespace misproxy
