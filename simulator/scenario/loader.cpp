#include "scenario/loader.hpp"

#include <fmt/format.h>

#include <set>

#include "core/download_path.hpp"
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

/// The path of a URL, without its query.
std::string_view path_of(std::string_view url) {
  url = url.substr(0, url.find_first_of("?#"));
  const auto scheme = url.find("://");
  const auto slash = url.find('/', scheme == std::string_view::npos ? 0 : scheme + 3);
  return slash == std::string_view::npos ? std::string_view() : url.substr(slash);
}

void check_download(TableReader& root, const Scenario& scenario) {
  const auto size = download_path_bytes(path_of(scenario.client.url));
  if (!size || *size <= kMostBodyBytes || !root.has("client")) return;
  auto client = root.child("client");
  if (client && client->has("url")) {
    client->report_at("url", fmt::format("`url`: the origin makes at most {} bytes (1 TiB) at "
                                         "/bytes/<n>",
                                         kMostBodyBytes));
  }
}

}  // namespace

LoadedScenario load_scenario(std::string file, std::string_view text) {
  TomlDocument document(std::move(file), text);
  LoadedScenario loaded;
  auto root = document.root();
  loaded.scenario.visit(root);
  check_fault_ids(root, loaded.scenario);
  check_download(root, loaded.scenario);
  root.check("origin", !loaded.scenario.origins.empty(), "at least one [[origin]]");
  root.finish();
  loaded.problems = document.take_diagnostics();
  loaded.warnings = document.take_warnings();
  return loaded;
}

}  // namespace misproxy
