#include "reproduce/names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/ascii.hpp"
#include "evidence/redact.hpp"
#include "http/challenge.hpp"

namespace misproxy::reproduce {
namespace {

constexpr std::array<std::string_view, 20> kWellKnown{
    "tools.cisco.com",
    "support.sourcefire.com",
    "intelligence.sourcefire.com",
    "amp.updates.vrt.sourcefire.com",
    "cloud-sa.amp.cisco.com",
    "cloud-sa.eu.amp.cisco.com",
    "cloud-sa.apjc.amp.cisco.com",
    "smartreceiver.cisco.com",
    "software.cisco.com",
    "fmc.api.threatgrid.com",
    "est.sco.cisco.com",
    "regsvc.sco.cisco.com",
    "updates-talos.sco.cisco.com",
    "updates.ironport.com",
    "www.cisco.com",
    "cisco.com",
    "support.cisco.com",
    "database.brightcloud.com",
    "service.brightcloud.com",
    "api.amp.cisco.com",
};

bool all_of(std::string_view text, std::string_view others, std::size_t most) {
  return !text.empty() && text.size() <= most && std::ranges::all_of(text, [&](char c) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    return letter || others.find(c) != std::string_view::npos;
  });
}

/// `squid/5.7` says which product, and nothing of whose it is.
std::string product(std::string_view value) {
  constexpr std::array<std::string_view, 24> kProducts{
      "squid",         "tinyproxy",  "privoxy",   "apache",   "nginx",      "lighttpd",
      "microsoft-iis", "caddy",      "openresty", "haproxy",  "zscaler",    "bluecoat",
      "mitmproxy",     "forcepoint", "skyhigh",   "ironport", "fortigate",  "fortiproxy",
      "netskope",      "charles",    "burp",      "bigip",    "simplehttp", "node"};
  const auto first = value.substr(0, value.find(' '));
  const auto name = in_lower_case(first.substr(0, first.find('/')));
  const bool known = std::ranges::find(kProducts, name) != kProducts.end();
  return known && all_of(first, "-./", 40) ? std::string(first) : "";
}

std::string challenge(std::string_view value) {
  std::string text;
  for (const auto& each : parse_challenges(std::string(value))) {
    if (!all_of(each.scheme, "-", 20)) continue;
    auto scheme = each.scheme;
    scheme[0] =
        static_cast<char>(scheme[0] >= 'a' && scheme[0] <= 'z' ? scheme[0] - 'a' + 'A' : scheme[0]);
    if (scheme == "Ntlm") scheme = "NTLM";
    if (!text.empty()) text += ", ";
    text += scheme;
    if (scheme != "Basic" && scheme != "Digest") continue;
    text += " realm=\"proxy\"";
    if (scheme == "Basic") continue;
    text += ", nonce=\"0123456789abcdef\"";
    if (const auto* qop = each.find("qop"); qop && *qop == "auth") text += ", qop=\"auth\"";
    const auto* algorithm = each.find("algorithm");
    if (algorithm && all_of(*algorithm, "-", 20)) text += ", algorithm=" + *algorithm;
  }
  return text;
}

std::string location(std::string_view value) {
  const bool relative = value.starts_with('/');
  const auto scheme = value.substr(0, value.find("://"));
  if (relative) return "/";
  return fmt::format("{}://portal.example.com/", scheme == "https" ? "https" : "http");
}

/// What stays of this header's value; empty: it does not.
std::string tamed(std::string_view name, std::string_view value) {
  const auto lower = in_lower_case(name);
  if (lower == "connection" || lower == "proxy-connection") {
    const auto token = in_lower_case(value);
    return token == "close" || token == "keep-alive" ? token : "";
  }
  if (lower == "content-type") {
    const auto type = value.substr(0, value.find(';'));
    return all_of(type, "-/.+", 60) ? std::string(type) : "";
  }
  if (lower == "content-length" || lower == "retry-after")
    return value.find_first_not_of("0123456789") == std::string_view::npos ? std::string(value)
                                                                           : "";
  if (lower == "transfer-encoding") return in_lower_case(value) == "chunked" ? "chunked" : "";
  if (lower == "allow") return all_of(value, ", -", 80) ? std::string(value) : "";
  if (lower == "proxy-authenticate" || lower == "www-authenticate") return challenge(value);
  if (lower == "location") return location(value);
  if (lower == "server" || lower == "proxy-agent") return product(value);
  if (lower == "via") return "1.1 proxy.example.com";
  if (lower == "x-squid-error") return all_of(value, "_ ", 60) ? std::string(value) : "";
  if (lower == "proxy-status") return "proxy.example.com";
  return "";
}

bool is_field_value(std::string_view value) {
  return std::ranges::all_of(value, [](char c) { return c >= 0x20 && c < 0x7f; });
}

}  // namespace

bool is_well_known(std::string_view host) {
  return std::ranges::find(kWellKnown, in_lower_case(host)) != kWellKnown.end();
}

std::string Names::host(std::string_view real) {
  const auto lower = in_lower_case(real);
  if (keep_ || is_well_known(lower)) return lower;
  const auto next = hosts_.empty() ? std::string("origin.example.com")
                                   : fmt::format("origin-{}.example.com", hosts_.size() + 1);
  return hosts_.try_emplace(lower, next).first->second;
}

std::vector<std::string> Names::headers(
    const std::vector<std::pair<std::string, std::string>>& headers) const {
  std::vector<std::string> kept;
  for (const auto& [name, value] : headers) {
    if (!all_of(name, "-_", 60)) continue;
    const auto line = fmt::format("{}: {}", name, value);
    if (evidence::redacted(line) != line &&
        in_lower_case(name).find("authenticate") == std::string::npos)
      continue;
    const auto lower = in_lower_case(name);
    const bool own = lower == "date" || lower.find("cookie") != std::string::npos ||
                     lower.find("authoriz") != std::string::npos;
    if (own) continue;
    const auto as_is =
        keep_ && is_field_value(value) && lower.find("authenticate") == std::string::npos;
    const auto stays = as_is ? value : tamed(name, value);
    if (!stays.empty()) kept.push_back(fmt::format("{}: {}", name, stays));
  }
  return kept;
}

std::string Names::reason(std::string_view reason) const {
  const auto letters = std::ranges::all_of(reason, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == ' ' || c == '-';
  });
  return letters && reason.size() <= 60 ? std::string(reason) : "";
}

}  // namespace misproxy::reproduce
