#pragma once

#include <vector>

#include "scenario/scenario.hpp"
#include "teaching/exercise_wish.hpp"
#include "teaching/lookup_case.hpp"

namespace misproxy::teaching {

/// What an exercise may be made of.
struct Candidate {
  Scenario scenario;
  const LookupCase* lookup = nullptr;  // in the layer dns
};

using Candidates = std::vector<const Candidate*>;

/// Those that fit a wish but for their level, in the order in which its seed draws them: faults
/// that a lab and the virtual world can play, of the layer where one is asked for.
Candidates faults_for(const ExerciseWish& wish);

/// Those in which nothing is wrong, for one seed of eight; none for the others. They are of the
/// levels 1 and 2, for a client's log tells that it succeeds.
Candidates controls_for(const ExerciseWish& wish);

}  // namespace misproxy::teaching
