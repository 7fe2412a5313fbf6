#include "capture/plain_packet.hpp"

#include "capture/checksum.hpp"
#include "capture/read_packet.hpp"

namespace misproxy {
namespace {

constexpr std::size_t kPlainIpHeader = 20;
constexpr std::size_t kUdpHeader = 8;

void put_word(std::string& out, unsigned value) {
  out += static_cast<char>(value >> 8);
  out += static_cast<char>(value & 0xffU);
}

void patch_word(std::string& bytes, std::size_t at, unsigned value) {
  bytes[at] = static_cast<char>(value >> 8);
  bytes[at + 1] = static_cast<char>(value & 0xffU);
}

unsigned word_at(std::string_view bytes, std::size_t at) {
  return static_cast<unsigned>(static_cast<std::uint8_t>(bytes[at]) << 8 |
                               static_cast<std::uint8_t>(bytes[at + 1]));
}

/// Over the pseudo header, too; 0 means none, and is told as its other form.
unsigned udp_checksum(const Datagram& datagram, std::string_view udp) {
  std::string pseudo;
  pseudo += datagram.source.host.wire();
  pseudo += datagram.destination.host.wire();
  put_word(pseudo, IpHead::kUdp);
  put_word(pseudo, static_cast<unsigned>(udp.size()));
  Checksum sum;
  sum.add(pseudo);
  sum.add(udp);
  return sum.value() == 0 ? 0xffffU : sum.value();
}

}  // namespace

std::string ipv4_packet(const IpAddress& source, const IpAddress& destination,
                        std::uint8_t protocol, std::string_view message) {
  std::string out("\x45\x00", 2);
  put_word(out, static_cast<unsigned>(kPlainIpHeader + message.size()));
  put_word(out, 0);
  put_word(out, 0);
  out += '\x40';  // TTL 64
  out += static_cast<char>(protocol);
  put_word(out, 0);
  out += source.wire();
  out += destination.wire();
  Checksum sum;
  sum.add(out);
  patch_word(out, 10, sum.value());
  out += message;
  return out;
}

std::optional<Datagram> read_datagram(std::string_view ip_bytes) {
  const auto head = read_ip_head(ip_bytes);
  if (!head || head->source.is_v6 || head->is_fragment || head->protocol != IpHead::kUdp)
    return std::nullopt;
  const auto udp = ip_bytes.substr(head->header_bytes);
  if (udp.size() < kUdpHeader) return std::nullopt;
  const auto length = word_at(udp, 4);
  if (length < kUdpHeader || length > udp.size()) return std::nullopt;
  return Datagram{{head->source, static_cast<std::uint16_t>(word_at(udp, 0))},
                  {head->destination, static_cast<std::uint16_t>(word_at(udp, 2))},
                  udp.substr(kUdpHeader, length - kUdpHeader)};
}

std::string ip_packet_of(const Datagram& datagram) {
  std::string udp;
  put_word(udp, datagram.source.port);
  put_word(udp, datagram.destination.port);
  put_word(udp, static_cast<unsigned>(kUdpHeader + datagram.payload.size()));
  put_word(udp, 0);
  udp += datagram.payload;
  patch_word(udp, 6, udp_checksum(datagram, udp));
  return ipv4_packet(datagram.source.host, datagram.destination.host, IpHead::kUdp, udp);
}

}  // namespace misproxy
