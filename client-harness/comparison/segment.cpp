#include "comparison/segment.hpp"

#include <fmt/format.h>

#include <tuple>

namespace misproxy::comparison {
namespace {

auto options(const Segment& segment) {
  return std::tie(segment.mss, segment.window_scale, segment.sack_permitted);
}

}  // namespace

bool Segment::operator==(const Segment& other) const { return difference(*this, other).empty(); }

std::string words(const Segment& segment) {
  if (segment.is_icmp) {
    auto text = fmt::format("ICMP {}", segment.flags);
    if (segment.mtu > 0) text += fmt::format(" mtu {}", segment.mtu);
    return text;
  }
  auto text = fmt::format("{} {}", segment.flags, segment.seq);
  if (segment.length > 0) text += fmt::format(":{}", segment.seq + segment.length);
  if (segment.is_bare_ack()) text = segment.flags;
  if (segment.ack) text += fmt::format(" ack {}", *segment.ack);
  for (const auto& [begin, end] : segment.sack)
    text += fmt::format(" sack {}:{}", begin, end);
  if (segment.mss) text += fmt::format(" mss {}", *segment.mss);
  if (segment.window_scale) text += fmt::format(" wscale {}", *segment.window_scale);
  if (segment.sack_permitted) text += " sackOK";
  if (segment.no_room) text += " win 0";
  return text;
}

std::string difference(const Segment& left, const Segment& right) {
  std::string text;
  const auto add = [&](bool differs, std::string_view what) {
    if (differs) text += fmt::format("{}{}", text.empty() ? "" : ", ", what);
  };
  add(left.is_icmp != right.is_icmp || left.from_opener != right.from_opener, "kind");
  add(left.flags != right.flags, left.is_icmp ? "type" : "flags");
  add(left.seq != right.seq, "seq");
  add(left.ack != right.ack, "ack");
  add(left.length != right.length, "length");
  add(left.sack != right.sack, "SACK");
  add(options(left) != options(right), "options");
  add(left.no_room != right.no_room, "window");
  add(left.mtu != right.mtu, "MTU");
  return text;
}

bool alike_but_for_push(const Segment& left, const Segment& right) {
  if (left.length == 0) return left == right;
  auto copy = right;
  std::erase(copy.flags, 'P');
  auto other = left;
  std::erase(other.flags, 'P');
  return copy == other;
}

}  // namespace misproxy::comparison
