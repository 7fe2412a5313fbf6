#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "runner/run.hpp"
#include "tls/seeded_keys.hpp"
#include "tls/spare_contexts.hpp"
#include "virtual/run_record.hpp"

namespace misproxy {

/// Runs scenarios in the virtual world with the built-in client, one after the other. One a thread.
class VirtualRunner {
 public:
  /// The day of the virtual world: what its certificates count from, and its captures.
  static constexpr CivilTime kEpoch{
      std::chrono::seconds{1'748'859'658}};  // 2025-06-02 10:20:58 UTC

  /// Seeds whose keys and certificates are kept, each some 40 KB; those of each further seed are
  /// made for one run.
  static constexpr std::size_t kMostKeysKept = 100;

  explicit VirtualRunner(simulated::Limits limits) : limits_(std::move(limits)) {}

  Run run(const RunRequest& request);

 private:
  SeededKeys& keys_for(std::uint64_t seed, KeyLog log);

  simulated::Limits limits_;
  std::map<std::pair<std::uint64_t, KeyLog>, SeededKeys> kept_keys_;
  std::map<KeyLog, SpareContexts> spare_contexts_;
  std::optional<SeededKeys> passing_keys_;  // of the run under way, where no more are kept
};

}  // namespace misproxy
