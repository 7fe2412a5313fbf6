#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/scenario_files.hpp"
#include "core/endpoint.hpp"
#include "scenario/diagnostic.hpp"
#include "scenario/scenario.hpp"

namespace misproxy::app {

/// What a program needs to know of a scenario that is being served.
struct Ready {
  struct Origin {
    std::string host;
    std::uint16_t port = 0;
    Endpoint listen;
  };

  std::string scenario;
  Endpoint proxy;
  std::string proxy_url;
  std::vector<Origin> origins;
  std::string ca;
  std::uint64_t seed = 1;
  std::int64_t pid = 0;
};

/// One JSON object each, without a line's end.
std::string ready_json(const Ready& ready);
std::string check_json(const std::string& file, const std::vector<Diagnostic>& problems,
                       const std::vector<Diagnostic>& warnings);
/// `file` is null for a scenario that is part of the program.
std::string list_json(const ScenarioFile& file, const Scenario& scenario);

}  // namespace misproxy::app
