#include "pictures/time_sequence.hpp"

#include <algorithm>

namespace misproxy::pictures {
namespace {

constexpr std::uint8_t kMostScale = 14;  // RFC 7323 section 2.3

/// Neighbours become one, so that half of them are left, or the oldest go.
void thin(std::vector<Way::Segment>& segments) {
  std::vector<Way::Segment> kept;
  for (const auto& each : segments) {
    const bool joins =
        kept.size() % 2 == 1 && !each.again && !kept.back().again && kept.back().end == each.begin;
    if (!joins) {
      kept.push_back(each);
    } else {
      kept.back().end = each.end;
      kept.back().until = each.until;
    }
  }
  if (kept.size() * 4 > segments.size() * 3)
    kept.erase(kept.begin(), kept.begin() + static_cast<std::ptrdiff_t>(kept.size() / 2));
  segments = std::move(kept);
}

template <class Point>
void thin(std::vector<Point>& points) {
  std::size_t kept = 0;
  for (std::size_t i = 1; i < points.size(); i += 2)
    points[kept++] = points[i];
  points.resize(kept);
}

template <class Point>
void add(Way& way, std::vector<Point>& points, Point point) {
  if (points.size() == TimeSequence::kMost) {
    thin(points);
    way.thinned = true;
  }
  points.push_back(point);
}

}  // namespace

bool Way::has_trouble() const {
  return !sacks.empty() || std::ranges::any_of(segments, &Segment::again) ||
         std::ranges::any_of(acks, &Ack::shut);
}

void TimeSequence::name(const std::string& left, const std::string& right) {
  ways_[0].from = ways_[1].to = left;
  ways_[1].from = ways_[0].to = right;
}

/// Counted from the SYN; 64 bits are enough for what goes round several times.
std::int64_t TimeSequence::number(const End& end, std::uint32_t seq) {
  const auto near = static_cast<std::uint32_t>(end.end) + *end.base;
  return end.end + static_cast<std::int32_t>(seq - near);
}

void TimeSequence::segment(Way& way, End& end, const evidence::WirePacket& packet, Way::Time at) {
  const auto begin = number(end, *packet.seq);
  const auto behind = begin + packet.length;
  add(way, way.segments, {at, at, begin, behind, packet.number, end.any && behind <= end.end});
  end.any = true;
  end.end = std::max(end.end, behind);
}

void TimeSequence::acknowledgment(Way& way, const End& end, const End& by,
                                  const evidence::WirePacket& packet, Way::Time at) {
  const auto up_to = number(end, *packet.ack);
  Way::Ack ack{at, up_to, std::nullopt, packet.number, false};
  if (packet.window && !packet.rst) {
    const bool scaled = !packet.syn && by.scale && end.scale;
    ack.room = up_to + (std::int64_t{*packet.window} << (scaled ? *by.scale : 0));
    ack.shut = *packet.window == 0;
  }
  add(way, way.acks, ack);
  for (std::size_t i = 0; i < packet.sack_count; ++i) {
    add(way, way.sacks,
        {at, number(end, packet.sack[i].begin), number(end, packet.sack[i].end), packet.number});
  }
}

void TimeSequence::take(const evidence::WirePacket& packet, bool from_left,
                        std::chrono::nanoseconds at) {
  auto& sender = ends_[from_left ? 0 : 1];
  auto& other = ends_[from_left ? 1 : 0];
  if (packet.syn && packet.seq) {
    sender.base = *packet.seq;
    sender.scale.reset();
    if (packet.window_scale) sender.scale = std::min(*packet.window_scale, kMostScale);
  }
  if (!sender.base && packet.seq) sender.base = *packet.seq - 1;
  if (!other.base && packet.ack && packet.has_ack) other.base = *packet.ack - 1;
  if (packet.length > 0 && packet.seq) segment(ways_[from_left ? 0 : 1], sender, packet, at);
  if (packet.has_ack && packet.ack)
    acknowledgment(ways_[from_left ? 1 : 0], other, sender, packet, at);
}

}  // namespace misproxy::pictures
