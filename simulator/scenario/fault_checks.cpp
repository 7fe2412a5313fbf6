#include "scenario/fault_checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "core/ascii.hpp"
#include "scenario/may_meet.hpp"

namespace misproxy {
namespace {

/// What an answer is made of where no raw bytes stand for it.
constexpr std::array<std::string_view, 6> kParts{"status",  "reason", "version",
                                                 "headers", "body",   "body_bytes"};

std::optional<TableReader> child_of(TableReader& table, std::string_view key) {
  return table.has(key) ? table.child(key) : std::nullopt;
}

template <class Keys>
std::optional<std::string_view> first_of(const TableReader& table, const Keys& keys) {
  const auto found = std::ranges::find_if(keys, [&](auto key) { return table.has(key); });
  return found == std::ranges::end(keys) ? std::nullopt : std::optional<std::string_view>(*found);
}

/// Raw bytes are the whole answer.
void check_answer(TableReader& table) {
  auto deed = child_of(table, "do");
  auto respond = deed ? child_of(*deed, Respond::kWord) : std::nullopt;
  if (!respond) return;
  constexpr auto kRaw = Respond::kRaw;
  const auto raw = first_of(*respond, std::array{kRaw.text, kRaw.hex, kRaw.base64});
  const auto part = first_of(*respond, kParts);
  if (!raw || !part) return;
  respond->report_at(*part,
                     fmt::format("`{}` is never sent: `{}` (line {}) is the whole answer", *part,
                                 *raw, respond->line_of(*raw)),
                     "leave one of them out");
}

/// The first origin that the fault may meet, where all of them speak TLS: such a one is asked for
/// with CONNECT.
std::optional<std::size_t> met_through_tunnels(const Fault& fault, const Scenario& scenario) {
  std::optional<std::size_t> first;
  for (std::size_t i = 0; i < scenario.origins.size(); ++i) {
    const auto& origin = scenario.origins[i];
    if (!may_meet(fault, origin)) continue;
    if (origin.is_plain() || origin.upstream.is_real()) return std::nullopt;
    if (!first) first = i;
  }
  return first;
}

void check_path(TableReader& root, TableReader& table, const Fault& fault,
                const Scenario& scenario) {
  const auto& when = fault.when;
  auto conditions = when.path ? child_of(table, "when") : std::nullopt;
  if (!conditions) return;
  if (when.method && same_but_for_case(*when.method, "CONNECT")) {
    return conditions->report_at(
        "path",
        fmt::format("`{}` never acts: no CONNECT has a path, and `method` (line {}) lets nothing "
                    "else through",
                    fault.id, conditions->line_of("method")),
        "leave one of them out");
  }
  const bool is_at_proxy = when.point <= Point::reply;
  const auto origin = is_at_proxy ? met_through_tunnels(fault, scenario) : std::nullopt;
  if (!origin) return;
  auto origins = root.children("origin");
  conditions->warn_at(
      "path", fmt::format("`path`: no CONNECT has one, and at `{}` `{}` meets little else: `{}` "
                          "(line {}) speaks TLS; `inner-request` knows the paths inside",
                          word(when.point), fault.id, scenario.origins[*origin].host,
                          origins[*origin].line_of("host")));
}

}  // namespace

void check_faults(TableReader& root, const Scenario& scenario) {
  if (scenario.faults.empty()) return;
  auto tables = root.children("fault");
  for (std::size_t i = 0; i < scenario.faults.size() && i < tables.size(); ++i) {
    check_answer(tables[i]);
    check_path(root, tables[i], scenario.faults[i], scenario);
  }
}

}  // namespace misproxy
