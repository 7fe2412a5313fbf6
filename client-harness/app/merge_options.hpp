#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/format.hpp"
#include "core/exit_code.hpp"

namespace misproxy::app {

struct MergeOptions {
  std::vector<std::string> paths;  // files of results, or folders of them
  std::optional<std::string> junit;
  std::optional<std::string> html;
  bool matrix = false;
  bool verbose = false;
  Format format = Format::text;
};

ExitCode merge(const MergeOptions& options);

}  // namespace misproxy::app
