#include <fmt/format.h>

#include <algorithm>

#include "core/ascii.hpp"
#include "diagnose/http_text.hpp"
#include "diagnose/reading.hpp"
#include "diagnose/rules/rules.hpp"
#include "http/challenge.hpp"

namespace misproxy::diagnose::rules {
namespace {

std::vector<std::string> offered_schemes(const ResponseSeen& reply) {
  std::vector<std::string> values;
  for (const auto& [name, value] : reply.headers) {
    if (holds_in_any_case(name, "-Authenticate") && name.size() <= 18) values.push_back(value);
  }
  std::vector<std::string> schemes;
  for (const auto& challenge : parse_challenges(values)) {
    if (std::find(schemes.begin(), schemes.end(), challenge.scheme) == schemes.end())
      schemes.push_back(challenge.scheme);
  }
  return schemes;
}

std::string spelled(const std::vector<std::string>& schemes) {
  std::string text;
  for (const auto& scheme : schemes) {
    auto name = scheme == "ntlm" ? std::string("NTLM") : scheme;
    name[0] = static_cast<char>(name[0] >= 'a' && name[0] <= 'z' ? name[0] - 'a' + 'A' : name[0]);
    text += (text.empty() ? "" : ", ") + name;
  }
  return text;
}

/// The scheme that the client used, in lower case; empty where it sent no credentials.
std::string used_scheme(const Asked& asked) {
  if (!asked) return {};
  const auto value = header(asked->headers, "Proxy-Authorization");
  return in_lower_case(value.substr(0, value.find(' ')));
}

/// Enough of the request's head is there to say what it did not hold.
bool head_is_known(const Asked& asked) { return asked && asked->whole && !asked->headers.empty(); }

/// `CONNECT`, or `request`.
std::string_view name_of(const Asked& asked) {
  return asked && !asked->method.empty() && asked->method != "CONNECT" ? "request" : "CONNECT";
}

}  // namespace

Verdict credentials(const Connection& connection, const Asked& asked, const ResponseSeen& reply) {
  const auto replied = [&](std::string_view id, std::string headline) {
    auto found = verdict(id, connection, std::move(headline));
    if (asked) cite(found, asked->sight.where);
    cite(found, reply.sight.where);
    return found;
  };
  const auto offered = offered_schemes(reply);
  const auto used = used_scheme(asked);
  const bool usable =
      offered.empty() || std::any_of(offered.begin(), offered.end(), [](const auto& each) {
        return each == "basic" || each == "digest";
      });
  const bool mismatch = !used.empty() && !offered.empty() &&
                        std::find(offered.begin(), offered.end(), used) == offered.end();
  if (!usable || mismatch) {
    auto found = replied(
        "proxy-auth-unsupported",
        fmt::format("The proxy wants credentials ({}) by a scheme that the client does not use: it "
                    "offers {}{}.",
                    reason_text(reply), spelled(offered),
                    used.empty() ? "" : fmt::format(", the client sent {}", spelled({used}))));
    if (!usable)
      found.next = {
          "The FMC supports neither NTLM nor Negotiate: have the proxy offer Basic or Digest "
          "to it."};
    else
      found.next = {"curl's -U alone sends Basic: Digest needs --proxy-digest or --proxy-anyauth."};
    return found;
  }
  if (!used.empty())
    return replied(
        "proxy-auth-rejected",
        fmt::format("The proxy does not accept the credentials: it answers {} though the "
                    "{} carries {} authentication.",
                    reason_text(reply), name_of(asked), spelled({used})));
  auto found = replied(
      "proxy-auth-missing",
      fmt::format("The proxy wants credentials: {}{}.", reason_text(reply),
                  head_is_known(asked)
                      ? fmt::format(", and the {} carries no Proxy-Authorization", name_of(asked))
                      : ""));
  if (!offered.empty()) {  // a client that has credentials, but for another scheme, sends none too
    found.confidence = Confidence::likely;
    found.alternatives = {"proxy-auth-unsupported"};
    found.next = {fmt::format("The proxy offers {}.", spelled(offered))};
  }
  const bool offer_is_cut = offered.empty() && connection.cut_packets;
  if (!head_is_known(asked) || offer_is_cut) {
    found.confidence = Confidence::ambiguous;
    found.alternatives = {"proxy-auth-rejected", "proxy-auth-unsupported"};
    found.next = {
        "Whole heads decide: did the request carry Proxy-Authorization, and what does "
        "Proxy-Authenticate offer?"};
  }
  return found;
}

}  // namespace misproxy::diagnose::rules
