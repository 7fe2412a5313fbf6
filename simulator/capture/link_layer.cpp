#include "capture/link_layer.hpp"

#include "capture/byte_view.hpp"

namespace misproxy {
namespace {

enum LinkType : int {
  kNull = 0,
  kEthernet = 1,
  kRawBsd = 12,  // DLT_RAW on most systems, 14 on OpenBSD, LINKTYPE_RAW 101
  kRawOpenBsd = 14,
  kRaw = 101,
  kLoop = 108,
  kLinuxCooked = 113,
  kIpv4 = 228,
  kLinuxCooked2 = 276,
};

constexpr std::uint16_t kIpv4Type = 0x0800;

bool is_vlan(std::uint16_t type) { return type == 0x8100 || type == 0x88A8 || type == 0x9100; }

/// Where the EtherType stands at `at`, and IPv4 at `next` if there is no VLAN tag between them.
std::optional<std::size_t> behind_type(std::string_view frame, std::size_t at, std::size_t next) {
  while (frame.size() >= at + 2 && is_vlan(u16_at(frame, at)) && next == at + 2) {
    at += 4;
    next += 4;
  }
  if (frame.size() < at + 2 || u16_at(frame, at) != kIpv4Type) return std::nullopt;
  return next;
}

/// An address family in the byte order of the machine that captured: AF_INET is 2 everywhere.
std::optional<std::size_t> behind_family(std::string_view frame) {
  if (frame.size() < 4) return std::nullopt;
  const auto family = frame.substr(0, 4);
  const bool inet =
      family == std::string_view("\x02\0\0\0", 4) || family == std::string_view("\0\0\0\x02", 4);
  return inet ? std::optional<std::size_t>(4) : std::nullopt;
}

}  // namespace

std::optional<std::size_t> ipv4_offset(int link_type, std::string_view frame) {
  switch (link_type) {
    case kEthernet:
      return behind_type(frame, 12, 14);
    case kLinuxCooked:
      return behind_type(frame, 14, 16);
    case kLinuxCooked2:
      return behind_type(frame, 0, 20);
    case kNull:
    case kLoop:
      return behind_family(frame);
    case kRawBsd:
    case kRawOpenBsd:
    case kRaw:
    case kIpv4:
      return 0;
    default:
      return std::nullopt;
  }
}

bool is_known_link_type(int link_type) {
  switch (link_type) {
    case kNull:
    case kEthernet:
    case kRawBsd:
    case kRawOpenBsd:
    case kRaw:
    case kLoop:
    case kLinuxCooked:
    case kIpv4:
    case kLinuxCooked2:
      return true;
    default:
      return false;
  }
}

}  // namespace misproxy
