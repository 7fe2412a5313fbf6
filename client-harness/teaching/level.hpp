#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "diagnose/verdict.hpp"

namespace misproxy::teaching {

/// What the diagnosis made of a run's evidence: of the client's log alone, of a capture at its end
/// alone, and of both together.
struct Opinions {
  diagnose::Verdict log;
  diagnose::Verdict capture;
  diagnose::Verdict both;
};

constexpr int kEasiest = 1;
constexpr int kHardest = 5;

/// How hard it is to name a failure is told by which evidence names it:
///
///     1  log and capture, each alone and for certain
///     2  the log alone; the capture alone not for certain
///     3  the capture alone; the log alone cannot decide
///     4  neither alone, both together
///     5  both together leave something open, and the truth is among it
///
/// Nothing where the truth is not even among that.
std::optional<int> level_of(const Opinions& opinions, std::string_view truth);

/// One of these lines, for a person.
std::string_view level_words(int level);

}  // namespace misproxy::teaching
