#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace misproxy::app {

struct ExecOptions {
  std::string scenario;
  std::vector<std::string> command;
  std::uint64_t seed = 1;
  std::optional<std::string> bundle;
  std::optional<std::string> state_dir;
};

}  // namespace misproxy::app
