#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace misproxy {

/// Whole numbers that count something, from 1: one, a range, or a list of both. `3`, `"2..4"` (both
/// included), `"5.."` (from 5 on), `[1, "5.."]`.
class NumberSet {
 public:
  NumberSet() = default;
  explicit NumberSet(std::int64_t only) { add({only, only}); }

  struct Span {
    std::int64_t first = 1;
    std::int64_t last = 1;
    bool operator==(const Span&) const = default;
  };

  /// The range that a text writes; nothing where it is none, or starts below `least`.
  static std::optional<Span> parse(std::string_view text, std::int64_t least = 1);

  void add(Span span) { spans_.push_back(span); }
  bool contains(std::int64_t number) const;
  bool empty() const { return spans_.empty(); }
  const std::vector<Span>& spans() const { return spans_; }
  /// As it is written: `3`, `2..4`, `1,5..`.
  std::string text() const;

  bool operator==(const NumberSet&) const = default;

 private:
  std::vector<Span> spans_;
};

}  // namespace misproxy
