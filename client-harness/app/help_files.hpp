#pragma once

#include <optional>
#include <string>

#include "core/exit_code.hpp"

namespace CLI {
class App;
}

namespace misproxy::app {

/// The verbs `completion` and `man`, which tell what the command line itself is made of.
struct HelpFiles {
  std::string shell;
  std::optional<std::string> out;

  void add(CLI::App& app);
  /// Does what was asked for; nothing where it was another verb.
  std::optional<ExitCode> perform(const CLI::App& app) const;
};

}  // namespace misproxy::app
