#include "fault/hidden.hpp"

#include <algorithm>
#include <limits>
#include <optional>

#include "core/glob.hpp"

namespace misproxy {
namespace {

// --- conditions

/// Every number from 1 on of `narrow` stands in `wide`.
bool covers(const std::optional<NumberSet>& wide, const std::optional<NumberSet>& narrow) {
  if (!wide) return true;
  NumberSet all;
  all.add({1, std::numeric_limits<std::int64_t>::max()});
  auto spans = wide->spans();
  std::ranges::sort(spans, {}, &NumberSet::Span::first);
  return std::ranges::all_of(narrow.value_or(all).spans(), [&](const NumberSet::Span& span) {
    auto next = span.first;  // the first number that is not known to stand in `wide`
    for (const auto& each : spans) {
      if (each.first > next || each.last < next) continue;
      if (each.last >= span.last) return true;
      next = each.last + 1;
    }
    return false;
  });
}

bool covers(const std::optional<std::string>& wide, const std::optional<std::string>& narrow) {
  if (!wide || wide == "*") return true;
  if (!narrow) return false;
  const bool is_glob = narrow->find_first_of("*?") != std::string::npos;
  return *wide == *narrow || (!is_glob && glob_matches(*wide, *narrow));
}

/// A prefix is no glob, and a `*` of a header needs a header.
bool is_absent_or_equal(const std::optional<std::string>& wide,
                        const std::optional<std::string>& narrow) {
  return !wide || wide == narrow;
}

/// The conditions of `wide` hold wherever those of `narrow` do, in every run.
bool covers(const When& wide, const When& narrow) {
  const bool always = !wide.times && wide.chance.value_or(1.0) >= 1.0;
  return always && covers(wide.host, narrow.host) && covers(wide.method, narrow.method) &&
         covers(wide.path, narrow.path) && covers(wide.connection, narrow.connection) &&
         covers(wide.attempt, narrow.attempt) && covers(wide.status, narrow.status) &&
         is_absent_or_equal(wide.client, narrow.client) &&
         is_absent_or_equal(wide.header, narrow.header);
}

// --- places

/// Where a fault acts: at a turn of the conversation, or at so many `units` of a measure.
struct Place {
  enum class Measure { turn, bytes, body_bytes, flight, time, idle, other } measure;
  std::int64_t units = 0;
};

Place place_of(const Fault& fault) {
  using Measure = Place::Measure;
  const auto& when = fault.when;
  const bool begins = when.point == Point::tunnel && when.offset_bytes == 0;
  if (when.offset_bytes && !begins) return {Measure::bytes, *when.offset_bytes};
  if (when.body_offset_bytes) return {Measure::body_bytes, *when.body_offset_bytes};
  if (when.flight_over_bytes) return {Measure::flight, *when.flight_over_bytes};
  if (when.idle_ms) return {Measure::idle, when.idle_ms->count()};
  if (when.record || when.segment) return {Measure::other};
  const bool beside = when.point == Point::tunnel || when.point == Point::inner_response;
  if (when.after_ms && beside) return {Measure::time, when.after_ms->count()};
  if (fault.bends() && when.point != Point::tunnel) return {Measure::bytes, 0};
  return {Measure::turn};
}

bool is_turn(const Fault& fault) { return place_of(fault).measure == Place::Measure::turn; }

/// The proxy passes it with each CONNECT, before there is a tunnel.
bool is_before_tunnel(Point point) { return point <= Point::reply; }

bool answers(const Fault& fault) {
  const auto effect = fault.effect();
  return std::holds_alternative<Answer>(effect) || std::holds_alternative<UpstreamFailure>(effect);
}

bool says_success(const Fault& fault) {
  const auto effect = fault.effect();
  const auto* answer = std::get_if<Answer>(&effect);
  return answer != nullptr && answer->is_success();
}

bool is_reply_stream(const Fault& fault) {
  return fault.when.point == Point::reply && !is_turn(fault);
}

/// At one point: `first` no later than `second`, whatever comes.
bool is_no_later(const Fault& first, const Fault& second, bool in_order) {
  const auto at = place_of(first);
  const auto then = place_of(second);
  const auto way = first.when.direction;
  if (at.measure == Place::Measure::turn && first.when.point == Point::tunnel) {
    return then.measure != Place::Measure::turn || in_order;  // the start is before all bytes
  }
  if (at.measure != then.measure || at.measure == Place::Measure::other) return false;
  const bool one_way = at.measure == Place::Measure::turn || at.measure == Place::Measure::time ||
                               at.measure == Place::Measure::idle
                           ? !way || way == second.when.direction
                           : way == second.when.direction;
  return one_way && (at.units < then.units || (at.units == then.units && in_order));
}

/// A reply's bytes are also those of what answers in its place: only what ends the connection
/// before anything is said keeps a fault from them.
bool is_before(const Fault& first, const Fault& second) {
  const auto from = first.when.point;
  const auto to = second.when.point;
  if (!is_turn(first) || from >= to || to == Point::path) return false;
  if (is_reply_stream(second)) return from == Point::accept;
  const bool is_tunnels_start = from == Point::tunnel && !is_before_tunnel(to);
  return is_before_tunnel(from) || is_tunnels_start;
}

bool comes_first(const Fault& first, const Fault& second, bool in_order) {
  if (first.when.point != second.when.point) return is_before(first, second);
  return is_no_later(first, second, in_order);
}

}  // namespace

bool hides(const Fault& first, const Fault& second, bool in_order) {
  if (first.when.point == Point::path || !covers(first.when, second.when)) return false;
  const bool one_request =
      is_before_tunnel(second.when.point) || first.when.point == second.when.point;
  const bool one_answer = says_success(first) && answers(second) && one_request;
  return (first.is_final() || one_answer) && comes_first(first, second, in_order);
}

std::vector<Hidden> hidden_faults(const std::vector<Fault>& faults) {
  // Where a 2xx may have been said before, a later answer is none, and does not end anything.
  const auto is_sure = [&](const Fault& first, const Fault& second) {
    return !answers(first) || answers(second) || std::ranges::none_of(faults, says_success);
  };
  std::vector<Hidden> found;
  for (std::size_t i = 0; i < faults.size(); ++i) {
    for (std::size_t by = 0; by < faults.size(); ++by) {
      if (by == i || !hides(faults[by], faults[i], by < i) || !is_sure(faults[by], faults[i]))
        continue;
      found.push_back({i, by});
      break;
    }
  }
  return found;
}

}  // namespace misproxy
