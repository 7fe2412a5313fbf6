#include "packets/link_layer.hpp"

#include <algorithm>

#include "packets/byte_view.hpp"

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
  kIpv6 = 229,
  kLinuxCooked2 = 276,
};

constexpr std::uint16_t kIpv4Type = 0x0800;
constexpr std::uint16_t kIpv6Type = 0x86DD;

/// What a frame holds: the IP version that its header names, 0 where it names none, and from where.
struct Network {
  int version = 0;
  std::size_t offset = 0;
};

bool is_vlan(std::uint16_t type) { return type == 0x8100 || type == 0x88A8 || type == 0x9100; }

/// Where the EtherType stands at `at`, and IP at `next` if there is no VLAN tag between them.
std::optional<Network> behind_type(std::string_view frame, std::size_t at, std::size_t next) {
  while (frame.size() >= at + 2 && is_vlan(u16_at(frame, at)) && next == at + 2) {
    at += 4;
    next += 4;
  }
  if (frame.size() < at + 2) return std::nullopt;
  const auto type = u16_at(frame, at);
  if (type != kIpv4Type && type != kIpv6Type) return std::nullopt;
  return Network{type == kIpv4Type ? 4 : 6, next};
}

/// An address family in the byte order of the machine that captured: AF_INET is 2 everywhere,
/// AF_INET6 is 10 on Linux, 24, 28 and 30 on the BSDs and macOS.
std::optional<Network> behind_family(std::string_view frame) {
  if (frame.size() < 4) return std::nullopt;
  const auto family = std::max(u8_at(frame, 0), u8_at(frame, 3));
  if (family == 2) return Network{4, 4};
  const bool inet6 = family == 10 || family == 24 || family == 28 || family == 30;
  return inet6 ? std::optional(Network{6, 4}) : std::nullopt;
}

/// Raw IP tells its version itself.
std::optional<Network> raw(std::string_view frame) {
  if (frame.empty()) return std::nullopt;
  return Network{u8_at(frame, 0) >> 4, 0};
}

std::optional<Network> network_of(int link_type, std::string_view frame) {
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
    case kIpv6:
      return raw(frame);
    default:
      return std::nullopt;
  }
}

}  // namespace

std::optional<std::size_t> ip_offset(int link_type, std::string_view frame) {
  const auto network = network_of(link_type, frame);
  const bool ip = network && (network->version == 4 || network->version == 6);
  return ip ? std::optional(network->offset) : std::nullopt;
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
    case kIpv6:
    case kLinuxCooked2:
      return true;
    default:
      return false;
  }
}

}  // namespace misproxy
