#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "teaching/exercise.hpp"

namespace misproxy::teaching {

/// `possible`: not the truth, but the evidence cannot tell them apart. `partly`: another verdict of
/// the layer that it is in.
enum class Judged { right, possible, partly, wrong };

Judged judge(const Exercise& exercise, const std::string& verdict);

/// What has been done about an exercise so far.
struct Tries {
  std::int64_t hints = 0;
  std::int64_t partly = 0;
  std::int64_t wrong = 0;

  void count(Judged judged);
};

/// What a hint costs.
constexpr int kHintCost = 15;
/// Of 100: for a right answer behind these; and for none at all.
int points_of_right(const Tries& tries);
int points_of_giving_up(const Tries& tries);

}  // namespace misproxy::teaching

namespace misproxy {

template <>
struct WordsOf<teaching::Judged> {
  static constexpr std::array<std::string_view, 4> words{"right", "possible", "partly", "wrong"};
};

}  // namespace misproxy
