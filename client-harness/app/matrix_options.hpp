#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/format.hpp"

namespace misproxy::app {

struct MatrixOptions {
  std::vector<std::string> names;  // clients and scenarios; none of either: all
  std::size_t jobs = 2;
  std::optional<std::string> out;
  std::optional<std::string> compare;
  std::int64_t max_time_s = 10;
  std::optional<std::string> state_dir;
  Format format = Format::text;
};

}  // namespace misproxy::app
