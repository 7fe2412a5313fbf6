#include "scenario/lookup_checks.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "core/glob.hpp"
#include "core/nearest.hpp"

namespace misproxy {
namespace {

std::vector<std::string_view> names_of(const Scenario& scenario) {
  std::vector<std::string_view> names;
  if (!scenario.network.proxy_name.empty()) names.push_back(scenario.network.proxy_name);
  for (const auto& origin : scenario.origins)
    names.push_back(origin.host);
  return names;
}

bool is_meant(std::string_view host, std::string_view name) {
  return glob_matches(host, name) || glob_matches(name, host) || (is_glob(host) && is_glob(name));
}

constexpr auto kNameTheProxy = "[network] proxy_name = \"proxy.example.com\"";

void check_lookup(TableReader& table, const Scenario& scenario, const Fault& fault) {
  const auto names = names_of(scenario);
  const auto& host = fault.when.host;
  if (!host) {
    if (scenario.network.proxy_name.empty())
      table.report_at("point", "the client goes to its proxy by address, and looks up no name",
                      fmt::format("give the proxy one: {}", kNameTheProxy));
    return;
  }
  if (std::ranges::any_of(names, [&](auto name) { return is_meant(*host, name); })) return;
  const auto close = nearest(*host, names);
  table.report_at("host", fmt::format("`host`: no name of this scenario is `{}`", *host),
                  close ? fmt::format("did you mean `{}`?", *close)
                        : fmt::format("one of `{}`, or another proxy: {}", fmt::join(names, "`, `"),
                                      kNameTheProxy));
}

}  // namespace

void check_lookups(TableReader& root, const Scenario& scenario) {
  const auto is_of_lookup = [](const Fault& fault) { return fault.when.point == Point::lookup; };
  if (std::ranges::none_of(scenario.faults, is_of_lookup)) return;
  auto tables = root.children("fault");
  for (std::size_t i = 0; i < scenario.faults.size() && i < tables.size(); ++i) {
    auto when = is_of_lookup(scenario.faults[i]) ? tables[i].child("when") : std::nullopt;
    if (when) check_lookup(*when, scenario, scenario.faults[i]);
  }
}

}  // namespace misproxy
