// A lesson's file, and the diagnostics that it gets.

#include "fuzz/target.hpp"
#include "teaching/load_lesson.hpp"
#include "teaching/showing.hpp"

using namespace misproxy;

int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t count) {
  const auto text = fuzz::text_of(bytes, count);
  const auto loaded = teaching::load_lesson("fuzz.toml", text);
  const auto again = teaching::load_lesson("fuzz.toml", text);
  fuzz::require(loaded.problems.size() == again.problems.size(), "loading is the same each time");
  if (!loaded.problems.empty()) return 0;
  fuzz::require(!loaded.lesson.steps.empty(), "a lesson has steps");
  const std::vector<teaching::Showing> none{{"true", {""}, {""}, {"healthy"}}};
  for (const auto& step : loaded.lesson.steps) {
    fuzz::require(!step.looks.empty(), "a step has something to see");
    for (const auto& look : step.looks)
      teaching::shows(none.front(), look);
    for (const auto& question : step.questions)
      teaching::answer_in(none, question);
  }
  return 0;
}
