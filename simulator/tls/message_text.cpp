#include "tls/message_text.hpp"

#include <fmt/format.h>

namespace misproxy {
namespace {

constexpr int kChangeCipherSpec = 20;
constexpr int kAlertType = 21;
constexpr int kHandshake = 22;

std::string_view version_text(int version) {
  switch (version) {
    case 0x0304:
      return "TLSv1.3";
    case 0x0303:
      return "TLSv1.2";
    case 0x0302:
      return "TLSv1.1";
    default:
      return "TLSv1.0";
  }
}

std::string_view handshake_text(int type) {
  switch (type) {
    case 0:
      return "Hello request";
    case 1:
      return "Client hello";
    case 2:
      return "Server hello";
    case 4:
      return "Newsession Ticket";
    case 8:
      return "Encrypted Extensions";
    case 11:
      return "Certificate";
    case 12:
      return "Server key exchange";
    case 13:
      return "Request CERT";
    case 14:
      return "Server finished";
    case 15:
      return "CERT verify";
    case 16:
      return "Client key exchange";
    case 20:
      return "Finished";
    default:
      return "Unknown";
  }
}

}  // namespace

std::string message_text(bool sent, int version, int content_type, std::string_view message) {
  if (message.empty()) return {};
  const int type = static_cast<unsigned char>(message.front());
  const auto begin = fmt::format("{} ({}), TLS ", version_text(version), sent ? "OUT" : "IN");
  if (content_type == kHandshake) {
    return fmt::format("{}handshake, {} ({}):", begin, handshake_text(type), type);
  }
  if (content_type == kChangeCipherSpec) {
    return fmt::format("{}change cipher, Change cipher spec (1):", begin);
  }
  if (content_type == kAlertType && message.size() == 2) {
    const int what = static_cast<unsigned char>(message[1]);
    const bool fatal = static_cast<unsigned char>(message[0]) == 2;
    const bool is_end = what == 0 && !fatal;
    return fmt::format("{}alert, {} ({}):", begin, is_end ? "close notify" : "fatal", what);
  }
  return {};
}

}  // namespace misproxy
