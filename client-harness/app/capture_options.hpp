#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "core/exit_code.hpp"

namespace misproxy::app {

struct CaptureOptions {
  enum class Print { text, html, svg };

  std::string file;
  Print print = Print::text;
  bool article = false;
  bool ladder = false;
  std::optional<std::size_t> columns;  // of the ladder; absent: the terminal's
};

ExitCode capture(const CaptureOptions& options);

}  // namespace misproxy::app
