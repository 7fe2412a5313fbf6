#include "packets/link_layer.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "packets/byte_view.hpp"
#include "packets/ether_type.hpp"
#include "packets/wlan.hpp"

namespace misproxy {
namespace {

enum LinkType : int {
  kNull = 0,
  kEthernet = 1,
  kPpp = 9,
  kRawBsd = 12,  // DLT_RAW on most systems, 14 on OpenBSD, LINKTYPE_RAW 101
  kRawOpenBsd = 14,
  kPppSerial = 50,
  kPppEther = 51,
  kRaw = 101,
  kHdlc = 104,
  kWlan = 105,
  kLoop = 108,
  kIpsecLog = 109,
  kLinuxCooked = 113,
  kPfLog = 117,
  kPrism = 119,
  kRadiotap = 127,
  kPppPppd = 166,
  kPpi = 192,
  kPppWithDirection = 204,
  kMpls = 219,
  kIpv4 = 228,
  kIpv6 = 229,
  kNflog = 239,
  kPktap = 258,
  kLinuxCooked2 = 276,
};

/// In the byte order of this machine, into which libpcap puts such headers.
template <typename Number>
Number host_number_at(std::string_view bytes, std::size_t at) {
  Number number;
  std::memcpy(&number, bytes.data() + at, sizeof number);
  return number;
}

/// An EtherType at `at`, and what it announces at `next`.
Inside typed(FramePart frame, std::size_t at, std::size_t next) {
  const auto rest = frame.behind(next);
  return rest ? behind_type(u16_at(frame.bytes, at), *rest) : Inside{};
}

/// AF_INET is 2 everywhere, AF_INET6 is 10 on Linux, 24, 28 and 30 on the BSDs and macOS.
bool is_ip_family(unsigned family) {
  return family == 2 || family == 10 || family == 24 || family == 28 || family == 30;
}

/// An address family in the byte order of the machine that captured.
Inside behind_family(FramePart frame, std::size_t header) {
  const auto rest = frame.behind(header);
  if (!rest || !is_ip_family(std::max(u8_at(frame.bytes, 0), u8_at(frame.bytes, 3)))) return {};
  return {Inside::What::ip, *rest, {}};
}

Inside raw_behind(FramePart frame, std::size_t header) {
  const auto rest = frame.behind(header);
  return rest ? in_raw_ip(*rest) : Inside{};
}

/// Its fields, one of which is the packet. Source: tcpdump.org, LINKTYPE_NFLOG.
Inside in_nflog(FramePart frame) {
  constexpr std::uint16_t kPayload = 9;
  auto rest = frame.behind(4);
  while (rest && rest->bytes.size() >= 4) {
    const std::size_t size = host_number_at<std::uint16_t>(rest->bytes, 0);
    const auto type = host_number_at<std::uint16_t>(rest->bytes, 2) & 0x7FFFU;
    if (size < 4) return {};
    if (type == kPayload) return raw_behind(*rest, 4);
    rest = rest->behind((size + 3) & ~std::size_t{3});
  }
  return {};
}

/// macOS's: the length of its header, and in it the link type of what follows.
Inside in_pktap(FramePart frame) {
  if (frame.bytes.size() < 12) return {};
  const auto size = host_number_at<std::uint32_t>(frame.bytes, 0);
  const auto link_type = host_number_at<std::uint32_t>(frame.bytes, 8);
  const auto rest = size >= 12 ? frame.behind(size) : std::nullopt;
  if (!rest || link_type == kPktap || link_type > 1000) return {};
  return in_frame(static_cast<int>(link_type), *rest);
}

/// The length of its header, without padding, stands in front.
Inside in_pf_log(FramePart frame) {
  if (frame.bytes.empty()) return {};
  return raw_behind(frame, (u8_at(frame.bytes, 0) + 3U) & ~std::size_t{3});
}

/// A direction in the place of, or in front of, PPP's address field.
Inside in_directed_ppp(FramePart frame) {
  const auto rest = frame.behind(1);
  if (!rest || rest->bytes.empty()) return {};
  return in_ppp(u8_at(rest->bytes, 0) == 3 ? rest->behind(1).value_or(FramePart{}) : *rest);
}

/// Cisco's HDLC stands behind an address of 0x0F or 0x8F.
Inside in_hdlc(FramePart frame) {
  if (frame.bytes.size() < 4) return {};
  const auto address = u8_at(frame.bytes, 0);
  return address == 0x0F || address == 0x8F ? typed(frame, 2, 4) : in_ppp(frame);
}

}  // namespace

Inside in_frame(int link_type, FramePart frame) {
  switch (link_type) {
    case kEthernet:
      return in_ethernet(frame);
    case kLinuxCooked:
      return typed(frame, 14, 16);
    case kLinuxCooked2:
      return typed(frame, 0, 20);
    case kNull:
    case kLoop:
      return behind_family(frame, 4);
    case kIpsecLog:
      return behind_family(frame, 12);
    case kPfLog:
      return in_pf_log(frame);
    case kRawBsd:
    case kRawOpenBsd:
    case kRaw:
    case kIpv4:
    case kIpv6:
      return in_raw_ip(frame);
    case kPpp:
    case kPppSerial:
    case kHdlc:
      return in_hdlc(frame);
    case kPppEther:
      return behind_type(0x8864, frame);
    case kPppPppd:
    case kPppWithDirection:
      return in_directed_ppp(frame);
    case kWlan:
      return in_wlan(frame);
    case kRadiotap:
      return behind_radiotap(frame);
    case kPrism:
      return behind_prism(frame);
    case kPpi:
      return behind_ppi(frame);
    case kMpls:
      return behind_type(0x8847, frame);
    case kNflog:
      return in_nflog(frame);
    case kPktap:
      return in_pktap(frame);
    default:
      return {};
  }
}

bool is_known_link_type(int link_type) {
  constexpr int kKnown[] = {
      kNull,  kEthernet, kPpp,     kRawBsd,      kRawOpenBsd,       kPppSerial,   kPppEther,
      kRaw,   kHdlc,     kWlan,    kLoop,        kIpsecLog,         kLinuxCooked, kPfLog,
      kPrism, kRadiotap, kPppPppd, kPpi,         kPppWithDirection, kMpls,        kIpv4,
      kIpv6,  kNflog,    kPktap,   kLinuxCooked2};
  return std::find(std::begin(kKnown), std::end(kKnown), link_type) != std::end(kKnown);
}

}  // namespace misproxy
