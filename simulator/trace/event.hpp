#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "core/life.hpp"

namespace misproxy {

using TraceValue = std::variant<std::int64_t, std::string>;
using TraceFields = std::vector<std::pair<std::string, TraceValue>>;

/// One thing that happened, as a session tells it. The world adds the connection, the sequence
/// number and the time (TraceLine).
///
/// `fields` are the same in every run of a scenario with one seed and one client, and in every
/// world; what depends on the machine, its ports, or the sizes of ciphertext, goes into `measured`,
/// which the digest leaves out.
struct TraceEvent {
  Point point = Point::accept;
  Party party = Party::proxy;
  Cause cause = Cause::peer;
  std::string name;   // `request`, `reply`, `close` ...
  std::string fault;  // the id, where `cause` is `injected`
  TraceFields fields;
  TraceFields measured;

  TraceEvent(Point at, Party by, Cause why, std::string_view what)
      : point(at), party(by), cause(why), name(what) {}
  TraceEvent() = default;

  TraceEvent&& with(std::string_view key, TraceValue&& value) && {
    add(fields, key, std::move(value));
    return std::move(*this);
  }
  TraceEvent&& measuring(std::string_view key, TraceValue&& value) && {
    add(measured, key, std::move(value));
    return std::move(*this);
  }
  TraceEvent&& by_fault(std::string_view id) && {
    fault = id;
    return std::move(*this);
  }

  bool operator==(const TraceEvent&) const = default;

 private:
  static void add(TraceFields& to, std::string_view key, TraceValue&& value) {
    constexpr std::size_t kAsMostHave = 4;
    if (to.empty()) to.reserve(kAsMostHave);
    to.emplace_back(key, std::move(value));
  }
};

/// An event in its place.
///
/// `connection` counts the connections of a scenario in the order in which they came, from 1; 0 is
/// the run itself. `seq` counts the events of a connection, from 0. `seen_by` is the
/// session that told it. `t_us` is measured from the start.
struct TraceLine {
  std::string scenario;
  std::int64_t connection = 0;
  std::int64_t seq = 0;
  Party seen_by = Party::proxy;
  std::int64_t t_us = 0;
  TraceEvent event;

  /// The field, or nothing.
  const TraceValue* find(std::string_view key) const;
  /// The same of what is measured.
  const TraceValue* find_measured(std::string_view key) const;
};

}  // namespace misproxy
