#include "app/one_scenario.hpp"

#include <fmt/format.h>

#include "app/say.hpp"
#include "app/scenario_files.hpp"
#include "app/state.hpp"
#include "live/today.hpp"
#include "scenario/loader.hpp"

namespace misproxy::app {

std::variant<OneScenario, Refusal> one_scenario(const std::string& named, std::string_view only) {
  const auto found = find_scenarios({named});
  if (!found.errors.empty())
    return Refusal{found.errors.front().code, found.errors.front().message};
  if (found.files.size() != 1)
    return Refusal{ExitCode::bad_input,
                   fmt::format("{}: {} scenarios; {}", named, found.files.size(), only)};
  const auto& file = found.files.front();
  auto loaded = load_scenario(file.name, file.text);
  tell(to_text(loaded.problems) + to_text(loaded.warnings));
  if (!loaded.problems.empty())
    return Refusal{ExitCode::bad_input, fmt::format("{}: nothing was started", file.name)};
  return OneScenario{std::string(file.text), std::move(loaded.scenario)};
}

std::variant<live::StoredAuthority, Refusal> installed_authority(
    const std::optional<std::string>& state_dir) {
  auto opened = open_state(state_dir, live::today());
  if (auto* why = std::get_if<std::string>(&opened))
    return Refusal{ExitCode::environment, std::move(*why)};
  return std::move(std::get<live::StoredAuthority>(opened));
}

}  // namespace misproxy::app
