#include "app/json_text.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "api/diagnostics_json.hpp"
#include "core/utf8.hpp"

namespace misproxy::app {

namespace json = boost::json;

std::string ready_json(const Ready& ready) {
  json::array origins;
  for (const auto& origin : ready.origins) {
    origins.push_back(json::object{
        {"host", origin.host}, {"port", origin.port}, {"listen", origin.listen.text()}});
  }
  return json::serialize(json::object{{"scenario", ready.scenario},
                                      {"proxy", ready.proxy.text()},
                                      {"proxy_url", ready.proxy_url},
                                      {"origins", std::move(origins)},
                                      {"ca", ready.ca},
                                      {"seed", ready.seed},
                                      {"pid", ready.pid}});
}

std::string check_json(const std::string& file, const std::vector<Diagnostic>& problems,
                       const std::vector<Diagnostic>& warnings) {
  auto list = api::diagnostics_json(problems);
  for (auto& warning : api::diagnostics_json(warnings))
    list.push_back(std::move(warning));
  return json::serialize(json::object{
      {"file", as_utf8(file)}, {"ok", problems.empty()}, {"diagnostics", std::move(list)}});
}

std::string list_json(const ScenarioFile& file, const Scenario& scenario) {
  const auto& about = scenario.about;
  const auto& verdict = scenario.expect.verdict;
  return json::serialize(json::object{
      {"id", about.id},
      {"layer", as_utf8(file.layer)},
      {"verdict", verdict ? json::value(*verdict) : json::value(nullptr)},
      {"title", about.title},
      {"teaches", about.teaches},
      {"built_in", file.built_in},
      {"file", file.built_in ? json::value(nullptr) : json::value(as_utf8(file.name))}});
}

}  // namespace misproxy::app
