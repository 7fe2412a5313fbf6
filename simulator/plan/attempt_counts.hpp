#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "core/recent_map.hpp"

namespace misproxy {

/// How often each host was asked for. Anybody can ask for any name, so there is a bound: past it,
/// the host that nobody has asked for longest is forgotten, and counts from 1 again.
class AttemptCounts {
 public:
  /// Some 4 MB of them.
  static constexpr std::size_t kMostHosts = 10'000;

  /// `attempt`: from 1. `lost`: the host that was forgotten for this one, and its count.
  struct Counted {
    std::int64_t attempt = 1;
    std::optional<std::pair<std::string, std::int64_t>> lost;
  };

  explicit AttemptCounts(std::size_t most_hosts = kMostHosts) : counts_(most_hosts) {}

  Counted count(const std::string& host) {
    if (auto* before = counts_.find(host)) return {++*before, std::nullopt};
    return {1, counts_.put(host, 1)};
  }

 private:
  RecentMap<std::string, std::int64_t> counts_;
};

}  // namespace misproxy
