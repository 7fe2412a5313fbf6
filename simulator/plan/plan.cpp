#include "plan/plan.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/glob.hpp"
#include "core/sha256.hpp"
#include "plan/canonical_text.hpp"

namespace misproxy {

Plan::Plan(Scenario scenario, std::uint64_t seed) : scenario_(std::move(scenario)), seed_(seed) {}

std::string Plan::digest() const {
  return sha256_hex(fmt::format("seed = {}\n{}", seed_, canonical_text(scenario_)));
}

bool Plan::applies(const Fault& fault, const ConnectionFacts& facts) const {
  const auto& when = fault.when;
  if (when.host && !glob_matches(*when.host, facts.host)) return false;
  if (when.connection && *when.connection != facts.number) return false;
  if (when.attempt && *when.attempt != facts.attempt) return false;
  if (!when.chance) return true;
  // Where no host is known yet, the connection's own number is all that tells it from others.
  const auto key = facts.host.empty() ? fmt::format("#{}", facts.number)
                                      : fmt::format("{}#{}", facts.host, facts.attempt);
  return draw_fraction(seed_, fault.id, key, 0) < *when.chance;
}

const Fault* Plan::fault_at(Point point, const ConnectionFacts& facts) const {
  const auto found = std::find_if(
      scenario_.faults.begin(), scenario_.faults.end(),
      [&](const Fault& fault) { return fault.when.point == point && applies(fault, facts); });
  return found == scenario_.faults.end() ? nullptr : &*found;
}

std::vector<const Fault*> Plan::tunnel_faults(const ConnectionFacts& facts) const {
  std::vector<const Fault*> faults;
  for (const auto& fault : scenario_.faults) {
    if (fault.when.point == Point::tunnel && applies(fault, facts)) faults.push_back(&fault);
  }
  return faults;
}

bool Plan::stalls_inside(const ConnectionFacts& facts) const {
  return std::any_of(scenario_.faults.begin(), scenario_.faults.end(), [&](const Fault& fault) {
    const bool inside =
        fault.when.point == Point::inner_request || fault.when.point == Point::inner_response;
    return inside && fault.deed_word() == DeedWord::stall && applies(fault, facts);
  });
}

const OriginSettings* Plan::origin_for(std::string_view host, std::uint16_t port) const {
  if (host.ends_with('.')) host.remove_suffix(1);
  const auto found = std::find_if(
      scenario_.origins.begin(), scenario_.origins.end(),
      [&](const OriginSettings& o) { return o.port == port && glob_matches(o.host, host); });
  return found == scenario_.origins.end() ? nullptr : &*found;
}

SeededBytes Plan::download(std::uint64_t size) const {
  return SeededBytes(draw(seed_, "download", "", size));
}

}  // namespace misproxy
