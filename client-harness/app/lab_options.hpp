#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/exit_code.hpp"
#include "runner/capture_of.hpp"

namespace misproxy::app {

struct LabOptions {
  std::string scenario;
  std::vector<std::string> command;  // none: a shell
  std::uint64_t seed = 1;
  std::optional<std::string> capture;
  std::vector<simulated::CapturePointId> capture_at;  // none: the client's
  bool comments = true;
  std::optional<std::string> state_dir;
};

ExitCode lab(const LabOptions& options);

}  // namespace misproxy::app
