#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/format.hpp"
#include "core/exit_code.hpp"

namespace misproxy::app {

struct MatrixOptions {
  std::vector<std::string> names;  // clients and scenarios; none of either: all
  std::size_t jobs = 8;            // most of the time they wait
  std::optional<std::string> out;
  std::optional<std::string> compare;
  std::int64_t max_time_s = 20;
  std::optional<std::string> state_dir;
  Format format = Format::text;
};

ExitCode matrix(const MatrixOptions& options);

}  // namespace misproxy::app
