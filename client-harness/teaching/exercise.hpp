#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/outcome.hpp"
#include "diagnose/verdict.hpp"
#include "scenario/scenario.hpp"
#include "teaching/level.hpp"

namespace misproxy::teaching {

/// Which exercise is meant: the same wish is the same exercise, on every machine.
struct ExerciseWish {
  std::uint64_t seed = 1;
  int level = kEasiest;
  std::optional<diagnose::Layer> layer{};

  bool operator==(const ExerciseWish&) const = default;
};

/// What a student without a lab is given: a capture at the client's end, without comments and TLS
/// secrets, and the client's log.
struct Handout {
  std::string capture;
  std::string log;

  static constexpr std::string_view kCapture = "capture.pcapng";
  static constexpr std::string_view kLog = "client.log";
};

/// What a run of the virtual world leaves at its client's end.
Handout handout_of(const Scenario& scenario, std::uint64_t seed);

/// A hidden fault, and all that is known of it. It is kept nowhere: whoever has the wish makes it
/// again.
struct Exercise {
  ExerciseWish wish;
  Scenario scenario;
  std::string truth;  // the id of its verdict
  diagnose::Layer layer = diagnose::Layer::none;
  Handout handout;
  ClientPhase phase = ClientPhase::resolve;  // how far the client comes
  diagnose::Verdict shown;                   // what the diagnosis makes of the handout
  std::vector<std::string> open;  // what that leaves open, the truth with it: ids, at least one

  /// Whether an answer is as right as the evidence allows.
  bool takes(const std::string& verdict) const;
};

/// The one that the seed draws among all scenarios of the level, and of the layer where one is
/// asked for. It has a fault, and a lab and the virtual world can play it. Nothing where there is
/// no such scenario.
std::optional<Exercise> make_exercise(const ExerciseWish& wish);

/// What the student is told: what the appliance does, and that it fails.
std::string task_text(const Exercise& exercise);

}  // namespace misproxy::teaching
