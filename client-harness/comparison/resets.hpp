#pragma once

#include <array>
#include <cstddef>
#include <set>

#include "comparison/segment.hpp"

namespace misproxy::comparison {

bool is_reset(const Segment& segment);

/// What one side's RSTs of a conversation answer. Who has no such connection any more answers each
/// segment by a RST of its own, whose number is what that segment acknowledges (RFC 9293 section
/// 3.10.7.1): one more or less of them means as many more or fewer segments that were under way.
class Resets {
 public:
  Resets(const Conversation& conversation, bool from_opener);

  bool any() const { return first_ != nullptr; }
  bool is_first(const Segment& segment) const { return first_ == &segment; }
  /// A segment came that draws just this one, and no other does.
  bool is_drawn(const Segment& segment) const { return drawn_.contains(&segment); }
  /// Segments that came behind the first RST, and drew none.
  std::size_t undrawn() const { return undrawn_; }

 private:
  const Segment* first_ = nullptr;
  std::set<const Segment*> drawn_;
  std::size_t undrawn_ = 0;
};

}  // namespace misproxy::comparison
