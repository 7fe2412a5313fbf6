#include <fmt/format.h>

#include <algorithm>

#include "app/json_text.hpp"
#include "app/list_clients.hpp"
#include "app/list_faults.hpp"
#include "app/listed_scenario.hpp"
#include "app/say.hpp"
#include "app/scenario_options.hpp"
#include "app/verdict_ids.hpp"
#include "core/colour.hpp"
#include "core/nearest.hpp"
#include "core/utf8.hpp"
#include "diagnose/lesson.hpp"

namespace misproxy::app {
namespace {

using Listed = std::vector<ListedScenario>;

struct Loaded {
  Listed scenarios;
  ExitCode code = ExitCode::ok;
};

Loaded load_all(const std::vector<std::string>& paths) {
  auto found = paths.empty() ? FoundScenarios{bundled_files(), {}} : find_scenarios(paths);
  Loaded all;
  all.code = complain_of(found.errors);
  for (auto& file : found.files) {
    auto loaded = load_scenario(file.name, file.text);
    if (loaded.problems.empty()) {
      all.scenarios.push_back({std::move(file), std::move(loaded.scenario)});
      continue;
    }
    tell(to_text(loaded.problems));
    all.code = ExitCode::bad_input;
  }
  return all;
}

/// In the order in which they come.
std::vector<std::string_view> layers_of(const Listed& all) {
  std::vector<std::string_view> layers;
  for (const auto& each : all) {
    if (std::find(layers.begin(), layers.end(), each.file.layer) == layers.end())
      layers.push_back(each.file.layer);
  }
  return layers;
}

ExitCode unknown_layer(const std::string& layer, const std::vector<std::string_view>& layers) {
  const auto close = nearest(layer, layers);
  return complain(ExitCode::bad_input,
                  fmt::format("there is no layer {}; {}", layer,
                              close ? fmt::format("did you mean {}?", *close)
                                    : fmt::format("one of {}", fmt::join(layers, ", "))));
}

void print_text(const Listed& shown, bool grouped) {
  std::size_t widest = 0;
  for (const auto& each : shown)
    widest = std::max(widest, each.scenario.about.id.size());
  std::string_view layer;
  for (const auto& [file, scenario] : shown) {
    if (grouped && file.layer != layer) {
      print(fmt::format("{}{}\n", layer.empty() ? "" : "\n",
                        painted(file.layer, kBold, stdout_has_colour())));
      layer = file.layer;
    }
    const auto* indent = grouped ? "  " : "";
    const auto& about = scenario.about;
    print(fmt::format("{}{:<{}}  {}\n", indent, about.id, widest, visible(about.title)));
    if (!file.built_in) print(fmt::format("{:<{}}  {}\n", "", widest, visible(file.name)));
  }
}

}  // namespace

ExitCode list(const ListOptions& options) {
  if (options.faults) {
    list_faults(options.format);
    return ExitCode::ok;
  }
  if (options.clients) {
    list_clients(options.format);
    return ExitCode::ok;
  }
  const auto& filter = options.filter;
  if (filter.verdict && misproxy::diagnose::find_lesson(*filter.verdict) == nullptr)
    return unknown_verdict(*filter.verdict);
  auto [all, code] = load_all(options.paths);
  const auto layers = layers_of(all);
  if (filter.layer && std::find(layers.begin(), layers.end(), *filter.layer) == layers.end())
    return unknown_layer(*filter.layer, layers);
  std::erase_if(all, [&](const auto& each) { return !filter.takes(each); });
  if (all.empty() && code == ExitCode::ok)
    return complain(ExitCode::mismatch, "no scenario is of this kind");
  if (options.format == Format::json) {
    for (const auto& [file, scenario] : all)
      print(fmt::format("{}\n", list_json(file, scenario)));
  } else {
    print_text(all, options.paths.empty());
  }
  return code;
}

}  // namespace misproxy::app
