#include "packets/tunnel.hpp"

#include "packets/byte_view.hpp"
#include "packets/ether_type.hpp"

namespace misproxy {
namespace {

enum Protocol : std::uint8_t { kIpv4 = 4, kIpv6 = 41, kGre = 47, kMpls = 137 };
enum Port : std::uint16_t {
  kGtpU = 2152,
  kVxlan = 4789,
  kVxlanExtended = 4790,
  kGeneve = 6081,
  kMplsInUdp = 6635,
  kOldVxlan = 8472,  // Linux's, before there was another
};
enum GreType : std::uint16_t {
  kMplsType = 0x8847,
  kWccp = 0x883E,
  kErspan = 0x88BE,
  kErspan3 = 0x22EB,
};

Inside in_erspan(std::uint16_t type, bool with_sequence, FramePart rest, int layers) {
  std::size_t header = with_sequence ? 8 : 0;  // the first version has none
  if (type == kErspan3) {
    if (rest.bytes.size() < 12) return {};
    header = (u8_at(rest.bytes, 11) & 1U) != 0 ? 20 : 12;
  }
  const auto frame = rest.behind(header);
  return frame ? in_ethernet(*frame, layers) : Inside{};
}

/// WCCP 2 has a header of its own there, WCCP 1 has not.
Inside in_wccp(FramePart rest) {
  const auto bare = in_raw_ip(rest);
  if (bare.what == Inside::What::ip) return bare;
  const auto behind = rest.behind(4);
  return behind ? in_raw_ip(*behind) : Inside{};
}

Inside in_gre(FramePart part, int layers) {
  if (part.bytes.size() < 4) return {};
  const unsigned flags = u16_at(part.bytes, 0);
  const auto type = u16_at(part.bytes, 2);
  const unsigned version = flags & 7U;
  if (version > 1) return {};
  std::size_t header = 4;
  for (const unsigned field : {0x8000U, 0x2000U, 0x1000U})  // checksum, key, sequence
    header += (flags & field) != 0 ? 4 : 0;
  if (version == 1 && (flags & 0x80U) != 0) header += 4;  // PPTP's acknowledgement
  const auto rest = part.behind(header);
  if (!rest) return {};
  if (type == kErspan || type == kErspan3)
    return in_erspan(type, (flags & 0x1000U) != 0, *rest, layers);
  return type == kWccp ? in_wccp(*rest) : behind_type(type, *rest, layers);
}

Inside in_vxlan(FramePart part, bool extended, int layers) {
  if (part.bytes.size() < 8 || (u8_at(part.bytes, 0) & 0x08U) == 0) return {};
  const auto rest = *part.behind(8);
  const bool typed = extended && (u8_at(part.bytes, 0) & 0x04U) != 0;
  const unsigned next = typed ? u8_at(part.bytes, 3) : 3U;
  if (next == 1 || next == 2) return in_raw_ip(rest);
  return next == 3 ? in_ethernet(rest, layers) : Inside{};
}

Inside in_geneve(FramePart part, int layers) {
  if (part.bytes.size() < 8 || u8_at(part.bytes, 0) >> 6 != 0) return {};
  const auto rest = part.behind(8U + (u8_at(part.bytes, 0) & 0x3FU) * 4U);
  return rest ? behind_type(u16_at(part.bytes, 2), *rest, layers) : Inside{};
}

/// Extension headers tell their length in words of four bytes, and what follows in their last.
Inside in_gtp(FramePart part) {
  if (part.bytes.size() < 8 || u8_at(part.bytes, 1) != 0xFF) return {};  // no user's packet
  const unsigned flags = u8_at(part.bytes, 0);
  if (flags >> 4 != 3) return {};  // version 1, not a charge record
  if ((flags & 7U) == 0) return in_raw_ip(*part.behind(8));
  if (part.bytes.size() < 12) return {};
  unsigned next = (flags & 4U) != 0 ? u8_at(part.bytes, 11) : 0U;
  auto rest = part.behind(12);
  while (rest && next != 0) {
    const std::size_t size = rest->bytes.empty() ? 0 : u8_at(rest->bytes, 0) * 4U;
    if (size == 0 || rest->bytes.size() < size) return {};
    next = u8_at(rest->bytes, size - 1);
    rest = rest->behind(size);
  }
  return rest ? in_raw_ip(*rest) : Inside{};
}

}  // namespace

Inside in_tunnel(std::uint8_t protocol, FramePart part, int layers) {
  if (layers >= kMostLayers) return {};
  switch (protocol) {
    case kIpv4:
    case kIpv6:
      return in_raw_ip(part);
    case kGre:
      return in_gre(part, layers + 1);
    case kMpls:
      return behind_type(kMplsType, part, layers + 1);
    default:
      return {};
  }
}

Inside in_udp_tunnel(std::uint16_t port, FramePart part, int layers) {
  if (layers >= kMostLayers) return {};
  switch (port) {
    case kVxlan:
    case kOldVxlan:
    case kVxlanExtended:
      return in_vxlan(part, port == kVxlanExtended, layers + 1);
    case kGeneve:
      return in_geneve(part, layers + 1);
    case kGtpU:
      return in_gtp(part);
    case kMplsInUdp:
      return behind_type(kMplsType, part, layers + 1);
    default:
      return {};
  }
}

}  // namespace misproxy
