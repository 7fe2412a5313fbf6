#include "scenario/loader.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <set>
#include <utility>

#include "core/download_path.hpp"
#include "core/endpoint.hpp"
#include "core/glob.hpp"
#include "core/nearest.hpp"
#include "core/target_path.hpp"
#include "fault/hidden.hpp"
#include "scenario/fault_checks.hpp"
#include "scenario/lookup_checks.hpp"
#include "scenario/may_meet.hpp"
#include "scenario/origin_checks.hpp"
#include "scenario/toml_document.hpp"
#include "scenario/upstream_checks.hpp"

namespace misproxy {
namespace {

/// What no single table can see: ids that stand twice, and ids that no fault has.
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

/// Faults that another keeps from ever acting.
void check_hidden_faults(TableReader& root, const Scenario& scenario) {
  const bool all_have_tls = std::ranges::none_of(
      scenario.origins, [](const OriginSettings& origin) { return origin.tls.empty(); });
  const auto hidden = hidden_faults(scenario.faults, all_have_tls);
  if (hidden.empty()) return;
  auto tables = root.children("fault");
  for (const auto& each : hidden) {
    const auto& by = scenario.faults[each.by].id;
    tables[each.fault].report_at(
        "id",
        fmt::format("`{}` never acts: wherever it would, `{}` (line {}) acts before it, and after "
                    "that there is nothing left for it",
                    scenario.faults[each.fault].id, by, tables[each.by].line_of("id")),
        fmt::format("let `{}` act in fewer cases, or leave one of them out", by));
  }
}

/// A script is of any protocol, so that nothing says by itself whether it is within TLS.
void check_scripts(TableReader& root, const Scenario& scenario) {
  const auto has_script = [](const OriginSettings& origin) { return !origin.script.empty(); };
  if (std::ranges::none_of(scenario.origins, has_script)) return;
  auto tables = root.children("origin");
  for (std::size_t i = 0; i < scenario.origins.size() && i < tables.size(); ++i) {
    const auto& origin = scenario.origins[i];
    if (!has_script(origin) || origin.upstream.is_real()) continue;
    tables[i].check("say", tables[i].has("tls"),
                    "goes with `tls`, which says within which versions: `tls = []` for none");
    tables[i].check("alpn", !tables[i].has("alpn"),
                    "goes with HTTP: a script agrees on no protocol");
  }
}

/// What acts in an origin's TLS, where none of those that it can meet has any.
void check_faults_of_tls(TableReader& root, const Scenario& scenario) {
  const auto has_tls = [](const OriginSettings& origin) { return !origin.tls.empty(); };
  if (scenario.faults.empty() || std::ranges::all_of(scenario.origins, has_tls)) return;
  auto tables = root.children("fault");
  for (std::size_t i = 0; i < scenario.faults.size() && i < tables.size(); ++i) {
    const auto& fault = scenario.faults[i];
    const bool meets_tls = std::ranges::any_of(scenario.origins, [&](const OriginSettings& origin) {
      return has_tls(origin) && may_meet(fault, origin);
    });
    if (!fault.is_of_tls() || meets_tls) continue;
    tables[i].report_at("do",
                        fmt::format("`{}` acts in an origin's TLS, and no [[origin]] that it can "
                                    "meet has any (`tls = []`)",
                                    fault.word()));
  }
}

/// [client], where it says a URL.
std::optional<TableReader> client_with_url(TableReader& root) {
  if (!root.has("client")) return std::nullopt;
  auto client = root.child("client");
  return client && client->has("url") ? std::move(client) : std::nullopt;
}

/// A client that is told no URL asks for a host that the scenario names.
void choose_url(TableReader& root, Scenario& scenario) {
  if (client_with_url(root)) return;
  const auto& origins = scenario.origins;
  const bool listed = std::ranges::any_of(origins, [](const OriginSettings& origin) {
    return origin.port == 443 && glob_matches(origin.host, ClientSettings::kHost);
  });
  const auto first = std::ranges::find_if(
      origins, [](const OriginSettings& origin) { return !is_glob(origin.host); });
  if (listed || first == origins.end()) return;
  const bool plain = first->tls.empty();
  auto place = Endpoint{first->host, static_cast<std::uint16_t>(first->port)}.text();
  const std::string_view usual = plain ? ":80" : ":443";
  if (place.ends_with(usual)) place.resize(place.size() - usual.size());
  scenario.client.url = fmt::format("{}://{}", plain ? "http" : "https", place);
}

void check_download(TableReader& root, const Scenario& scenario) {
  const auto size = download_path_bytes(target_path(scenario.client.url));
  if (!size || *size <= kMostBodyBytes) return;
  if (auto client = client_with_url(root)) {
    client->report_at("url", fmt::format("`url`: the origin makes at most {} bytes (1 TiB) at "
                                         "/bytes/<n>",
                                         kMostBodyBytes));
  }
}

using Words = std::vector<std::string_view>;

Words fault_ids(const Scenario& scenario) {
  Words ids;
  for (const auto& fault : scenario.faults)
    ids.push_back(fault.id);
  return ids;
}

void check_known(TableReader& table, std::string_view key, const std::string& id,
                 const Words& ids) {
  if (std::find(ids.begin(), ids.end(), id) != ids.end()) return;
  const auto close = nearest(id, ids);
  table.report_at(key, fmt::format("`{}`: there is no fault `{}`", key, id),
                  close         ? fmt::format("did you mean `{}`?", *close)
                  : ids.empty() ? "the scenario has no [[fault]]"
                                : fmt::format("one of `{}`", fmt::join(ids, "`, `")));
}

void check_list(TableReader& table, std::string_view key, const std::vector<std::string>& named,
                const Words& ids) {
  std::set<std::string> seen;
  for (const auto& id : named) {
    check_known(table, key, id, ids);
    if (!seen.insert(id).second)
      table.report_at(key, fmt::format("`{}` names `{}` twice", key, id));
  }
}

void check_events(TableReader& table, const std::vector<EventExpectation>& wanted,
                  const Words& ids) {
  const bool none = std::none_of(wanted.begin(), wanted.end(),
                                 [](const EventExpectation& each) { return each.fault; });
  if (none) return;
  auto events = table.children("event");
  for (std::size_t i = 0; i < wanted.size() && i < events.size(); ++i) {
    if (wanted[i].fault) check_known(events[i], "fault", *wanted[i].fault, ids);
  }
}

/// Both lists of `[expect]` and its events name faults of this file.
void check_expected_faults(TableReader& root, const Scenario& scenario) {
  const auto& expect = scenario.expect;
  const auto ids = fault_ids(scenario);
  const bool named = std::find(ids.begin(), ids.end(), "") == ids.end();
  const bool none = expect.may_not_fire.empty() && expect.one_fires.empty() && expect.event.empty();
  if (none || !named) return;  // where one has lost its id, that is said already
  auto table = root.child("expect");
  check_list(*table, "may_not_fire", expect.may_not_fire, ids);
  check_list(*table, "one_fires", expect.one_fires, ids);
  for (const auto& id : expect.one_fires) {
    const auto& spared = expect.may_not_fire;
    if (std::find(spared.begin(), spared.end(), id) == spared.end()) continue;
    table->report_at("one_fires", fmt::format("`{}` stands in `may_not_fire` too", id),
                     "what stands in `one_fires` need not act alone: leave it out of the other");
  }
  check_events(*table, expect.event, ids);
}

}  // namespace

LoadedScenario load_scenario(std::string file, std::string_view text) {
  LoadedScenario loaded;
  loaded.scenario.folder = std::filesystem::path(file).parent_path().string();
  TomlDocument document(std::move(file), text);
  auto root = document.root();
  loaded.scenario.visit(root);
  check_fault_ids(root, loaded.scenario);
  check_scripts(root, loaded.scenario);
  if (document.is_clean()) check_hidden_faults(root, loaded.scenario);
  if (document.is_clean()) check_faults(root, loaded.scenario);
  if (document.is_clean()) check_lookups(root, loaded.scenario);
  if (document.is_clean()) check_faults_of_tls(root, loaded.scenario);
  if (document.is_clean()) check_origins(root, loaded.scenario);
  if (document.is_clean()) check_upstreams(root, loaded.scenario);
  if (document.is_clean()) choose_url(root, loaded.scenario);
  check_download(root, loaded.scenario);
  if (document.is_whole()) check_expected_faults(root, loaded.scenario);
  root.check("origin", !loaded.scenario.origins.empty(), "at least one [[origin]]");
  root.finish();
  loaded.problems = document.take_diagnostics();
  loaded.warnings = document.take_warnings();
  return loaded;
}

}  // namespace misproxy
