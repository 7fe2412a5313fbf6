#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/words.hpp"
#include "diagnose/read_evidence.hpp"
#include "diagnose/watched_capture.hpp"
#include "runner/run.hpp"

namespace misproxy {

/// What a diagnosis of a run is given: what the client's end of the run left, and never the
/// scenario.
enum class Evidence { capture, log, both };

template <>
struct WordsOf<Evidence> {
  static constexpr std::array<std::string_view, 3> words{"capture", "log", "both"};
};

/// Names what went wrong in a run, from its client's evidence; the result keeps the verdict.
class RunDiagnosis {
 public:
  explicit RunDiagnosis(Evidence evidence);

  /// The capture is to be watched while the run goes on: at the client's end, or at the proxy's
  /// where the world has no other.
  bool wants_capture() const { return capture_.has_value(); }
  void take(std::string_view blocks) { capture_->take(blocks); }
  /// The run is over. Once.
  void judge(Run& run);

 private:
  std::vector<diagnose::Exhibit> exhibits_of(const Run& run);

  Evidence evidence_;
  std::optional<diagnose::WatchedCapture> capture_;
};

/// What `misproxy diagnose` names from a capture's file alone. tshark, where it is installed, is
/// asked for what is inside TLS only where that has something to decide: it takes its time.
Named diagnose_capture(const std::string& path);

/// Adds a mismatch where the scenario expects another verdict. One that is ambiguous will do where
/// the one expected is among its alternatives.
void compare_verdict(const Scenario& scenario, RunResult& result);

}  // namespace misproxy
