#include "diagnose/rules/lookups.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/ascii.hpp"
#include "diagnose/quote.hpp"

namespace misproxy::diagnose::rules {
namespace {

constexpr std::size_t kMostSaid = 5;

bool is_told(const Observations& seen, std::string_view name) {
  return std::any_of(seen.reports.begin(), seen.reports.end(), [&](const auto& each) {
    return (each.unresolved_proxy && same_but_for_case(each.unresolved_proxy->value, name)) ||
           (each.unresolved_host && same_but_for_case(each.unresolved_host->value, name));
  });
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

std::string_view dns_answer(const LookupSeen& lookup) {
  switch (lookup.rcode) {
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

std::vector<std::string> lookup_remarks(const Observations& seen) {
  std::vector<std::string> said;
  if (seen.connections.empty() && seen.settled.empty()) return said;
  std::size_t denied = 0;
  for (const auto& each : seen.lookups) {
    if (each.rcode <= 0 || !is_failed(seen, each) || is_told(seen, each.name)) continue;
    if (++denied > kMostSaid) continue;
    said.push_back(fmt::format("The name {} does not resolve ({}; {} {} {}).", each.name,
                               dns_answer(each), each.where.file,
                               each.where.unit == Citation::Unit::packet ? "packet" : "line",
                               each.where.number));
  }
  if (denied > kMostSaid)
    said.push_back(fmt::format("{} more names do not resolve.", denied - kMostSaid));
  return said;
}

}  // namespace misproxy::diagnose::rules
