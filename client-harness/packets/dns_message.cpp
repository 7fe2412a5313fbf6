#include "packets/dns_message.hpp"

#include <algorithm>
#include <optional>

#include "packets/byte_view.hpp"

namespace misproxy::evidence {
namespace {

constexpr std::size_t kHeader = 12;
constexpr std::size_t kLongestName = 255;

/// How long the name is on the wire; 0 where it is cut, too long, or compressed, which the first
/// name of a message cannot be.
std::size_t read_name(std::string_view bytes, std::string& name) {
  name.clear();
  std::size_t at = 0;
  while (at < bytes.size() && name.size() <= kLongestName) {
    const std::size_t size = u8_at(bytes, at++);
    if (size == 0) return at;
    if (size > 63 || bytes.size() - at < size) return 0;
    if (!name.empty()) name += '.';
    name += bytes.substr(at, size);
    at += size;
  }
  return 0;
}

/// Where what follows a name begins; nothing where the message ends before. A pointer ends it.
std::optional<std::size_t> behind_name(std::string_view message, std::size_t at) {
  while (at < message.size()) {
    const std::size_t size = u8_at(message, at);
    if (size >= 0xC0U) return at + 2;
    if (size == 0) return at + 1;
    at += 1 + size;
  }
  return std::nullopt;
}

/// Of the first A or AAAA record behind the question; a CNAME may stand before it.
HostId first_address(std::string_view message, std::size_t at, std::size_t answers) {
  constexpr std::size_t kFixed = 10;  // type, class, TTL, length
  for (; answers > 0; --answers) {
    const auto record = behind_name(message, at);
    if (!record || message.size() < *record + kFixed) return {};
    const auto type = u16_at(message, *record);
    const std::size_t size = u16_at(message, *record + 8);
    at = *record + kFixed;
    if (message.size() < at + size) return {};
    const bool v4 = type == 1 && size == 4;
    const bool v6 = type == 28 && size == 16;
    if (v4 || v6) {
      HostId host{v4 ? HostId::Family::v4 : HostId::Family::v6, {}};
      std::copy_n(message.begin() + static_cast<std::ptrdiff_t>(at), size, host.bytes.begin());
      return host;
    }
    at += size;
  }
  return {};
}

}  // namespace

void read_dns_message(std::string_view message, WirePacket& packet, std::string& qname) {
  if (message.size() < kHeader || u16_at(message, 4) == 0) return;
  const auto size = read_name(message.substr(kHeader), qname);
  if (size == 0 || message.size() < kHeader + size + 4) return;
  packet.kind = WirePacket::Kind::dns;
  packet.dns_id = u16_at(message, 0);
  packet.dns_response = (u8_at(message, 2) & 0x80U) != 0;
  packet.dns_rcode = u8_at(message, 3) & 0x0FU;
  packet.dns_answers = u16_at(message, 6);
  packet.dns_qtype = u16_at(message, kHeader + size);
  packet.qname = qname;
  if (packet.dns_response)
    packet.dns_address = first_address(message, kHeader + size + 4, packet.dns_answers);
}

}  // namespace misproxy::evidence
