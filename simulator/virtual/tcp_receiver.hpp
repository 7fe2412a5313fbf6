#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace misproxy::simulated {

/// The receiving half of a TCP connection: what has come, in order or not, and the SACK blocks that
/// tell of it. Positions are 64-bit: 0 is the peer's SYN, its first byte 1.
///
/// Source: RFC 9293 section 3.10.7.4; RFC 2018 section 4 (the block that changed last comes first);
/// RFC 2883 (what came twice is told once, before the others).
class TcpReceiver {
 public:
  /// Takes a segment's bytes and returns those that are now in order. `fin`: the stream ends behind
  /// them.
  std::string take(std::uint64_t begin, std::string_view bytes, bool fin);

  /// The position after all that is in order, the FIN included.
  std::uint64_t next() const { return next_; }
  bool ended() const { return ended_; }
  bool has_gap() const { return !waiting_.empty() || has_fin_beyond_gap(); }
  /// The end of all that has come, beyond a gap or not.
  std::uint64_t furthest() const;
  /// The last `take` brought nothing new, or filled the last gap: to be acknowledged at once.
  bool wants_immediate_ack() const { return immediate_; }
  /// At most three, told as positions of the peer's stream. What came twice is told once only.
  std::vector<std::pair<std::uint64_t, std::uint64_t>> take_blocks();

 private:
  using Block = std::pair<std::uint64_t, std::uint64_t>;

  bool has_fin_beyond_gap() const { return end_ && !ended_; }
  void store(std::uint64_t begin, std::string_view bytes);
  void remember_block(std::uint64_t at);
  std::vector<Block> islands() const;

  std::uint64_t next_ = 1;
  std::optional<std::uint64_t> end_;  // where the FIN stands
  bool ended_ = false;
  bool immediate_ = false;
  std::map<std::uint64_t, std::string> waiting_;  // beyond a gap, by begin; they do not overlap
  std::vector<std::uint64_t> recent_;             // a position in each island, the last first
  std::optional<Block> twice_;
};

}  // namespace misproxy::simulated
