#include "app/run_options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "app/whole_text.hpp"
#include "drivers/real_client.hpp"

namespace misproxy::app {
namespace {

constexpr std::array<std::string_view, 3> kWorlds{"virtual", "live", "lab"};

}  // namespace

std::string_view RunOptions::client_name() const {
  if (client == ClientChoice::fmc) return "fmc";
  return client == ClientChoice::exec ? "exec" : real->name;
}

std::optional<NumberRange> parse_range(std::string_view text) {
  const auto colon = text.find(':');
  const auto ends = text.substr(0, colon);
  const auto dots = ends.find("..");
  if (dots == std::string_view::npos) return std::nullopt;
  const auto from = whole_of(ends.substr(0, dots));
  const auto to = whole_of(ends.substr(dots + 2));
  const auto step = colon == std::string_view::npos ? std::optional<std::int64_t>(1)
                                                    : whole_of(text.substr(colon + 1));
  if (!from || !to || !step || *to < *from || *step == 0) return std::nullopt;
  return NumberRange{*from, *to, *step};
}

std::optional<std::pair<RunOptions::WorldChoice, RunOptions::WorldChoice>> parse_worlds(
    std::string_view text) {
  const auto world = [](std::string_view name) -> std::optional<RunOptions::WorldChoice> {
    const auto found = std::ranges::find(kWorlds, name);
    if (found == kWorlds.end()) return std::nullopt;
    return static_cast<RunOptions::WorldChoice>(found - kWorlds.begin());
  };
  const auto comma = text.find(',');
  if (comma == std::string_view::npos) return std::nullopt;
  const auto first = world(text.substr(0, comma));
  const auto second = world(text.substr(comma + 1));
  if (!first || !second || *first == *second) return std::nullopt;
  return std::pair{*first, *second};
}

std::string asked_for(const RunOptions& options) {
  auto text = fmt::format("world {}, client {}{}, seeds {}..{}",
                          kWorlds.at(static_cast<std::size_t>(options.world)),
                          options.client_name(), options.exec.empty() ? "" : ":" + options.exec,
                          options.seeds.from, options.seeds.to);
  if (options.sweep)
    text += fmt::format(", offsets {}..{}:{}", options.sweep->from, options.sweep->to,
                        options.sweep->step);
  constexpr std::array<std::string_view, 3> kEvidence{"capture", "log", "both"};
  text += fmt::format(", evidence {}", kEvidence.at(static_cast<std::size_t>(options.evidence)));
  if (options.repeat > 1) text += fmt::format(", each {} times", options.repeat);
  const RunOptions usual;
  if (options.max_time_s != usual.max_time_s) text += fmt::format(", {} s", options.max_time_s);
  if (options.max_events != usual.max_events)
    text += fmt::format(", {} events", options.max_events);
  if (!options.splice) text += ", without splice";
  if (options.require_expect) text += ", with expectations";
  return text;
}

}  // namespace misproxy::app
