#include "packets/wlan.hpp"

#include <algorithm>

#include "packets/byte_view.hpp"
#include "packets/ether_type.hpp"

namespace misproxy {
namespace {

constexpr unsigned kToDs = 0x01;
constexpr unsigned kFromDs = 0x02;
constexpr unsigned kProtected = 0x40;
constexpr unsigned kOrder = 0x80;

std::size_t little16_at(std::string_view bytes, std::size_t at) {
  return u8_at(bytes, at) | static_cast<std::size_t>(u8_at(bytes, at + 1)) << 8;
}

bool begins_snap(FramePart slice) { return slice.bytes.starts_with("\xAA\xAA\x03"); }

/// Of the radiotap field on a frame's flags; 0 where there is none.
unsigned radiotap_flags(std::string_view header) {
  const auto word = [&](std::size_t at) {
    return little16_at(header, at) | little16_at(header, at + 2) << 16;
  };
  std::size_t at = 4;
  const auto present = word(at);
  while (at + 8 <= header.size() && (word(at) >> 31 & 1U) != 0)
    at += 4;
  at += 4;
  if ((present & 1U) != 0) at = ((at + 7) & ~std::size_t{7}) + 8;  // the clock stands in front
  if ((present & 2U) == 0 || at >= header.size()) return 0;
  return u8_at(header, at);
}

}  // namespace

Inside in_wlan(FramePart frame, bool padded) {
  if (frame.bytes.size() < 24) return {};
  const auto control = u8_at(frame.bytes, 0);
  const unsigned flags = u8_at(frame.bytes, 1);
  const bool with_data = (control & 0x0FU) == 0x08 && (control & 0x40U) == 0;
  if (!with_data) return {};
  if ((u8_at(frame.bytes, 22) & 0x0FU) != 0) return {};  // a fragment, without a head
  std::size_t header = 24;
  if ((flags & kToDs) != 0 && (flags & kFromDs) != 0) header += 6;
  bool aggregate = false;
  if ((control & 0x80U) != 0) {  // with QoS
    if (frame.bytes.size() < header + 2) return {};
    aggregate = (u8_at(frame.bytes, header) & 0x80U) != 0;
    header += (flags & kOrder) != 0 ? 6 : 2;
  }
  if (padded) header = (header + 3) & ~std::size_t{3};
  const auto body = frame.behind(header);
  if (!body) return {};
  // Some cards decrypt, and leave the bit, with the IV or without.
  if ((flags & kProtected) != 0 && !begins_snap(*body)) {
    const auto behind_iv = body->behind(8);
    if (behind_iv && begins_snap(*behind_iv)) return behind_llc(*behind_iv);
    return {Inside::What::encrypted, {}, {}};
  }
  return aggregate ? in_aggregate(*body) : behind_llc(*body);
}

Inside in_aggregate(FramePart rest) {
  if (rest.bytes.size() < 14) return {};
  const std::size_t size = u16_at(rest.bytes, 12);
  const auto body = *rest.behind(14);
  auto inside = behind_llc({body.bytes.substr(0, size), std::min(size, body.length)});
  const auto padded = (14 + size + 3) & ~std::size_t{3};
  inside.more = rest.behind(padded);
  if (inside.more && inside.more->bytes.size() < 14) inside.more.reset();  // the checksum
  return inside;
}

Inside behind_radiotap(FramePart frame) {
  if (frame.bytes.size() < 8 || u8_at(frame.bytes, 0) != 0) return {};
  const auto size = little16_at(frame.bytes, 2);
  const auto rest = size >= 8 ? frame.behind(size) : std::nullopt;
  if (!rest) return {};
  const auto flags = radiotap_flags(frame.bytes.substr(0, size));
  constexpr unsigned kPadded = 0x20;
  constexpr unsigned kBadChecksum = 0x40;
  if ((flags & kBadChecksum) != 0) return {};
  return in_wlan(*rest, (flags & kPadded) != 0);
}

Inside behind_ppi(FramePart frame) {
  if (frame.bytes.size() < 8) return {};
  const auto size = little16_at(frame.bytes, 2);
  const auto type = little16_at(frame.bytes, 4);
  const auto rest = size >= 8 ? frame.behind(size) : std::nullopt;
  if (!rest) return {};
  if (type == 1) return in_ethernet(*rest);
  return type == 105 ? in_wlan(*rest) : Inside{};
}

Inside behind_prism(FramePart frame) {
  if (frame.bytes.size() < 8) return {};
  const bool avs = u16_at(frame.bytes, 0) == 0x8021;
  const auto rest = frame.behind(avs ? u16_at(frame.bytes, 6) : 144);
  return rest ? in_wlan(*rest) : Inside{};
}

}  // namespace misproxy
