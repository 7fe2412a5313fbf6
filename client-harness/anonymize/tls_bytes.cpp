#include "anonymize/tls_bytes.hpp"

#include <algorithm>

#include "packets/byte_view.hpp"

namespace misproxy::anonymize {
namespace {

enum Message : std::uint8_t { kClientHello = 1, kServerHello = 2, kCertificate = 11 };
enum Extension : std::uint16_t {
  kServerName = 0,
  kTicket = 35,
  kPreSharedKey = 41,
  kCookie = 44,
  kLastKnown = 60
};

/// Reads on in what is to be changed in its place.
struct Cursor {
  std::string& bytes;
  std::size_t at = 0;
  std::size_t end = 0;

  bool has(std::size_t count) const { return end - at >= count && at <= end; }
  std::size_t number(std::size_t size) {
    if (!has(size)) return at = end, 0;
    std::size_t value = 0;
    for (std::size_t i = 0; i < size; ++i)
      value = value << 8U | u8_at(bytes, at++);
    return value;
  }
  /// The part whose length comes next.
  Cursor vector(std::size_t size_of_length) {
    const auto length = std::min(number(size_of_length), end - at);
    Cursor part{bytes, at, at + length};
    at += length;
    return part;
  }
  void fill(char with) const {
    std::fill(bytes.begin() + static_cast<std::ptrdiff_t>(at),
              bytes.begin() + static_cast<std::ptrdiff_t>(end), with);
  }
};

/// Source: RFC 6066 section 3.
void disguise_server_name(Cursor names, Pseudonyms& pseudonyms) {
  auto list = names.vector(2);
  list.number(1);
  const auto name = list.vector(2);
  const auto text = names.bytes.substr(name.at, name.end - name.at);
  auto other = pseudonyms.addresses.of_text(text);
  if (other.empty()) other = pseudonyms.names.of_host(text);
  if (other.size() == text.size()) names.bytes.replace(name.at, text.size(), other);
}

void disguise_client_hello(Cursor hello, Pseudonyms& pseudonyms) {
  hello.at = std::min(hello.at + 2 + 32, hello.end);
  hello.vector(1).fill(0);  // a session's id: of TLS 1.3 it means nothing
  hello.vector(2);
  hello.vector(1);
  auto extensions = hello.vector(2);
  while (extensions.has(4)) {
    const auto type = extensions.number(2);
    const auto value = extensions.vector(2);
    if (type == kServerName) disguise_server_name(value, pseudonyms);
    const bool grease = (type & 0x0F0FU) == 0x0A0A;
    const bool told = type == kTicket || type == kPreSharedKey || type == kCookie;
    if (told || (type > kLastKnown && type != 0xFF01 && !grease)) value.fill(0);
  }
}

/// The lengths of the list, and of each. TLS 1.2's, for 1.3's are encrypted.
void disguise_certificates(Cursor message) {
  auto list = message.vector(3);
  while (list.has(3))
    list.vector(3).fill(0);
}

}  // namespace

std::string disguised_handshake(std::string_view message, Pseudonyms& pseudonyms) {
  std::string out(message);
  if (out.size() < 4) return out;
  const Cursor body{out, 4, out.size()};
  switch (u8_at(message, 0)) {
    case kClientHello:
      disguise_client_hello(body, pseudonyms);
      break;
    case kServerHello:
      break;
    case kCertificate:
      disguise_certificates(body);
      break;
    default:
      body.fill(0);
  }
  return out;
}

}  // namespace misproxy::anonymize
