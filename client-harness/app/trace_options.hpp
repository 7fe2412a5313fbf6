#pragma once

#include <optional>
#include <string>

#include "core/exit_code.hpp"

namespace misproxy::app {

struct TraceOptions {
  enum class Print { digest, normal, show } print = Print::digest;
  std::string file;
  std::optional<std::string> host;
  bool injected_only = false;
};

ExitCode trace(const TraceOptions& options);

}  // namespace misproxy::app
