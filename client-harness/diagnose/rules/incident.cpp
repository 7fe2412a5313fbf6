#include "diagnose/rules/incident.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "core/ascii.hpp"
#include "diagnose/reading.hpp"
#include "diagnose/rules/lookups.hpp"
#include "diagnose/rules/rules.hpp"
#include "diagnose/rules/settings.hpp"

namespace misproxy::diagnose::rules {
namespace {

constexpr std::string_view kUpstream = "origin-unreachable";  // why a proxy says 503, not beside it

/// A name that no address was found for. `name` is empty where it is not told.
struct Unresolved {
  std::string name;
  bool of_proxy = true;
  bool inferred = false;
  std::vector<Citation> places;
};

/// As clients' logs tell; a proxy's name comes first, for it is what a client asks for first.
std::optional<Unresolved> told_unresolved(const Observations& seen) {
  std::optional<Unresolved> found;
  std::vector<Citation> places;
  for (const auto& report : seen.reports) {
    const bool of_proxy = report.unresolved_proxy.has_value();
    const auto& told = of_proxy ? report.unresolved_proxy : report.unresolved_host;
    if (!told) continue;
    places.push_back(told->where);
    if (!found || of_proxy || !found->of_proxy)
      found = Unresolved{told->value, of_proxy, of_proxy && report.proxy_is_inferred, {}};
  }
  if (found) found->places = std::move(places);
  return found;
}

/// Lookups alone tell of a failure where nothing came of them: no connection, and no success.
bool may_tell(const Observations& seen, const std::vector<Verdict>& verdicts) {
  const auto worked = [](const auto& report) { return report.exit && report.exit->value == 0; };
  return verdicts.empty() && std::none_of(seen.reports.begin(), seen.reports.end(), worked);
}

const LookupSeen* first_failed(const Observations& seen) {
  const auto each = std::find_if(seen.lookups.begin(), seen.lookups.end(),
                                 [&](const auto& one) { return is_failed(seen, one); });
  return each == seen.lookups.end() ? nullptr : &*each;
}

bool is_set(const std::string& name, const Observations& seen) {
  return std::any_of(seen.settings.begin(), seen.settings.end(), [&](const auto& each) {
    return each.host && same_but_for_case(each.host->value, name);
  });
}

/// A client that goes through a proxy asks for the proxy's name alone.
bool asks_for_proxy(const Observations& seen) {
  return std::all_of(seen.reports.begin(), seen.reports.end(), [](const auto& each) {
    return each.proxy.has_value() || each.command.empty();
  });
}

/// What became of a look-up of a name that was not found: never, or once.
struct Vanished {
  int rcode;
  Citation where;
};

std::optional<Vanished> vanished(const Observations& seen, const LookupSeen& lookup) {
  if (is_failed(seen, lookup)) return Vanished{lookup.rcode, lookup.where};
  if (lookup.vain) return Vanished{lookup.vain->rcode, lookup.vain->where};
  return std::nullopt;
}

/// The DNS server says nothing of the name: whether it has one cannot be told.
bool is_unanswered(const Observations& seen, const std::string& name) {
  bool asked = false;
  for (const auto& each : seen.lookups) {
    if (!same_but_for_case(each.name, name)) continue;
    const auto what = vanished(seen, each);
    if (!what || what->rcode != -1) return false;
    asked = true;
  }
  return asked;
}

std::string unresolved_headline(const Unresolved& what, std::string_view answer, bool silent,
                                bool alone) {
  const auto name = fmt::format("{} name{}{}", what.of_proxy ? "proxy's" : "host",
                                what.name.empty() ? "" : " ", shown(what.name, 255));
  const auto* then = alone ? "no connection was tried" : "connections were made at other times";
  if (silent) return fmt::format("Nobody answers the question for the {}: {}.", name, then);
  return fmt::format("The {} does not resolve{}: {}.", name, answer, then);
}

/// A name that DNS does not know, as a client's log or packets tell.
std::optional<Verdict> unresolved(const Observations& seen, const std::vector<Verdict>& verdicts) {
  auto what = told_unresolved(seen);
  const auto* lookup = first_failed(seen);
  if (!what) {
    if (lookup == nullptr || !may_tell(seen, verdicts)) return std::nullopt;
    what = Unresolved{lookup->name, asks_for_proxy(seen), false, {}};
  }
  if (what->name.empty() && lookup != nullptr) what->name = lookup->name;
  what->of_proxy = what->of_proxy || is_set(what->name, seen);
  std::string answer;
  for (const auto& each : seen.lookups) {
    const auto came = vanished(seen, each);
    if (!came || !same_but_for_case(each.name, what->name)) continue;
    answer = fmt::format(" ({})", dns_answer(came->rcode));
    what->places.push_back(came->where);
  }
  const bool silent = is_unanswered(seen, what->name);
  auto found = verdict(silent           ? "dns-unanswered"
                       : what->of_proxy ? "proxy-name-unresolved"
                                        : "host-name-unresolved",
                       {}, unresolved_headline(*what, answer, silent, verdicts.empty()));
  for (const auto& place : what->places)
    cite(found, place);
  found.next = {"`dig NAME` on the client, against each of its DNS servers."};
  // That there is no address is certain; a client says so of an error and of silence alike.
  if (seen.lookups.empty()) found.alternatives = {"dns-unanswered"};
  if (what->inferred && !is_set(what->name, seen)) {
    found.confidence = Confidence::likely;
    found.alternatives.emplace_back("host-name-unresolved");
    found.next.emplace_back("It is not the URL's host: which setting of the client names it?");
  }
  return found;
}

/// A client's first look-up came to nothing, as packets alone tell, and all that it then did
/// worked.
std::optional<Verdict> unresolved_once(const Observations& seen,
                                       const std::vector<Verdict>& verdicts) {
  const auto* lookup = given_up(seen);
  const auto fails = [](const Verdict& each) { return each.outcome() == Outcome::fails; };
  if (lookup == nullptr || std::ranges::any_of(verdicts, fails)) return std::nullopt;
  const auto& vain = *lookup->vain;
  const bool silent = vain.rcode == -1;
  const bool of_proxy = asks_for_proxy(seen);
  const auto name =
      fmt::format("the {} name {}", of_proxy ? "proxy's" : "host", shown(lookup->name, 255));
  auto headline = silent
                      ? fmt::format("Nobody answered the question for {} once", name)
                      : fmt::format("Once {} did not resolve ({})", name, dns_answer(vain.rcode));
  headline +=
      vain.until ? fmt::format(": what was asked {} later was answered, and connections were made.",
                               duration_text(*vain.until))
                 : ": connections were made before.";
  const auto* id = silent     ? "dns-unanswered"
                   : of_proxy ? "proxy-name-unresolved"
                              : "host-name-unresolved";
  auto found = verdict(id, {}, headline);
  cite(found, vain.where);
  // Another program of that host may have asked first, and the client not have noticed.
  found.confidence = Confidence::likely;
  found.alternatives = {"healthy"};
  found.next = {"`dig NAME` on the client, against each of its DNS servers, several times."};
  return found;
}

/// A client's connection before one of the proxy's own.
const Verdict* last_with(const std::vector<Verdict>& verdicts, std::string_view id) {
  const Verdict* last = nullptr;
  for (const auto& each : verdicts) {
    const bool better = last == nullptr || last->upstream || !each.upstream;
    if (each.id == id && better) last = &each;
  }
  return last;
}

/// What worked elsewhere makes up for no connection whose evidence is lost.
const Verdict* last_cut_short(const std::vector<Verdict>& verdicts) {
  const Verdict* last = nullptr;
  for (const auto& each : verdicts) {
    if (each.cut_short) last = &each;
  }
  return last;
}

bool asks_proxy_at(const Verdict& each, std::uint16_t port) {
  return each.proxied && !each.upstream && each.server_port == port;
}

/// Of a connection to another port than that on which the client asks its proxy, and that was not
/// made: it met nothing of what the proxied request did.
bool is_beside(const Verdict& each, const std::vector<Verdict>& verdicts) {
  constexpr std::array<std::string_view, 3> kUnmade{"proxy-refused", "proxy-syn-unanswered",
                                                    "proxy-unreachable"};
  if (std::ranges::find(kUnmade, each.id) == kUnmade.end() || each.server_port == 0) return false;
  const auto proxied = [](const Verdict& other) { return other.proxied && !other.upstream; };
  return std::ranges::any_of(verdicts, proxied) &&
         std::ranges::none_of(verdicts, [&](const Verdict& other) {
           return asks_proxy_at(other, each.server_port);
         });
}

/// A failure that is repeated counts once; the most frequent one stands for the incident, the last
/// of them where several are as frequent. One of which the evidence is sure goes before one of
/// which it is not.
const Verdict* most_frequent(const std::vector<Verdict>& verdicts) {
  std::map<std::string_view, int> counts;
  const Verdict* chosen = nullptr;
  for (const auto& each : verdicts) {
    if (each.outcome() != Outcome::fails || each.id == kUpstream) continue;
    if (is_beside(each, verdicts)) continue;
    const int count = ++counts[each.id];
    const bool sure = each.confidence != Confidence::ambiguous;
    const bool chosen_is_sure = chosen != nullptr && chosen->confidence != Confidence::ambiguous;
    const bool better = sure == chosen_is_sure ? chosen == nullptr || count >= counts[chosen->id]
                                               : sure || chosen == nullptr;
    if (better) chosen = &each;
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
  auto found = verdict(
      "not-enough-evidence", {},
      seen.packets > 0 ? "The evidence holds no TCP connection of a client to a proxy."
      : seen.settings.empty()
          ? "The evidence holds no connection and no client's report."
          : "The settings can be used as they are written; of a connection nothing is told.");
  found.confidence = Confidence::ambiguous;
  for (const auto& each : seen.settings) {
    if (each.host) cite(found, each.host->where);
    if (each.port) cite(found, each.port->where);
  }
  found.next = {std::string(found.remedy)};
  if (std::ranges::any_of(seen.reports, [](const auto& each) { return each.tool == "wget"; }))
    found.next.insert(found.next.begin(),
                      "wget's log is read in English: run it with LC_ALL=C, and with -d.");
  return found;
}

}  // namespace

Verdict incident(const Observations& observations, const std::vector<Verdict>& verdicts) {
  if (auto found = unresolved(observations, verdicts)) return *std::move(found);
  if (auto found = unresolved_once(observations, verdicts)) return *std::move(found);
  if (auto found = settings(observations, verdicts)) return *std::move(found);
  if (const auto* chosen = most_frequent(verdicts)) return failure(*chosen, verdicts);
  if (auto found = circle(observations)) return *std::move(found);
  if (const auto* chosen = last_cut_short(verdicts)) return *chosen;
  for (const auto* id : {"healthy", "not-enough-evidence"}) {
    if (const auto* chosen = last_with(verdicts, id)) return *chosen;
  }
  return nothing(observations);
}

}  // namespace misproxy::diagnose::rules
