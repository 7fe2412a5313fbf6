#include "teaching/sheet.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "diagnose/lesson.hpp"
#include "teaching/judge.hpp"

namespace misproxy::teaching {
namespace {

std::string cited(const evidence::Citation& place) {
  const bool packet = place.unit == evidence::Citation::Unit::packet;
  return fmt::format("  {} {} {}: {}\n", place.file, packet ? "packet" : "line", place.number,
                     place.quote);
}

/// Look-ups are of no scenario that could be shown or played.
std::string source_text(const Exercise& exercise) {
  const auto& about = exercise.scenario().about;
  return exercise.has_lab() ? fmt::format("Scenario: {}: {}\n", about.id, about.title)
                            : fmt::format("{}\n", about.title);
}

const diagnose::Lesson& lesson_of(const Exercise& exercise) {
  return *diagnose::find_lesson(exercise.truth);
}

}  // namespace

std::vector<std::string> hints(const Exercise& exercise) {
  std::vector<std::string> all{
      exercise.phase == ClientPhase::done
          ? std::string("In the end the client succeeds: did anything fail before?")
          : fmt::format("The client comes as far as: {}.", word(exercise.phase)),
      exercise.layer == diagnose::Layer::none
          ? std::string("It is in no layer at all.")
          : fmt::format("It is a matter of: {}.", word(exercise.layer))};
  const auto& evidence = exercise.shown.evidence;
  if (!evidence.empty()) {
    all.push_back(fmt::format("In the files of --capture-only, this shows it:\n{}",
                              cited(evidence.back().citation())));
  }
  return all;
}

std::string evidence_text(const Exercise& exercise) {
  const auto& shown = exercise.shown;
  std::string text = fmt::format("{}\n", shown.headline);
  for (const auto& place : shown.evidence)
    text += cited(place.citation());
  if (exercise.open.size() > 1) {
    text += fmt::format("Log and capture leave open: {}. What would decide:\n",
                        fmt::join(exercise.open, ", "));
    for (const auto& next : shown.next)
      text += fmt::format("  {}\n", next);
  }
  text += fmt::format("What to look at first:\n{}\n", lesson_of(exercise).confirm);
  text += fmt::format("What to do: {}\n", shown.remedy);
  return text + fmt::format("More: misproxy explain {}\n", exercise.truth);
}

std::string solution_text(const Exercise& exercise) {
  const auto& lesson = lesson_of(exercise);
  std::string text = task_text(exercise);
  text +=
      fmt::format("\nSolution: {} ({}): {}\n", exercise.truth, word(exercise.layer), lesson.title);
  text += source_text(exercise) + exercise.scenario().about.teaches + "\n\n";
  text += evidence_text(exercise);
  text += fmt::format("\nHints, {} points each:\n", kHintCost);
  for (const auto& hint : hints(exercise))
    text += fmt::format("- {}{}", hint, hint.ends_with('\n') ? "" : "\n");
  return text;
}

}  // namespace misproxy::teaching
