#include "virtual/names.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/ascii.hpp"
#include "core/endpoint.hpp"
#include "core/ensure.hpp"
#include "core/glob.hpp"

namespace misproxy::simulated {
namespace {

constexpr std::string_view kOwnName = "fmc";  // a host knows that one by itself

IpAddress address_in(std::string_view text) {
  const auto endpoint = parse_endpoint(text);
  const auto address = parse_ip(endpoint ? endpoint->host : text);
  ensure(address.has_value(), "an address that the loader has not checked");
  return *address;
}

}  // namespace

IpAddress client_address(const Scenario& scenario) { return address_in(scenario.network.client); }
IpAddress proxy_address(const Scenario& scenario) { return address_in(scenario.network.proxy); }
IpAddress origin_address(const Scenario& scenario) { return address_in(scenario.network.origin); }

IpAddress v6_of(const IpAddress& v4) {
  std::array<std::uint8_t, 16> bytes{0xfd};
  std::copy_n(v4.bytes.begin(), 4, bytes.begin() + 12);
  return IpAddress(bytes);
}

Names::Names(const Scenario& scenario) {
  names_.emplace_back(kOwnName, client_address(scenario));
  const auto& proxy = scenario.network.proxy_name;
  names_.emplace_back(proxy.empty() ? "proxy" : in_lower_case(proxy), proxy_address(scenario));
  for (const auto& origin : scenario.origins) {
    const auto host = in_lower_case(origin.host);
    const bool known =
        std::ranges::any_of(names_, [&](const auto& each) { return each.first == host; });
    if (!known && !parse_ip(host)) names_.emplace_back(host, origin_address(scenario));
  }
  for (const auto& fault : scenario.faults) {
    if (fault.when.point == Point::lookup)
      asked_for_.push_back(in_lower_case(fault.when.host.value_or("*")));
  }
}

std::string Names::hosts_file() const {
  std::string text = "127.0.0.1 localhost\n::1 localhost\n";
  for (const auto& [name, address] : names_) {
    if (name == kOwnName || (!is_glob(name) && !is_asked_for(name)))
      text += fmt::format("{} {}\n", ip_text(address), name);
  }
  return text;
}

const IpAddress* Names::address_of(const std::string& name) const {
  const auto found = std::ranges::find_if(names_, [&](const auto& each) {
    return each.first == name || (is_glob(each.first) && glob_matches(each.first, name));
  });
  return found == names_.end() ? nullptr : &found->second;
}

bool Names::is_asked_for(const std::string& name) const {
  return std::ranges::any_of(
      asked_for_, [&](const std::string& glob) { return glob_matches(glob, in_lower_case(name)); });
}

}  // namespace misproxy::simulated
