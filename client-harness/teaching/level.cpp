#include "teaching/level.hpp"

#include <algorithm>
#include <array>

namespace misproxy::teaching {
namespace {

using diagnose::Confidence;

bool names(const diagnose::Verdict& verdict, std::string_view truth) {
  return verdict.id == truth && verdict.confidence != Confidence::ambiguous;
}

bool is_sure(const diagnose::Verdict& verdict, std::string_view truth) {
  return verdict.id == truth && verdict.confidence == Confidence::certain;
}

bool allows(const diagnose::Verdict& verdict, std::string_view truth) {
  return verdict.id == truth ||
         std::ranges::find(verdict.alternatives, truth) != verdict.alternatives.end();
}

}  // namespace

std::optional<int> level_of(const Opinions& opinions, std::string_view truth) {
  if (!allows(opinions.both, truth)) return std::nullopt;
  if (!names(opinions.both, truth))
    return opinions.both.confidence == Confidence::ambiguous ? std::optional(kHardest)
                                                             : std::nullopt;
  if (is_sure(opinions.log, truth) && is_sure(opinions.capture, truth)) return kEasiest;
  if (names(opinions.log, truth)) return 2;
  if (names(opinions.capture, truth)) return 3;
  return 4;
}

std::string_view level_words(int level) {
  static constexpr std::array<std::string_view, kHardest> kWords{
      "the client's log names it, and so does a capture",
      "the client's log names it; a capture alone leaves a doubt",
      "it takes a capture: the client's log alone cannot decide",
      "it takes the client's log and a capture together",
      "log and capture leave more than one possibility"};
  return kWords.at(static_cast<std::size_t>(level - kEasiest));
}

}  // namespace misproxy::teaching
