#include "packets/dns_message.hpp"

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
}

}  // namespace misproxy::evidence
