#include "api/wish.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <limits>

#include "api/diagnostics_json.hpp"
#include "api/json_scenario.hpp"
#include "api/members.hpp"
#include "core/utf8.hpp"
#include "plan/worlds.hpp"
#include "scenario/bundled.hpp"
#include "scenario/loader.hpp"

namespace misproxy::api {
namespace {

namespace json = boost::json;

constexpr std::size_t kLongestId = 64;

bool is_id(const std::string& id) {
  return !id.empty() && id.size() <= kLongestId && std::ranges::all_of(id, [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '.' || c == '_' || c == '-';
  });
}

/// What is served, as text and by the name that diagnostics have for it.
struct Source {
  std::string name;
  std::string text;
};

std::variant<Source, Response> bundled(const std::string& id) {
  std::vector<std::string_view> ids;
  for (const auto& scenario : bundled_scenarios()) {
    if (scenario.id() == id) return Source{id, std::string(scenario.text)};
    ids.push_back(scenario.id());
  }
  return problem(404, "no-such-scenario",
                 fmt::format("there is no scenario `{}`{}", id, did_you_mean(id, ids)));
}

std::variant<Source, Response> source_of(const json::value* scenario,
                                         const std::optional<std::string>& toml) {
  if (toml && scenario == nullptr) return Source{"toml", *toml};
  if (scenario != nullptr && !toml) {
    if (const auto* id = scenario->if_string()) return bundled(std::string(*id));
    if (const auto* object = scenario->if_object()) {
      if (auto text = toml_of(*object)) return Source{"scenario", std::move(*text)};
      return problem(400, "bad-request", "`scenario` has a null in it: leave that key out");
    }
  }
  return problem(
      400, "bad-request",
      "say what to serve: `scenario`, an id of GET /scenarios or an object, or `toml`, a "
      "text; one of them");
}

Response refuse(const Source& source, const std::vector<Diagnostic>& problems) {
  return problem(422, "bad-scenario", problems.front().message,
                 {{"diagnostics", diagnostics_json(problems)}, {"toml", as_utf8(source.text)}});
}

}  // namespace

std::variant<ProxyWish, Response> read_wish(const Request& request) {
  const bool is_toml = request.headers.contains("content-type") &&
                       request.headers.at("content-type").starts_with("application/toml");
  Members members(is_toml ? json::serialize(json::object{{"toml", as_utf8(request.body)}})
                          : request.body);
  const auto* scenario = members.take("scenario");
  const auto toml = members.text("toml");
  const auto id = members.text("id");
  const auto seed = members.whole("seed", 0, std::numeric_limits<std::int64_t>::max());
  const auto port = members.whole("port", 0, 65'535);
  const auto captures = members.flag("capture");
  if (id && !is_id(*id)) {
    members.fail(
        fmt::format("`id`: 1 to {} letters, digits, dots, dashes or underscores", kLongestId));
  }
  if (auto wrong = members.wrong()) return std::move(*wrong);
  auto source = source_of(scenario, toml);
  if (auto* refused = std::get_if<Response>(&source)) return std::move(*refused);
  auto& found = std::get<Source>(source);
  auto loaded = load_scenario(found.name, found.text);
  if (!loaded.problems.empty()) return refuse(found, loaded.problems);
  if (const auto why = why_not_live(loaded.scenario)) return problem(422, "not-live", *why);
  return ProxyWish{id.value_or(""), std::move(found.text),
                   Plan(std::move(loaded.scenario), static_cast<std::uint64_t>(seed.value_or(1))),
                   static_cast<std::uint16_t>(port.value_or(0)), captures.value_or(true)};
}

}  // namespace misproxy::api
