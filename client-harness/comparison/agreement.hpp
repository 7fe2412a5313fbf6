#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "comparison/segment_log.hpp"
#include "comparison/side_by_side.hpp"
#include "report/run_result.hpp"
#include "trace/event.hpp"

namespace misproxy::comparison {

/// What one world left of a scenario. `at_client` and `at_proxy` are null in a world without
/// packets of its own. All of it outlives what is told of it.
struct Side {
  const RunResult* result = nullptr;
  const std::vector<TraceLine>* trace = nullptr;
  const SegmentLog* at_client = nullptr;
  const SegmentLog* at_proxy = nullptr;

  bool has_packets() const { return at_client != nullptr; }
};

/// One connection at one end of a link, in both worlds.
struct ConversationPair {
  std::string title;  // `10.40.40.1 > 10.10.10.1:80`, ` #2` where it is not the first
  std::array<std::size_t, 2> segments{};
  std::vector<Pair> pairs;

  std::size_t differences() const;
  std::size_t of(Pair::Mark mark) const;
};

struct EndPair {
  std::string at;  // `client`
  std::deque<ConversationPair> conversations;

  std::size_t differences() const;
};

/// A scenario in two worlds: where they tell the same, and where not.
struct Agreement {
  std::string scenario;
  std::uint64_t seed = 1;
  std::array<std::string, 2> worlds;
  std::int64_t plays = 1;              // of the second world, until one agreed
  std::vector<std::string> otherwise;  // sentences, of what is no packet
  std::array<std::string, 2> verdicts;
  std::array<std::vector<std::string>, 2> only;  // lines of the normal form that one alone has
  std::size_t other_sizes =
      0;  // of those, faults of the path on segments cut otherwise; not in `only`
  std::vector<EndPair> ends;  // none where a world has no packets

  bool whole() const;
};

Agreement agreement_of(const Side& left, const Side& right);

/// What differs in a pair, with the worlds' names.
std::string why_text(const Pair& pair, const Agreement& agreement);

}  // namespace misproxy::comparison
