#pragma once

#include <optional>
#include <string>
#include <vector>

#include "diagnose/verdict.hpp"
#include "teaching/candidate.hpp"
#include "teaching/handout.hpp"

namespace misproxy::teaching {

/// A hidden fault, or none, and all that is known of it. It is kept nowhere: whoever has the wish
/// makes it again.
struct Exercise {
  ExerciseWish wish;
  Candidate made_of;
  std::string truth;                              // the id of its verdict
  diagnose::Layer layer = diagnose::Layer::none;  // of that; none where nothing is wrong
  Handout handout;
  ClientPhase phase = ClientPhase::resolve;  // how far the client comes
  diagnose::Verdict shown;                   // what the diagnosis makes of the handout
  std::vector<std::string> open;  // what that leaves open, the truth with it: ids, at least one

  const Scenario& scenario() const { return made_of.scenario; }
  /// Whether a lab can play it; as files there is each.
  bool has_lab() const { return made_of.lookup == nullptr; }
  /// Whether an answer is as right as the evidence allows.
  bool takes(const std::string& verdict) const;
};

/// The one that the seed draws among all that are of the level, and of the layer where one is asked
/// for. Nothing where there is none.
std::optional<Exercise> make_exercise(const ExerciseWish& wish);

/// What the student is told: what the appliance does. It says the same where nothing is wrong.
std::string task_text(const Exercise& exercise);

}  // namespace misproxy::teaching
