#include <fmt/format.h>

#include "app/say.hpp"
#include "app/scenario_files.hpp"
#include "app/scenario_options.hpp"

namespace misproxy::app {

ExitCode show(const ShowOptions& options) {
  const auto& ids = options.ids;
  if (ids.size() > 1) {
    return complain(ExitCode::bad_input,
                    fmt::format("show prints one scenario, for two in one file are none: {} or {}?",
                                ids[0], ids[1]));
  }
  const auto scenario = bundled_file(ids.front());
  if (!scenario) return complain(ExitCode::bad_input, no_such_scenario(ids.front()));
  print(scenario->text);
  return ExitCode::ok;
}

}  // namespace misproxy::app
