#include "scenario/upstream_checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/address_policy.hpp"
#include "scenario/may_meet.hpp"

namespace misproxy {
namespace {

/// What only the embedded origin has.
constexpr std::array<std::string_view, 9> kEmbeddedKeys{
    "tls",     "alpn",  "session_tickets", "certificate", "client_certificate",
    "ciphers", "route", "files",           "say"};

/// A glob is a list of hosts only where it names whose they are: two labels behind the last
/// wildcard's. `*` and `*.com` would make an open relay.
bool names_a_domain(std::string_view host) {
  const auto wild = host.find_last_of("*?");
  if (wild == std::string_view::npos) return true;
  const auto first = host.find('.', wild);
  return first != std::string_view::npos &&
         host.substr(first + 1).find('.') != std::string_view::npos;
}

void check_keys(TableReader& table, const OriginSettings& origin) {
  for (const auto key : kEmbeddedKeys) {
    const bool is_without_tls = key == "tls" && origin.tls.empty();
    if (!table.has(key) || is_without_tls) continue;
    table.report_at(
        key, fmt::format("`{}` is the embedded origin's, and this one is a real upstream", key),
        "leave it out: the real one decides that itself");
  }
}

/// `via = "real"` and `parent` lead to whatever host is asked for.
void check_host(TableReader& table, const OriginSettings& origin) {
  if (origin.upstream.connect_to) return;
  if (!names_a_domain(origin.host)) {
    table.report_at("host",
                    fmt::format("`host` cannot be `{}` for a real upstream: misproxy is no open "
                                "relay",
                                origin.host),
                    "name the hosts, or a domain with two labels or more, such as `*.cisco.com`");
  }
  if (origin.upstream.parent || is_glob(origin.host) || !is_address(origin.host)) return;
  if (const auto kind = special_address(origin.host)) {
    table.report_at(
        "host",
        fmt::format("`host` is {}, and `via = \"real\"` leads to public addresses only", *kind),
        fmt::format("say where to: connect-to = \"{}\"",
                    Endpoint{origin.host, static_cast<std::uint16_t>(origin.port)}.text()));
  }
}

/// Packets of its own has the world `virtual` alone, and a way to the real network has it not.
void check_path_fault(TableReader& table, const Fault& fault) {
  auto when = table.has("when") ? table.child("when") : std::nullopt;
  const auto point = fault.when.point;
  if (!when || (point != Point::path && point != Point::lookup)) return;
  when->report_at("point",
                  fmt::format("no world has both `{}`, which needs packets of its own, and a real "
                              "upstream",
                              word(point)),
                  "act at `tunnel`, or leave all hosts to the embedded origin");
}

bool is_inspected(const Scenario& scenario, const OriginSettings& origin) {
  return !origin.is_plain() && std::ranges::any_of(scenario.faults, [&](const Fault& fault) {
    return std::holds_alternative<Inspect>(fault.deed) && may_meet(fault, origin);
  });
}

/// TLS of a real upstream's ends at the proxy only where the tunnel is inspected.
void check_inner_fault(TableReader& table, const Scenario& scenario, const Fault& fault) {
  const auto point = fault.when.point;
  if (point != Point::inner_request && point != Point::inner_response) return;
  const OriginSettings* real = nullptr;
  for (const auto& origin : scenario.origins) {
    if (!may_meet(fault, origin)) continue;
    if (!origin.upstream.is_real() || origin.is_plain() || is_inspected(scenario, origin)) return;
    real = &origin;
  }
  auto when = real == nullptr || !table.has("when") ? std::nullopt : table.child("when");
  if (!when) return;
  when->report_at("point",
                  fmt::format("`{}` is inside TLS, and that of `{}` ends at the real upstream",
                              word(point), real->host),
                  "act at `tunnel`, have the tunnel inspected (do.inspect), write `tls = []` where "
                  "it speaks plain HTTP, or leave the host to the embedded origin");
}

}  // namespace

void check_upstreams(TableReader& root, const Scenario& scenario) {
  const auto is_real = [](const OriginSettings& origin) { return origin.upstream.is_real(); };
  if (std::ranges::none_of(scenario.origins, is_real)) return;
  auto tables = root.children("origin");
  for (std::size_t i = 0; i < scenario.origins.size() && i < tables.size(); ++i) {
    if (!is_real(scenario.origins[i])) continue;
    check_keys(tables[i], scenario.origins[i]);
    check_host(tables[i], scenario.origins[i]);
  }
  if (scenario.faults.empty()) return;
  auto faults = root.children("fault");
  for (std::size_t i = 0; i < scenario.faults.size() && i < faults.size(); ++i) {
    check_inner_fault(faults[i], scenario, scenario.faults[i]);
    check_path_fault(faults[i], scenario.faults[i]);
  }
}

}  // namespace misproxy
