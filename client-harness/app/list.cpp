#include <fmt/format.h>

#include <algorithm>

#include "app/json_text.hpp"
#include "app/list_faults.hpp"
#include "app/say.hpp"
#include "app/scenario_files.hpp"
#include "app/verbs.hpp"
#include "core/utf8.hpp"

namespace misproxy::app {

ExitCode list(const ListOptions& options) {
  if (options.faults) {
    list_faults(options.format);
    return ExitCode::ok;
  }
  auto found =
      options.paths.empty() ? FoundScenarios{bundled_files(), {}} : find_scenarios(options.paths);
  std::vector<std::pair<ScenarioFile, About>> rows;
  std::size_t widest = 0;
  auto code = complain_of(found.errors);
  for (auto& file : found.files) {
    auto loaded = load_scenario(file.name, file.text);
    if (!loaded.problems.empty()) {
      tell(to_text(loaded.problems));
      code = ExitCode::bad_input;
      continue;
    }
    widest = std::max(widest, loaded.scenario.about.id.size());
    rows.emplace_back(std::move(file), std::move(loaded.scenario.about));
  }
  for (const auto& [file, about] : rows) {
    if (options.format == Format::json) {
      print(fmt::format("{}\n", list_json(file, about)));
    } else {
      print(fmt::format("{:<{}}  {}\n", about.id, widest, visible(about.title)));
      if (!file.built_in) print(fmt::format("{:<{}}  {}\n", "", widest, visible(file.name)));
    }
  }
  return code;
}

}  // namespace misproxy::app
