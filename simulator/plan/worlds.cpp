#include "plan/worlds.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <variant>
#include <vector>

namespace misproxy {
namespace {

/// What of it needs packets; empty where nothing does.
std::string packet_part(const Scenario& scenario) {
  for (const auto& fault : scenario.faults) {
    if (std::holds_alternative<Fate>(fault.effect()))
      return fmt::format("the fault `{}`", fault.id);
  }
  const auto& network = scenario.network;
  if (network.client_link.shapes_packets()) return "`network.client_link`";
  if (network.proxy_link.shapes_packets()) return "`network.proxy_link`";
  if (network.origin_link.shapes_packets()) return "`network.origin_link`";
  if (network.client_tcp) return "`network.client_tcp`";
  if (network.proxy_tcp) return "`network.proxy_tcp`";
  if (network.origin_tcp) return "`network.origin_tcp`";
  return network.mtu_probing.empty() ? "" : "`network.mtu_probing`";
}

/// What the virtual TCP does not play, and a kernel does; empty where nothing is.
std::string kernel_part(const Scenario& scenario) {
  for (const auto party : {Party::client, Party::proxy, Party::origin}) {
    if (scenario.network.tcp_of(party).ecn)
      return fmt::format("`network.{}_tcp` `ecn`", word(party));
  }
  return "";
}

/// A fault of the resolver that the client asks; null where there is none.
const Fault* fault_of_lookup(const Scenario& scenario) {
  const auto found = std::ranges::find_if(
      scenario.faults, [](const Fault& fault) { return fault.when.point == Point::lookup; });
  return found == scenario.faults.end() ? nullptr : &*found;
}

/// The hosts of the virtual world have IPv4 alone.
bool leads_to_ipv6(const Fault& fault) {
  const auto effect = fault.effect();
  const auto* answer = std::get_if<LookupAnswer>(&effect);
  return answer != nullptr && answer->address.find(':') != std::string::npos;
}

/// The virtual world cannot show it: its keys are Ed25519, and its client does not ask whether a
/// certificate is revoked.
bool is_live_only(CertificateKind kind) {
  return kind == CertificateKind::revoked || kind == CertificateKind::weak_key ||
         kind == CertificateKind::sha_1;
}

/// What of it no world has but live; empty where nothing is.
std::string live_part(const Scenario& scenario) {
  for (const auto& origin : scenario.origins) {
    const bool has_tls = !origin.tls.empty();
    if (has_tls && !origin.speaks("1.2") && !origin.speaks("1.3")) return "`tls` below \"1.2\"";
    if (is_live_only(origin.certificate))
      return fmt::format("`certificate = \"{}\"`", word(origin.certificate));
  }
  if (scenario.proxy.certificate != CertificateKind::good)
    return fmt::format("`[proxy] certificate = \"{}\"`", word(scenario.proxy.certificate));
  for (const auto& fault : scenario.faults) {
    const auto* shown = std::get_if<ShowCertificate>(&fault.deed);
    if (shown != nullptr && is_live_only(shown->kind))
      return fmt::format("the fault `{}`", fault.id);
  }
  return "";
}

/// Adds what of a link is the virtual world's alone, and plays there without packets of its own.
void add_unheeded(std::string_view name, const LinkSettings& link, const LinkSettings& usual,
                  std::vector<std::string>& keys) {
  if (link.delay_us != usual.delay_us) keys.push_back(fmt::format("`{}.delay_us`", name));
  if (link.rate_bytes_per_s != usual.rate_bytes_per_s)
    keys.push_back(fmt::format("`{}.rate_bytes_per_s`", name));
}

/// What only a world that reaches the real network can play.
std::optional<std::string> real_upstream(const Scenario& scenario) {
  const auto real = std::ranges::find_if(
      scenario.origins, [](const OriginSettings& origin) { return origin.upstream.is_real(); });
  if (real == scenario.origins.end()) return std::nullopt;
  const auto& id = scenario.about.id;
  return fmt::format(
      "{}: the [[origin]] `{}` is a real upstream; the world `live` can lead there: misproxy serve "
      "{}",
      id, real->host, id);
}

}  // namespace

std::optional<std::string> why_not_live(const Scenario& scenario) {
  if (const auto* fault = fault_of_lookup(scenario)) {
    return fmt::format(
        "{0}: the fault `{1}` is of the resolver that the client asks, which here is this "
        "machine's; the worlds `virtual` and `lab` have one of their own: misproxy run {0}",
        scenario.about.id, fault->id);
  }
  const auto part = packet_part(scenario);
  if (part.empty()) return std::nullopt;
  const auto& id = scenario.about.id;
  if (const auto of_kernel = kernel_part(scenario); !of_kernel.empty()) {
    return fmt::format("{}: {} needs packets of its own; the world `lab` can run it", id,
                       of_kernel);
  }
  return fmt::format(
      "{}: {} needs packets of its own; the world `virtual` can run it: misproxy run {}", id, part,
      id);
}

std::optional<std::string> why_not_virtual(const Scenario& scenario) {
  if (auto why = real_upstream(scenario)) return why;
  const auto& id = scenario.about.id;
  if (const auto part = kernel_part(scenario); !part.empty()) {
    return fmt::format(
        "{}: {} needs a kernel's TCP, which the world `virtual` has not: its model knows no ECN; "
        "the world `lab` has it",
        id, part);
  }
  for (const auto& fault : scenario.faults) {
    if (!leads_to_ipv6(fault)) continue;
    return fmt::format(
        "{0}: the fault `{1}` leads to an IPv6 address, and the hosts of the world `virtual` have "
        "none; the world `lab` has them: misproxy run --world lab {0}",
        id, fault.id);
  }
  const auto part = live_part(scenario);
  if (part.empty()) return std::nullopt;
  return fmt::format(
      "{}: {} needs RSA keys or a real client; the world `live` has them: misproxy run --world "
      "live --client curl {}",
      id, part, id);
}

std::optional<std::string> why_not_lab(const Scenario& scenario) { return real_upstream(scenario); }

std::optional<std::string> unheeded_live(const Scenario& scenario) {
  const Network usual;
  const auto& network = scenario.network;
  std::vector<std::string> keys;
  add_unheeded("client_link", network.client_link, usual.client_link, keys);
  add_unheeded("proxy_link", network.proxy_link, usual.proxy_link, keys);
  add_unheeded("origin_link", network.origin_link, usual.origin_link, keys);
  if (keys.empty()) return std::nullopt;
  return fmt::format(
      "{}: [network] {} {} no effect here: loopback has no links; the world `virtual` has: "
      "misproxy run {}",
      scenario.about.id, fmt::join(keys, ", "), keys.size() == 1 ? "has" : "have",
      scenario.about.id);
}

}  // namespace misproxy
