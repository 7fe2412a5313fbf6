#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "api/operations/families.hpp"
#include "api/operations/media_type.hpp"
#include "api/operations/of_proxy.hpp"
#include "api/pages.hpp"
#include "api/wish.hpp"
#include "plan/worlds.hpp"
#include "scenario/bundled.hpp"
#include "scenario/json_schema.hpp"
#include "scenario/loader.hpp"

namespace misproxy::api {
namespace {

namespace json = boost::json;

/// Those that come with misproxy do not change: they are read once.
const std::vector<json::object>& all_scenarios() {
  static const auto all = [] {
    std::vector<json::object> told;
    for (const auto& file : bundled_scenarios()) {
      const auto loaded = load_scenario(std::string(file.path), file.text);
      const auto folder = file.path.substr(0, file.path.rfind('/'));
      const auto& wanted = loaded.scenario.expect.verdict;
      const auto& about = loaded.scenario.about;
      told.push_back({{"id", about.id},
                      {"layer", folder.substr(folder.rfind('/') + 1)},
                      {"title", about.title},
                      {"teaches", about.teaches},
                      {"live", !why_not_live(loaded.scenario).has_value()},
                      {"verdict", wanted ? json::value(*wanted) : json::value(nullptr)}});
    }
    return told;
  }();
  return all;
}

void scenarios(Context&, const Request& request, const Names&, const Reply& reply) {
  json::array found;
  for (const auto& scenario : all_scenarios()) {
    const bool wanted = std::ranges::all_of(std::array{"layer", "verdict"}, [&](const char* key) {
      const auto asked = request.query.find(key);
      return asked == request.query.end() || scenario.at(key) == json::value(asked->second);
    });
    if (wanted) found.push_back(scenario);
  }
  reply(json_response(200, json::object{{"scenarios", std::move(found)}}));
}

void scenario_text(Context&, const Request&, const Names& names, const Reply& reply) {
  std::vector<std::string_view> ids;
  for (const auto& scenario : bundled_scenarios()) {
    if (scenario.id() == names.front())
      return reply({200, "application/toml; charset=utf-8", std::string(scenario.text)});
    ids.push_back(scenario.id());
  }
  reply(problem(
      404, "no-such-scenario",
      fmt::format("there is no scenario `{}`{}", names.front(), did_you_mean(names.front(), ids))));
}

}  // namespace

const std::vector<Operation>& scenario_operations() {
  static const std::vector<Operation> rows{
      {"GET",
       "/scenarios",
       "listScenarios",
       "The scenarios that come with misproxy",
       {{"layer", "string", "only those of that layer"},
        {"verdict", "string", "only those that show it"}},
       "",
       {{200, kJson, "Scenarios", "by layer"}},
       scenarios},
      {"GET",
       "/",
       "readPage",
       "The page for a browser",
       {},
       "",
       {{200, kHtml, "", "proxies, their ladders and verdicts"}},
       [](Context& context, const Request&, const Names&, const Reply& reply) {
         reply(home(context));
       }},
      {"GET",
       "/assets/{name}",
       "readAsset",
       "What that page is made of",
       {},
       "",
       {{200, "", "", "style, or a script"}},
       [](Context&, const Request&, const Names& names, const Reply& reply) {
         reply(asset(names.front()));
       }},
      {"GET",
       "/scenarios/{scenario}",
       "readScenario",
       "One of them, as its file",
       {},
       "",
       {{200, "application/toml", "", "TOML"}},
       scenario_text},
      {"GET",
       "/schema",
       "readSchema",
       "The JSON schema of scenarios, as `misproxy schema` prints it",
       {},
       "",
       {{200, kJson, "Schema", "draft 7"}},
       [](Context&, const Request&, const Names&, const Reply& reply) {
         reply(json_response(200, scenario_schema()));
       }},
      {"POST",
       "/check",
       "check",
       "What `misproxy check` says of a scenario",
       {},
       "application/toml",
       {{200, kJson, "Diagnostics", "empty where nothing is wrong"}},
       [](Context&, const Request& request, const Names&, const Reply& reply) {
         reply(check(request));
       }},
  };
  return rows;
}

}  // namespace misproxy::api
