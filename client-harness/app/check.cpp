#include <fmt/format.h>

#include "app/json_text.hpp"
#include "app/say.hpp"
#include "app/scenario_files.hpp"
#include "app/scenario_options.hpp"
#include "core/utf8.hpp"
#include "teaching/load_lesson.hpp"

namespace misproxy::app {
namespace {

LoadedScenario check_lesson(const ScenarioFile& file) {
  return {{}, teaching::load_lesson(file.name, file.text).problems, {}};
}

}  // namespace

ExitCode check(const CheckOptions& options) {
  const auto found = find_scenarios(options.paths);
  std::size_t mistakes = 0;
  for (const auto& file : found.files) {
    const auto loaded =
        teaching::is_lesson(file.text) ? check_lesson(file) : load_scenario(file.name, file.text);
    mistakes += loaded.problems.size();
    if (options.format == Format::json) {
      print(fmt::format("{}\n", check_json(file.name, loaded.problems, loaded.warnings)));
    } else if (loaded.problems.empty()) {
      print(fmt::format("{}: ok\n", visible(file.name)));
    }
    tell(to_text(loaded.problems) + to_text(loaded.warnings));
  }
  const auto code = complain_of(found.errors);
  return mistakes == 0 ? code : ExitCode::bad_input;
}

}  // namespace misproxy::app
