#include "virtual/path_watch.hpp"

#include <fmt/format.h>

#include "core/draw.hpp"

namespace misproxy::simulated {

SegmentKind kind_of(const TcpSegment& segment) {
  if (segment.rst) return SegmentKind::rst;
  if (segment.syn) return segment.has_ack ? SegmentKind::syn_ack : SegmentKind::syn;
  if (!segment.payload.empty()) return SegmentKind::data;
  return segment.fin ? SegmentKind::fin : SegmentKind::ack;
}

PathWatch::PathWatch(const Plan& plan, FaultCounts& counts) : plan_(plan), fault_counts_(counts) {
  for (const auto& fault : plan.scenario().faults) {
    if (fault.when.point == Point::path) faults_.push_back(&fault);
  }
}

bool PathWatch::matches(const Fault& fault, const Flow& flow, Direction direction,
                        const TcpSegment& segment, std::size_t ip_bytes) const {
  const auto& when = fault.when;
  if (when.connection && !when.connection->contains(flow.connection)) return false;
  if (when.direction && *when.direction != direction) return false;
  const auto trigger = when.segment.value_or(SegmentTrigger{});
  if (trigger.leg != flow.leg) return false;
  if (trigger.kind && *trigger.kind != kind_of(segment)) return false;
  return !trigger.over_bytes || ip_bytes > static_cast<std::size_t>(*trigger.over_bytes);
}

/// By its number, and by whether it brings something new.
bool PathWatch::is_counted(const SegmentTrigger& trigger, const Flow& flow, Direction direction,
                           const TcpSegment& segment, bool is_new) const {
  if (trigger.first_sending.value_or(false) && !is_new) return false;
  return !trigger.seq || trigger.seq->contains(numbers_.at(flow).relative(direction, segment.seq));
}

bool PathWatch::idle_long_enough(const Fault& fault, const Flow& flow, Count& count,
                                 Instant now) const {
  const auto trigger = fault.when.segment.value_or(SegmentTrigger{});
  if (!trigger.idle_over_ms) return true;
  const auto last = last_seen_.find(flow);
  const bool idle = last != last_seen_.end() && now - last->second > *trigger.idle_over_ms;
  count.expired = count.expired || idle;
  return count.expired;
}

bool PathWatch::drawn(const Fault& fault, const Flow& flow, std::int64_t ordinal) const {
  if (!fault.when.chance) return true;
  const auto key = fmt::format("{}#{}", word(flow.leg), flow.connection);
  return draw_fraction(plan_.seed(), fault.id, key, static_cast<std::uint64_t>(ordinal)) <
         *fault.when.chance;
}

Duration PathWatch::jitter(const Fault& fault, Milliseconds most, std::uint64_t nth) const {
  return std::chrono::duration_cast<Duration>(most *
                                              draw_fraction(plan_.seed(), fault.id, "jitter", nth));
}

std::vector<const Fault*> PathWatch::due(const Flow& flow, Direction direction,
                                         const TcpSegment& segment, std::size_t ip_bytes,
                                         Instant now) {
  std::vector<const Fault*> acting;
  if (faults_.empty()) return acting;
  const bool is_new = numbers_[flow].pass(direction, segment);
  for (const auto* fault : faults_) {
    if (!matches(*fault, flow, direction, segment, ip_bytes)) continue;
    const auto trigger = fault->when.segment.value_or(SegmentTrigger{});
    if (!is_counted(trigger, flow, direction, segment, is_new)) continue;
    auto& count = counts_[{fault, flow}];
    if (!idle_long_enough(*fault, flow, count, now)) continue;
    const auto ordinal = ++count.seen;
    const bool meant = !fault->when.segment || fault->when.segment->means(ordinal);
    if (meant && drawn(*fault, flow, ordinal) && fault_counts_.claim(*fault))
      acting.push_back(fault);
  }
  last_seen_[flow] = now;
  return acting;
}

}  // namespace misproxy::simulated
