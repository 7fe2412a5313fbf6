#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "app/format.hpp"
#include "core/exit_code.hpp"

namespace misproxy::app {

struct ReproduceOptions {
  std::vector<std::string> files;  // `-`: standard input
  std::optional<std::string> out;  // absent: stdout
  std::optional<std::size_t> connection;
  bool keep_names = false;
  Format format = Format::text;
};

ExitCode reproduce(const ReproduceOptions& options);

}  // namespace misproxy::app
