#pragma once

#include <optional>
#include <string>

#include "capture/pcapng.hpp"
#include "runner/run.hpp"
#include "tls/seeded_keys.hpp"
#include "virtual/run_record.hpp"

namespace misproxy {

/// Runs scenarios in the virtual world with the built-in client, one after the other: the keys and
/// certificates of a seed are made once. One a thread.
class VirtualRunner {
 public:
  /// The day of the virtual world: what its certificates count from, and its captures.
  static constexpr CivilTime kEpoch{
      std::chrono::seconds{1'748'859'658}};  // 2025-06-02 10:20:58 UTC

  explicit VirtualRunner(simulated::Limits limits) : limits_(limits) {}

  Run run(const RunRequest& request);

 private:
  SeededKeys& keys_for(std::uint64_t seed, KeyLog log);

  simulated::Limits limits_;
  std::optional<SeededKeys> keys_;
};

/// A pcapng file of what passed one end of a link, with names, TLS secrets and comments.
std::string capture_of(const simulated::RunRecord& record, simulated::CapturePointId at,
                       const Plan& plan, CivilTime epoch);

}  // namespace misproxy
