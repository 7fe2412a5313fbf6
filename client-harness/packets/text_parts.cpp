#include "packets/text_parts.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace misproxy {
namespace {

constexpr std::uint8_t kPortUnreachableCode = 3;

/// What stands before and behind the host, by code. Source: RFC 792, RFC 1122 section 3.2.2.1,
/// RFC 1812 section 5.2.7.1; the words are tcpdump's.
constexpr std::array<std::pair<std::string_view, std::string_view>, 16> kUnreachable{{
    {"net ", ""},
    {"host ", ""},
    {"", ""},
    {"", ""},
    {"", " - need to frag"},
    {"", " - source route failed"},
    {"net ", " - unknown"},
    {"host ", " - unknown"},
    {"", " - source host isolated"},
    {"net ", " - admin prohibited"},
    {"host ", " - admin prohibited"},
    {"net ", " - tos prohibited"},
    {"host ", " - tos prohibited"},
    {"host ", " - admin prohibited filter"},
    {"host ", " - host precedence violation"},
    {"host ", " - precedence cutoff"},
}};

std::string port_text(std::string_view host, std::uint16_t port, std::uint8_t protocol) {
  if (protocol == 6) return fmt::format("{} tcp port {} unreachable", host, port);
  if (protocol == 17) return fmt::format("{} udp port {} unreachable", host, port);
  return fmt::format("{} protocol {} port {} unreachable", host, protocol, port);
}

}  // namespace

bool is_told(const evidence::WirePacket& packet) {
  using evidence::HostId;
  using Kind = evidence::WirePacket::Kind;
  const auto family = packet.source.host.family;
  const bool is_ip = family == HostId::Family::v4 || family == HostId::Family::v6;
  if (packet.kind == Kind::tcp) return is_ip && packet.wire.whole_head;
  return packet.kind == Kind::icmp && family == HostId::Family::v4 && packet.icmp_type == 3 &&
         packet.quoted_destination.host.family == HostId::Family::v4;
}

SocketAddress address_of(const evidence::SocketId& end) {
  IpAddress host(end.host.bytes);
  host.is_v6 = end.host.family == evidence::HostId::Family::v6;
  return {host, end.port};
}

std::string clock_text(std::chrono::nanoseconds since_unix_epoch) {
  const auto micros = since_unix_epoch.count() / 1000;
  const auto seconds = micros / 1'000'000;
  return fmt::format("{:02}:{:02}:{:02}.{:06}", seconds / 3600 % 24, seconds / 60 % 60,
                     seconds % 60, micros % 1'000'000);
}

std::string flags_text(std::uint16_t flags) {
  constexpr std::string_view kLetters = "FSRP.UEW";
  std::string text;
  for (std::size_t bit = 0; bit < kLetters.size(); ++bit) {
    if ((flags >> bit & 1U) != 0) text += kLetters[bit];
  }
  return text.empty() ? "none" : text;
}

std::string unreachable_text(std::uint8_t code, std::string_view host, std::uint16_t port,
                             std::uint16_t next_hop_mtu, std::uint8_t protocol) {
  if (code == 2) return fmt::format("{} protocol {} unreachable", host, protocol);
  if (code == kPortUnreachableCode) return port_text(host, port, protocol);
  if (code >= kUnreachable.size()) return fmt::format("{} unreachable - #{}", host, code);
  const auto& [before, behind] = kUnreachable[code];
  auto text = fmt::format("{}{} unreachable{}", before, host, behind);
  if (code == 4 && next_hop_mtu != 0) text += fmt::format(" (mtu {})", next_hop_mtu);
  return text;
}

}  // namespace misproxy
