#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "reproduce/compare.hpp"
#include "reproduce/facts.hpp"
#include "reproduce/replay.hpp"
#include "reproduce/signs.hpp"
#include "reproduce/sketch.hpp"

namespace misproxy::reproduce {

/// A scenario that has been played, and how near it came to the evidence.
struct Candidate {
  Sketch sketch;
  Played played;
  std::vector<Compared> compared;

  /// Of the signs that decide; the verdict and the phase count more than all others together.
  std::size_t differing() const;
};

/// Looks for the scenario of one verdict.
class Search {
 public:
  Search(const Facts& facts, std::vector<Sign> evidence, Form form)
      : facts_(facts), evidence_(std::move(evidence)), replay_(form) {}

  /// The one that comes nearest, of all that show the verdict.
  std::optional<Candidate> best(const std::vector<Sketch>& sketches);
  /// Without the parts that nothing depends on, and with what its run is to be held against.
  std::optional<Candidate> smallest(Candidate from);
  const std::string& why() const { return why_; }

 private:
  std::optional<Candidate> play(const Sketch& sketch);
  std::optional<Candidate> fitted(const Sketch& sketch);

  const Facts& facts_;
  std::vector<Sign> evidence_;
  Replay replay_;
  std::string why_;
};

}  // namespace misproxy::reproduce
