#include "diagnose/rules/incident.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "diagnose/http_text.hpp"
#include "diagnose/reading.hpp"
#include "diagnose/rules/settings.hpp"

namespace misproxy::diagnose::rules {
namespace {

constexpr std::string_view kUpstream = "origin-unreachable";  // why a proxy says 503, not beside it

/// A name that DNS does not know, as packets or a client's log tell.
std::optional<Verdict> unresolved(const Observations& seen, const std::vector<Verdict>& verdicts) {
  std::string proxy;
  std::string name;
  std::vector<Citation> places;
  for (const auto& report : seen.reports) {
    const auto& told = report.unresolved_proxy ? report.unresolved_proxy : report.unresolved_host;
    if (!told) continue;
    (report.unresolved_proxy ? proxy : name) = told->value;
    places.push_back(told->where);
  }
  for (const auto& lookup : seen.lookups) {
    const bool failed = lookup.rcode != 0 || lookup.answers == 0;
    if (!failed || (seen.reports.empty() && !verdicts.empty())) continue;
    if (name.empty()) name = lookup.name;
    places.push_back(lookup.where);
  }
  for (const auto& settings : seen.settings) {
    if (settings.host && settings.host->value == name) proxy = name;
  }
  if (proxy.empty() && name.empty()) return std::nullopt;
  // No proxy is asked for the origin's name in a capture alone: what a client resolves is its
  // proxy.
  const bool of_proxy = !proxy.empty() || seen.reports.empty();
  const auto answer = [&]() -> std::string {
    for (const auto& lookup : seen.lookups) {
      if (lookup.rcode == 3) return " (DNS: no such name, NXDOMAIN)";
      if (lookup.rcode == 2) return " (DNS: server failure)";
      if (lookup.rcode == 5) return " (DNS: refused)";
      if (lookup.rcode < 0) return " (the DNS server does not answer)";
    }
    return "";
  }();
  auto found = verdict(
      of_proxy ? "proxy-name-unresolved" : "host-name-unresolved", {},
      fmt::format("The {} name {} does not resolve{}: no connection was tried.",
                  of_proxy ? "proxy's" : "host", shown(proxy.empty() ? name : proxy, 255), answer));
  for (const auto& place : places)
    cite(found, place);
  found.next = {"`dig NAME` on the client, against each of its DNS servers."};
  return found;
}

const Verdict* last_with(const std::vector<Verdict>& verdicts, std::string_view id) {
  const Verdict* last = nullptr;
  for (const auto& each : verdicts) {
    if (each.id == id) last = &each;
  }
  return last;
}

/// A failure that is repeated counts once; the most frequent one stands for the incident, the last
/// of them where several are as frequent.
const Verdict* most_frequent(const std::vector<Verdict>& verdicts) {
  std::map<std::string_view, int> counts;
  const Verdict* chosen = nullptr;
  for (const auto& each : verdicts) {
    if (each.healthy() || each.id == kUpstream) continue;
    const int count = ++counts[each.id];
    if (chosen == nullptr || count >= counts[chosen->id]) chosen = &each;
  }
  return chosen != nullptr ? chosen : last_with(verdicts, kUpstream);
}

Verdict failure(const Verdict& chosen, const std::vector<Verdict>& verdicts) {
  auto incident = chosen;
  const auto same = std::count_if(verdicts.begin(), verdicts.end(),
                                  [&](const auto& each) { return each.id == chosen.id; });
  const auto healthy = std::count_if(verdicts.begin(), verdicts.end(),
                                     [](const auto& each) { return each.id == "healthy"; });
  incident.headline.pop_back();
  const auto* cause = chosen.id == kUpstream ? nullptr : last_with(verdicts, kUpstream);
  if (cause != nullptr) {
    incident.headline += "; behind it: " + cause->headline.substr(0, cause->headline.size() - 1);
    for (const auto& place : cause->evidence)
      cite(incident, place);
  }
  if (same > 1) incident.headline += fmt::format("; {} connections met it", same);
  if (healthy > 0)
    incident.headline +=
        fmt::format("; {} other connection{} worked", healthy, healthy == 1 ? "" : "s");
  incident.headline += ".";
  return incident;
}

Verdict nothing(const Observations& seen) {
  auto found =
      verdict("not-enough-evidence", {},
              seen.packets > 0 ? "The evidence holds no TCP connection of a client to a proxy."
                               : "The evidence holds no connection and no client's report.");
  found.confidence = Confidence::ambiguous;
  found.next = {std::string(found.remedy)};
  return found;
}

}  // namespace

Verdict incident(const Observations& observations, const std::vector<Verdict>& verdicts) {
  if (auto found = unresolved(observations, verdicts)) return *std::move(found);
  if (auto found = settings(observations, verdicts)) return *std::move(found);
  if (const auto* chosen = most_frequent(verdicts)) return failure(*chosen, verdicts);
  for (const auto* id : {"healthy", "not-enough-evidence"}) {
    if (const auto* chosen = last_with(verdicts, id)) return *chosen;
  }
  return nothing(observations);
}

}  // namespace misproxy::diagnose::rules
