#include "packets/ether_type.hpp"

#include "packets/byte_view.hpp"

namespace misproxy {
namespace {

enum EtherType : std::uint16_t {
  kIpv4 = 0x0800,
  kVlan = 0x8100,
  kProviderVlan = 0x88A8,
  kOldQinq = 0x9100,
  kOtherQinq = 0x9200,
  kBridged = 0x6558,    // Ethernet, in GRE and Geneve
  kFabricTag = 0x8909,  // Cisco's metadata: TrustSec
  kVnTag = 0x8926,
  kPortTag = 0x893F,   // 802.1BR
  kBackbone = 0x88E7,  // 802.1ah
  kIpv6 = 0x86DD,
  kMpls = 0x8847,
  kMplsMulticast = 0x8848,
  kPppoe = 0x8864,
  kPpp = 0x880B,
};

constexpr int kMostGuesses = 4;
constexpr std::uint16_t kLongest8023 = 1500;  // above, the number is a type

/// Bytes of a tag, in front of the type that it covers; 0 for what is none.
std::size_t tag_size(std::uint16_t type) {
  switch (type) {
    case kVlan:
    case kProviderVlan:
    case kOldQinq:
    case kOtherQinq:
      return 2;
    case kVnTag:
      return 4;
    case kPortTag:
    case kFabricTag:
      return 6;
    default:
      return 0;
  }
}

/// A pseudowire's Ethernet stands behind a control word, which begins with a zero, or alone.
/// Source: RFC 4385 section 3.
Inside behind_labels(FramePart rest, int layers) {
  while (rest.bytes.size() >= 4) {
    const bool last = (u8_at(rest.bytes, 2) & 1U) != 0;
    rest = rest.behind(4).value_or(FramePart{});
    if (!last) continue;
    if (auto ip = in_raw_ip(rest); ip.what == Inside::What::ip) return ip;
    // Two ways at each layer are many at the last.
    const bool word =
        layers < kMostGuesses && rest.bytes.size() > 4 && u8_at(rest.bytes, 0) >> 4 == 0;
    auto inside = word ? in_ethernet(*rest.behind(4), layers) : Inside{};
    return inside.what == Inside::What::ip ? inside : in_ethernet(rest, layers);
  }
  return {};
}

Inside in_pppoe(FramePart rest, int layers) {
  if (rest.bytes.size() < 6 || u8_at(rest.bytes, 1) != 0) return {};  // of a session
  return in_ppp(*rest.behind(6), layers);
}

}  // namespace

Inside in_raw_ip(FramePart packet) {
  if (packet.bytes.empty()) return {};
  const auto version = u8_at(packet.bytes, 0) >> 4;
  if (version != 4 && version != 6) return {};
  return {Inside::What::ip, packet, {}};
}

Inside behind_type(std::uint16_t type, FramePart rest, int layers) {
  if (type == kIpv4 || type == kIpv6) return {Inside::What::ip, rest, {}};
  for (auto tag = tag_size(type); tag != 0; tag = tag_size(type)) {
    if (rest.bytes.size() < tag + 2) return {};
    type = u16_at(rest.bytes, tag);
    rest = rest.behind(tag + 2).value_or(FramePart{});
  }
  if (type == kIpv4 || type == kIpv6) return {Inside::What::ip, rest, {}};
  if (layers >= kMostLayers) return {};
  if (type == kMpls || type == kMplsMulticast) return behind_labels(rest, layers + 1);
  if (type == kPppoe) return in_pppoe(rest, layers + 1);
  if (type == kPpp) return in_ppp(rest, layers + 1);
  if (type == kBridged) return in_ethernet(rest, layers + 1);
  if (type == kBackbone && rest.behind(4)) return in_ethernet(*rest.behind(4), layers + 1);
  if (type <= kLongest8023) return behind_llc(rest, layers + 1);
  return {};
}

Inside in_ethernet(FramePart frame, int layers) {
  if (frame.bytes.size() < 14) return {};
  return behind_type(u16_at(frame.bytes, 12), *frame.behind(14), layers);
}

Inside behind_llc(FramePart rest, int layers) {
  if (layers >= kMostLayers || rest.bytes.size() < 3) return {};
  const auto sap = u16_at(rest.bytes, 0);
  if (sap == 0x0606) return in_raw_ip(*rest.behind(3));
  if (sap != 0xAAAA || rest.bytes.size() < 8 || u8_at(rest.bytes, 2) != 3) return {};
  const auto type = u16_at(rest.bytes, 6);
  return type > kLongest8023 ? behind_type(type, *rest.behind(8), layers + 1) : Inside{};
}

Inside in_ppp(FramePart frame, int layers) {
  if (layers >= kMostLayers || frame.bytes.size() < 3) return {};
  if (u16_at(frame.bytes, 0) == 0xFF03) frame = *frame.behind(2);
  if (frame.bytes.empty()) return {};
  std::uint16_t protocol = u8_at(frame.bytes, 0);
  if ((protocol & 1U) != 0) {  // compressed to a byte
    frame = *frame.behind(1);
  } else {
    if (frame.bytes.size() < 2) return {};
    protocol = u16_at(frame.bytes, 0);
    frame = frame.behind(2).value_or(FramePart{});
  }
  if (protocol == 0x21 || protocol == 0x57) return in_raw_ip(frame);
  if (protocol == 0x281 || protocol == 0x283) return behind_labels(frame, layers + 1);
  return {};
}

}  // namespace misproxy
