#include "scenario/loader.hpp"

#include <fmt/format.h>

#include <set>

#include "scenario/toml_document.hpp"

namespace misproxy {
namespace {

/// What no single table can see: ids that stand twice.
void check_fault_ids(TableReader& root, const Scenario& scenario) {
  if (scenario.faults.size() < 2) return;
  std::set<std::string> seen;
  auto tables = root.children("fault");
  for (std::size_t i = 0; i < scenario.faults.size() && i < tables.size(); ++i) {
    const auto& id = scenario.faults[i].id;
    if (seen.insert(id).second || id.empty()) continue;
    tables[i].report_at("id", fmt::format("a fault before this one has the id `{}`", id));
  }
}

}  // namespace

LoadedScenario load_scenario(std::string file, std::string_view text) {
  TomlDocument document(std::move(file), text);
  LoadedScenario loaded;
  auto root = document.root();
  loaded.scenario.visit(root);
  check_fault_ids(root, loaded.scenario);
  root.check("origin", !loaded.scenario.origins.empty(), "at least one [[origin]]");
  root.finish();
  loaded.problems = document.take_diagnostics();
  loaded.warnings = document.take_warnings();
  return loaded;
}

}  // namespace misproxy
