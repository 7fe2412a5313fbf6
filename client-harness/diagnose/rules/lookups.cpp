#include "diagnose/rules/lookups.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/ascii.hpp"
#include "diagnose/quote.hpp"
#include "diagnose/reading.hpp"

namespace misproxy::diagnose::rules {
namespace {

constexpr std::size_t kMostSaid = 5;

bool is_told(const Observations& seen, std::string_view name) {
  return std::any_of(seen.reports.begin(), seen.reports.end(), [&](const auto& each) {
    return (each.unresolved_proxy && same_but_for_case(each.unresolved_proxy->value, name)) ||
           (each.unresolved_host && same_but_for_case(each.unresolved_host->value, name));
  });
}

std::string place(const Citation& where) {
  return fmt::format("{} {} {}", where.file, unit_of(where), where.number);
}

/// Of a look-up that came to nothing, though others did not.
std::string vain_remark(const LookupSeen& lookup) {
  const auto& vain = *lookup.vain;
  const auto more = lookup.vains > 1 ? fmt::format("; so {} times", lookup.vains) : std::string();
  const auto begin = fmt::format("The name {} was not found each time ({}; {}{})", lookup.name,
                                 dns_answer(vain.rcode), place(vain.where), more);
  if (!vain.until) return begin + ".";
  return fmt::format("{}: it was when it was asked for again, {} later.", begin,
                     duration_text(*vain.until));
}

std::optional<std::string> wait_remark(const LookupSeen& lookup) {
  constexpr auto kLong = std::chrono::seconds(1);
  if (!lookup.wait || lookup.wait->lasted < kLong) return std::nullopt;
  return fmt::format(
      "A connection waited {} for the name {}{} ({}).", duration_text(lookup.wait->lasted),
      lookup.name, lookup.wait->half ? ", of which one question, for A or AAAA, has no answer" : "",
      place(lookup.wait->where));
}

}  // namespace

bool is_failed(const Observations& seen, const LookupSeen& lookup) {
  if (lookup.rcode == 0 && lookup.answers > 0) return false;
  return std::none_of(seen.lookups.begin(), seen.lookups.end(), [&](const LookupSeen& other) {
    const std::string_view name = lookup.name;
    const bool searched = name.starts_with(other.name) && name.size() > other.name.size() &&
                          name[other.name.size()] == '.';
    return other.answers > 0 && (searched || other.name == name);
  });
}

std::string_view dns_answer(int rcode) {
  switch (rcode) {
    case -1:
      return "the DNS server does not answer";
    case 0:
      return "DNS: no address, NODATA";
    case 2:
      return "DNS: server failure";
    case 3:
      return "DNS: no such name, NXDOMAIN";
    case 5:
      return "DNS: refused";
    default:
      return "DNS: an error";
  }
}

const LookupSeen* given_up(const Observations& seen) {
  const bool worked = std::ranges::any_of(
      seen.reports, [](const auto& each) { return each.exit && each.exit->value == 0; });
  if (worked) return nullptr;
  const auto found = std::ranges::find_if(seen.lookups, [](const LookupSeen& each) {
    return each.vain && each.vain->final && each.led;
  });
  return found == seen.lookups.end() ? nullptr : &*found;
}

std::vector<std::string> lookup_remarks(const Observations& seen, const Verdict& incident) {
  std::vector<std::string> said;
  if (seen.connections.empty() && seen.settled.empty()) return said;
  const auto add = [&](std::string sentence) {
    if (said.size() < kMostSaid) said.push_back(std::move(sentence));
  };
  const bool is_incident = incident.layer == Layer::dns;
  std::size_t denied = 0;
  for (const auto& each : seen.lookups) {
    if (each.vain && !is_incident) add(vain_remark(each));
    if (auto sentence = wait_remark(each)) add(*std::move(sentence));
    if (each.rcode <= 0 || !is_failed(seen, each) || is_told(seen, each.name)) continue;
    if (++denied > kMostSaid) continue;
    said.push_back(fmt::format("The name {} does not resolve ({}; {}).", each.name,
                               dns_answer(each.rcode), place(each.where)));
  }
  if (denied > kMostSaid)
    said.push_back(fmt::format("{} more names do not resolve.", denied - kMostSaid));
  return said;
}

}  // namespace misproxy::diagnose::rules
