#include "proxy/tunnel_watch.hpp"

#include <algorithm>
#include <utility>

namespace misproxy {
namespace {

/// The numbers of RFC 8446 section 5.1 and RFC 5246 section 7.4, by enumerator.
constexpr std::array<std::uint8_t, 4> kContentTypes{20, 21, 22, 23};
constexpr std::array<std::uint8_t, 6> kHandshakeTypes{1, 2, 11, 12, 14, 16};

}  // namespace

TunnelWatch::TunnelWatch(const std::vector<const Fault*>& faults) {
  for (const auto* fault : faults) {
    if (!fault->when.after_ms) rules_.push_back(Rule{fault, false, 0, std::nullopt});
  }
}

TunnelWatch::Stream& TunnelWatch::stream(Direction direction) {
  if (!streams_) streams_ = std::make_unique<std::array<Stream, 2>>();
  return streams_->at(static_cast<std::size_t>(direction));
}

const Fault* TunnelWatch::at_start() {
  for (auto& rule : rules_) {
    const auto& when = rule.fault->when;
    if (rule.done || (when.at_byte() && when.offset_bytes != 0)) continue;
    rule.done = true;
    return rule.fault;
  }
  return nullptr;
}

bool TunnelWatch::waits_for_record(Direction direction) const {
  return std::any_of(rules_.begin(), rules_.end(), [&](const Rule& rule) {
    return !rule.done && rule.fault->when.record && rule.fault->when.direction == direction;
  });
}

bool TunnelWatch::matches(const RecordTrigger& trigger, const RecordStart& record) {
  if (trigger.type &&
      kContentTypes.at(static_cast<std::size_t>(*trigger.type)) != record.content_type) {
    return false;
  }
  if (trigger.handshake &&
      record.handshake_type != kHandshakeTypes.at(static_cast<std::size_t>(*trigger.handshake))) {
    return false;
  }
  return !trigger.over_bytes || record.size > static_cast<std::size_t>(*trigger.over_bytes);
}

void TunnelWatch::scan_records(Direction direction, std::string_view input) {
  auto& s = stream(direction);
  const auto known = static_cast<std::size_t>(s.scanned - s.passed);
  const auto fresh = input.substr(std::min(known, input.size()));
  s.scanned += fresh.size();
  for (const auto& record : s.records.feed(fresh)) {
    for (auto& rule : rules_) {
      const auto& when = rule.fault->when;
      if (rule.record || !when.record || when.direction != direction) continue;
      if (!matches(*when.record, record)) continue;
      if (++rule.records_seen == when.record->ordinal.value_or(1)) rule.record = record;
    }
  }
}

std::optional<std::uint64_t> TunnelWatch::position(const Rule& rule, const Stream& s,
                                                   std::size_t size) const {
  const auto& when = rule.fault->when;
  const auto end = s.passed + size;
  if (when.offset_bytes) {
    const auto at = static_cast<std::uint64_t>(*when.offset_bytes);
    return at >= s.passed && at <= end ? std::optional(at - s.passed) : std::nullopt;
  }
  if (when.flight_over_bytes) {
    const auto limit = static_cast<std::uint64_t>(*when.flight_over_bytes);
    if (s.flight + size <= limit) return std::nullopt;
    return limit > s.flight ? limit - s.flight : 0;
  }
  if (rule.record && rule.record->offset >= s.passed && rule.record->offset < end) {
    return rule.record->offset - s.passed;
  }
  return std::nullopt;
}

TunnelWatch::Rule* TunnelWatch::first_due(Direction direction, std::size_t size,
                                          std::uint64_t& cut) {
  Rule* first = nullptr;
  for (auto& rule : rules_) {
    if (rule.done || rule.fault->when.direction != direction) continue;
    const auto at = position(rule, stream(direction), size);
    if (!at || (first != nullptr && *at >= cut)) continue;
    first = &rule;
    cut = *at;
  }
  return first;
}

bool TunnelWatch::is_over() const {
  const auto keeps = [](const Stream& each) { return !each.kept.empty(); };
  return std::ranges::all_of(rules_, &Rule::done) &&
         (!streams_ || std::ranges::none_of(*streams_, keeps));
}

Cut TunnelWatch::scan(Direction direction, std::string bytes) {
  if (lets_pass_) return {std::move(bytes), nullptr, 0, std::nullopt, {}, false};
  auto& s = stream(direction);
  if (!bytes.empty()) stream(opposite(direction)).flight = 0;
  if (!s.kept.empty()) bytes.insert(0, std::exchange(s.kept, {}));
  const auto all = std::string_view(bytes);
  // A copy: what is found here may not pass.
  const auto size = direction == Direction::to_origin ? RecordUnits(s.units).take(all) : all.size();
  const auto input = all.substr(0, size);
  const bool by_record = waits_for_record(direction);
  if (by_record) scan_records(direction, input);

  // What may belong to a record that a fault waits for counts for no other fault either, until it
  // is known: else the order in which they act would depend on the read.
  const auto decided = input.size() - (by_record ? s.records.undecided() : 0);
  std::uint64_t cut = 0;
  Rule* first = first_due(direction, decided, cut);
  if (first == nullptr) cut = decided;
  Cut result;
  s.passed += cut;
  s.flight += cut;
  if (direction == Direction::to_origin)
    s.units.take(input.substr(0, static_cast<std::size_t>(cut)));
  const bool yields = size < all.size();
  std::string behind(all.substr(static_cast<std::size_t>(cut)));
  bytes.resize(static_cast<std::size_t>(cut));
  result.pass = std::move(bytes);
  // Without records the origin may answer any byte: it is heard before a fault behind them acts.
  const bool may_answer = direction == Direction::to_origin && s.units.lost() && cut > 0;
  if (first != nullptr && may_answer) {
    result.yields = true;
    result.rest = std::move(behind);
    return result;
  }
  if (first == nullptr) {
    result.yields = yields;
    (result.yields ? result.rest : s.kept) = std::move(behind);
    return result;
  }
  first->done = true;
  result.fault = first->fault;
  result.offset = s.passed;
  if (first->record) result.record_bytes = first->record->size;
  result.rest = std::move(behind);
  return result;
}

std::string TunnelWatch::flush(Direction direction) {
  if (!streams_) return {};
  auto& s = stream(direction);
  s.passed += s.kept.size();
  return std::exchange(s.kept, {});
}

TraceFields place_of(const When& when) {
  TraceFields place;
  if (when.direction) place.emplace_back("direction", std::string(word(*when.direction)));
  if (when.offset_bytes) place.emplace_back("offset", *when.offset_bytes);
  if (when.flight_over_bytes) place.emplace_back("flight_over_bytes", *when.flight_over_bytes);
  if (!when.record) return place;
  if (when.record->type) place.emplace_back("record_type", std::string(word(*when.record->type)));
  if (when.record->handshake) {
    place.emplace_back("handshake", std::string(word(*when.record->handshake)));
  }
  if (when.record->over_bytes) place.emplace_back("record_over_bytes", *when.record->over_bytes);
  if (when.record->ordinal) place.emplace_back("record_ordinal", *when.record->ordinal);
  return place;
}

}  // namespace misproxy
