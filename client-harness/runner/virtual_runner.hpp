#pragma once

#include <memory>
#include <optional>
#include <string>

#include "runner/run.hpp"
#include "tls/catalogue.hpp"
#include "tls/client_tls.hpp"
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
  struct Keys;
  Keys& keys_for(std::uint64_t seed, bool capture);

  simulated::Limits limits_;
  std::shared_ptr<Keys> keys_;
};

}  // namespace misproxy
