#pragma once

#include <optional>

#include "core/words.hpp"
#include "runner/run.hpp"

namespace misproxy {

/// What a diagnosis of a run is given: what the client's end of the run left, and never the
/// scenario.
enum class Evidence { capture, log, both };

template <>
struct WordsOf<Evidence> {
  static constexpr std::array<std::string_view, 3> words{"capture", "log", "both"};
};

/// Names what went wrong in a run, from its client's evidence; the result keeps the verdict. The
/// capture is the one at the client's end, or the proxy's where the world has no other.
void diagnose_run(Evidence evidence, Run& run);

/// Adds a mismatch where the scenario expects another verdict. One that is ambiguous will do where
/// the one expected is among its alternatives.
void compare_verdict(const Scenario& scenario, RunResult& result);

}  // namespace misproxy
