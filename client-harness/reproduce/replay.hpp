#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/outcome.hpp"
#include "report/run_result.hpp"
#include "reproduce/seen.hpp"
#include "runner/virtual_runner.hpp"

namespace misproxy::reproduce {

/// What came of a scenario's run in the virtual world.
struct Played {
  RunResult result;
  Named named;  // from all evidence of the client's end
  Seen seen;    // from as much as there was of the original
};

/// Plays scenarios in the virtual world, within a number of events in all, and diagnoses what each
/// leaves at its client's end.
class Replay {
 public:
  explicit Replay(Form form, std::uint64_t events = kMostEvents);

  /// Nothing where `check` refuses it, the virtual world cannot play it, or it does not end.
  std::optional<Played> play(const std::string& scenario);
  /// Whether there is no room for another run as long as the longest was.
  bool is_spent() const { return spent_ + longest_ > most_; }
  /// Why the last one could not be played.
  const std::string& why() const { return why_; }

  static constexpr std::uint64_t kMostEvents = 1'500'000;     // in all
  static constexpr std::uint64_t kMostEventsOfOne = 500'000;  // of one run

 private:
  Form form_;
  VirtualRunner runner_;
  std::uint64_t most_;
  std::uint64_t spent_ = 0;
  std::uint64_t longest_ = 0;
  std::string why_;
};

}  // namespace misproxy::reproduce
