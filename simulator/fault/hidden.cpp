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
  return narrow && glob_covers(*wide, *narrow);
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
         covers(wide.attempt, narrow.attempt) && covers(wide.request, narrow.request) &&
         covers(wide.credentials, narrow.credentials) && covers(wide.status, narrow.status) &&
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

/// What is asked of each fault once: an effect may hold megabytes.
struct Judged {
  explicit Judged(const Fault& fault) : when(fault.when), place(place_of(fault)) {
    const auto effect = fault.effect();
    const bool unasked = point() == Point::accept;  // what is said there answers no request
    const auto* answer = unasked ? nullptr : std::get_if<Answer>(&effect);
    is_final = fault.is_final();
    says_success = answer != nullptr && answer->is_success();
    answers = answer != nullptr || std::holds_alternative<UpstreamFailure>(effect);
    if (const auto* parts = std::get_if<Cast>(&effect)) cast = *parts;
  }

  Point point() const { return when.point; }
  bool is_turn() const { return place.measure == Place::Measure::turn; }
  bool is_in_reply() const { return point() == Point::reply && !is_turn(); }
  /// The proxy passes its point with each CONNECT, before there is a tunnel.
  bool is_before_tunnel() const { return point() <= Point::reply; }

  const When& when;
  Place place;
  bool is_final = false;
  bool says_success = false;
  bool answers = false;
  Cast cast;
};

/// Bytes are counted in each direction; for the rest a direction is a condition.
bool is_same_way(const Judged& first, const Judged& second) {
  using Measure = Place::Measure;
  const auto measure = first.place.measure;
  const bool counts_bytes = measure == Measure::bytes || measure == Measure::flight;
  const auto way = first.when.direction;
  return way == second.when.direction || (!counts_bytes && !way);
}

/// At one point: `first` no later than `second`, whatever comes.
bool is_no_later(const Judged& first, const Judged& second, bool in_order) {
  const auto& at = first.place;
  const auto& then = second.place;
  if (first.is_turn() && first.point() == Point::tunnel) {
    return in_order || !second.is_turn();  // the start is before all bytes
  }
  if (at.measure != then.measure || at.measure == Place::Measure::other) return false;
  const bool is_first = at.units < then.units || (at.units == then.units && in_order);
  return is_first && is_same_way(first, second);
}

/// A reply's bytes are also those of what answers in its place: only what ends the connection
/// before anything is said keeps a fault from them.
bool is_before(const Judged& first, const Judged& second, bool all_in_tunnels) {
  if (!first.is_turn() || first.point() >= second.point()) return false;
  if (second.point() == Point::path || second.point() == Point::lookup) return false;
  if (second.is_in_reply()) return first.point() == Point::accept;
  const bool inside =
      second.point() == Point::inner_request || second.point() == Point::inner_response;
  if (first.point() == Point::tunnel) return all_in_tunnels || !inside;
  return first.is_before_tunnel();
}

bool hides(const Judged& first, const Judged& second, bool in_order, bool all_in_tunnels) {
  const bool same_point = first.point() == second.point();
  const bool one_answer =
      first.says_success && second.answers && (same_point || second.is_before_tunnel());
  const bool one_part = in_order && same_point && first.cast.has_part_of(second.cast);
  if (one_part) return covers(first.when, second.when);
  if (!(first.is_final || one_answer) || first.point() == Point::path) return false;
  const bool reached =
      same_point ? is_no_later(first, second, in_order) : is_before(first, second, all_in_tunnels);
  return reached && covers(first.when, second.when);
}

}  // namespace

std::vector<Hidden> hidden_faults(const std::vector<Fault>& faults, bool all_in_tunnels) {
  const std::vector<Judged> all(faults.begin(), faults.end());
  const bool may_succeed = std::ranges::any_of(all, &Judged::says_success);
  // Where a 2xx may have been said before, a later answer is none, and ends nothing.
  const auto is_sure = [&](const Judged& first, const Judged& second) {
    return !may_succeed || !first.answers || second.answers;
  };
  std::vector<Hidden> found;
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (std::size_t by = 0; by < all.size(); ++by) {
      if (by == i || !is_sure(all[by], all[i])) continue;
      if (!hides(all[by], all[i], by < i, all_in_tunnels)) continue;
      found.push_back({i, by});
      break;
    }
  }
  return found;
}

}  // namespace misproxy
