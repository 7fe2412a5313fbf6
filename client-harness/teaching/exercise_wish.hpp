#pragma once

#include <cstdint>
#include <limits>
#include <optional>

#include "diagnose/verdict.hpp"
#include "teaching/level.hpp"

namespace misproxy::teaching {

constexpr std::uint64_t kLastSeed = std::numeric_limits<std::int64_t>::max();

/// Which exercise is meant: the same wish is the same exercise, on every machine.
struct ExerciseWish {
  std::uint64_t seed = 1;
  int level = kEasiest;
  std::optional<diagnose::Layer> layer{};

  bool operator==(const ExerciseWish&) const = default;
};

}  // namespace misproxy::teaching
