#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <vector>

#include "comparison/segment.hpp"

namespace misproxy::comparison {

/// One direction of a conversation, by its bytes instead of its segments.
class Way {
 public:
  Way(const Conversation& conversation, bool from_opener);

  /// Each of these bytes was sent as often as there.
  bool same_sendings(const Way& other, std::int64_t begin, std::int64_t end) const;
  /// The bytes before and behind this place followed each other at once.
  bool flows_through(std::int64_t place) const;
  std::uint32_t largest() const { return largest_; }
  /// Behind all that was sent.
  std::int64_t end() const { return end_; }
  /// Those with SACK blocks.
  const std::vector<const Segment*>& sacks() const { return sacks_; }
  /// What is no data and acknowledges only.
  const std::vector<const Segment*>& others() const { return others_; }

 private:
  struct Piece {
    std::int64_t end;
    std::chrono::nanoseconds at;
  };
  int times(std::int64_t place) const;

  std::map<std::int64_t, int> times_;    // how often what follows was sent, from there on
  std::map<std::int64_t, Piece> first_;  // by begin: as it was sent for the first time
  std::uint32_t largest_ = 0;
  std::int64_t end_ = 1;
  std::vector<const Segment*> sacks_;
  std::vector<const Segment*> others_;
};

}  // namespace misproxy::comparison
