#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "evidence/client_words.hpp"
#include "evidence/word_finder.hpp"

namespace misproxy::evidence {

/// The signs that a line of a client's log gives, by the table of clients' words.
class LineSigns {
 public:
  explicit LineSigns(std::string_view line);

  bool none() const { return found_.none(); }
  bool has(Sign sign) const;

  /// How it failed: the first of the table's words for it that the line holds.
  std::optional<Sign> failure() const;

  /// A message says what it is, or begins as one: with a time, or with who says it; or its words
  /// are a sentence that only a program says. What else has the words of a failure is prose, or a
  /// setting.
  bool is_message() const;

 private:
  std::string_view line_;
  WordFinder::Found found_;
};

/// A line's first characters hold a time of day: `2026-11-27 10:20:58`, `Nov 27 10:20:58`.
bool begins_with_clock(std::string_view line);

}  // namespace misproxy::evidence
