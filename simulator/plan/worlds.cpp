#include "plan/worlds.hpp"

#include <fmt/format.h>

#include <variant>

namespace misproxy {
namespace {

bool acts_on_packets(const Fault& fault) {
  const auto& deed = fault.deed;
  return fault.when.point == Point::path || std::holds_alternative<Drop>(deed) ||
         std::holds_alternative<Delay>(deed) || std::holds_alternative<Duplicate>(deed) ||
         std::holds_alternative<Icmp>(deed);
}

/// What of it needs packets; empty where nothing does.
std::string packet_part(const Scenario& scenario) {
  for (const auto& fault : scenario.faults) {
    if (acts_on_packets(fault)) return fmt::format("the fault `{}`", fault.id);
  }
  const auto& network = scenario.network;
  if (network.client_link.shapes_packets()) return "`network.client_link`";
  if (network.proxy_link.shapes_packets()) return "`network.proxy_link`";
  if (network.origin_link.shapes_packets()) return "`network.origin_link`";
  return network.mtu_probing.empty() ? "" : "`network.mtu_probing`";
}

}  // namespace

std::optional<std::string> why_not_live(const Scenario& scenario) {
  const auto part = packet_part(scenario);
  if (part.empty()) return std::nullopt;
  const auto& id = scenario.about.id;
  return fmt::format(
      "{}: {} needs packets of its own; the world `virtual` can run it: misproxy run {}", id, part,
      id);
}

}  // namespace misproxy
