#pragma once

#include "pictures/ladder.hpp"

namespace misproxy::pictures {

/// Puts rows below one another: runs of data become one, a silence a row of its own, and of very
/// many the middle is left out, so that memory has a bound.
class Rungs {
 public:
  /// Rows that are kept from the beginning, and as many from the end, or up to twice that, where
  /// nobody says another number.
  static constexpr std::size_t kKept = 500;
  /// A pause that is worth a row.
  static constexpr std::chrono::seconds kSilence{1};

  explicit Rungs(Ladder& ladder, std::size_t kept = kKept) : ladder_(ladder), kept_(kept) {}

  void add(Row row);
  /// Something that is no row: the last one stands for it, too.
  void absorb(std::uint64_t number, std::optional<std::chrono::nanoseconds> at);
  /// The last row, where it is an arrow.
  Row* last();
  /// Nothing more came until then.
  void silent_until(std::chrono::nanoseconds at, std::string_view what);

 private:
  bool folds(const Row& row);
  void put(Row row);
  void leave_out();

  Ladder& ladder_;
  std::size_t kept_;
  bool leaves_out_ = false;  // a row behind the first ones tells how many
};

}  // namespace misproxy::pictures
