#include "plan/plan.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/canonical_host.hpp"
#include "core/glob.hpp"
#include "core/network_prefix.hpp"
#include "core/sha256.hpp"
#include "core/target_path.hpp"
#include "plan/canonical_text.hpp"

namespace misproxy {

Plan::Plan(Scenario scenario, std::uint64_t seed) : scenario_(std::move(scenario)), seed_(seed) {}

std::string Plan::digest() const {
  return sha256_hex(fmt::format("seed = {}\n{}", seed_, canonical_text(scenario_)));
}

namespace {

/// Where no host is known yet, the connection's own number is all that tells it from others.
std::string draw_key(const ConnectionFacts& facts) {
  return facts.host.empty() ? fmt::format("#{}", facts.number)
                            : fmt::format("{}#{}", facts.host, facts.attempt);
}

bool covers(const std::optional<NumberSet>& set, std::int64_t number) {
  return !set || set->contains(number);
}

bool covers(const std::optional<std::string>& glob, std::string_view text) {
  return !glob || glob_matches(*glob, text);
}

bool is_inside(const Fault& fault) {
  return fault.when.point == Point::inner_request || fault.when.point == Point::inner_response;
}

/// A CONNECT has none.
bool covers_path(const When& when, const ConnectionFacts& facts) {
  return !when.path ||
         (facts.method != "CONNECT" && glob_matches(*when.path, target_path(facts.target)));
}

bool has_header(const std::optional<std::string>& glob, const std::vector<std::string>& headers) {
  return !glob || std::any_of(headers.begin(), headers.end(),
                              [&](const auto& header) { return glob_matches(*glob, header); });
}

}  // namespace

bool Plan::applies(const Fault& fault, const ConnectionFacts& facts) const {
  const auto& when = fault.when;
  const bool meant = covers(when.host, facts.host) && covers(when.connection, facts.number) &&
                     covers(when.attempt, facts.attempt) && covers(when.method, facts.method) &&
                     covers_path(when, facts) && covers(when.request, facts.request) &&
                     covers(when.credentials, facts.credentials) &&
                     covers(when.status, facts.status) && has_header(when.header, facts.headers);
  if (!meant) return false;
  if (when.client && !NetworkPrefix::parse(*when.client)->contains(facts.client)) return false;
  return !when.chance || draw_fraction(seed_, fault.id, draw_key(facts), 0) < *when.chance;
}

std::vector<const Fault*> Plan::faults_at(Point point, const ConnectionFacts& facts) const {
  std::vector<const Fault*> faults;
  for (const auto& fault : scenario_.faults) {
    if (fault.when.point == point && applies(fault, facts)) faults.push_back(&fault);
  }
  return faults;
}

const Fault* Plan::fault(std::string_view id) const {
  const auto found = std::ranges::find(scenario_.faults, id, &Fault::id);
  return found == scenario_.faults.end() ? nullptr : &*found;
}

bool Plan::is_slow_inside(const ConnectionFacts& facts) const {
  return std::any_of(scenario_.faults.begin(), scenario_.faults.end(), [&](const Fault& fault) {
    if (!is_inside(fault) || !covers(fault.when.host, facts.host)) return false;
    return fault.when.after_ms || fault.bends() || std::holds_alternative<Hold>(fault.effect());
  });
}

bool Plan::alerts_inside() const {
  return std::any_of(scenario_.faults.begin(), scenario_.faults.end(), [](const Fault& fault) {
    return is_inside(fault) && std::holds_alternative<Alert>(fault.effect());
  });
}

bool Plan::hashes_bodies_at(RequestExpectation::At at) const {
  return std::ranges::any_of(scenario_.expect.request, [&](const RequestExpectation& each) {
    return each.at == at && each.body_sha256;
  });
}

bool Plan::acts_inside(const ConnectionFacts& facts) const {
  return std::ranges::any_of(scenario_.faults, [&](const Fault& fault) {
    return is_inside(fault) && covers(fault.when.host, facts.host);
  });
}

bool Plan::tells_attempts_inside() const {
  return std::ranges::any_of(scenario_.faults, [](const Fault& fault) {
    return is_inside(fault) && (fault.when.attempt || fault.when.chance);
  });
}

bool Plan::inspects() const {
  return std::any_of(scenario_.faults.begin(), scenario_.faults.end(), [](const Fault& fault) {
    return std::holds_alternative<Inspect>(fault.deed);
  });
}

bool Plan::relays_plain() const {
  const auto is_plain = [](const OriginSettings& origin) {
    return origin.upstream.is_real() && origin.is_plain();
  };
  return std::ranges::any_of(scenario_.origins, is_plain) &&
         std::ranges::any_of(scenario_.faults, is_inside);
}

BendKey Plan::bend_key(const Fault& fault, const ConnectionFacts& facts,
                       std::uint64_t offset) const {
  return {seed_, fault.id, draw_key(facts), offset};
}

const OriginSettings* Plan::origin_for(std::string_view host, std::uint16_t port) const {
  std::string asked;  // in its normal form, once that is needed
  const auto matches = [&](const OriginSettings& o) {
    if (o.port != port) return false;
    if (o.host == host) return true;
    if (asked.empty()) asked = canonical_host(host);
    return glob_matches(canonical_host(o.host), asked);
  };
  const auto found = std::ranges::find_if(scenario_.origins, matches);
  return found == scenario_.origins.end() ? nullptr : &*found;
}

SeededBytes Plan::download(std::uint64_t size) const {
  return SeededBytes(draw(seed_, "download", "", size));
}

}  // namespace misproxy
