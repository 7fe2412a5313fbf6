#include <algorithm>
#include <array>
#include <string_view>

#include "diagnose/reading.hpp"
#include "diagnose/rules/rules.hpp"

namespace misproxy::diagnose::rules {
namespace {

/// An end of the transfer, and what looks like it from outside the proxy's TLS.
struct Twins {
  std::string_view id;
  std::array<std::string_view, 3> others{};
};

constexpr std::array<Twins, 6> kTwins{{
    {"empty-reply", {{"proxy-closed-without-reply", "tls-closed"}}},
    {"reset-mid-transfer", {{"proxy-reset-without-reply", "tls-reset"}}},
    {"response-stall", {{"proxy-connect-stall", "tls-no-server-hello", "tls-handshake-stall"}}},
    {"upload-stall", {{"proxy-connect-stall", "tls-handshake-stall"}}},
    {"download-stall", {{"tls-handshake-stall"}}},
    {"idle-timeout", {{"proxy-closed-without-reply", "tls-closed"}}},
}};

/// Neither a key nor a log tells how far it came.
bool is_hidden(const Connection& connection) {
  return connection.on_wire && connection.tls_to_proxy && !connection.in_log &&
         !connection.connect && !connection.request && !connection.response;
}

}  // namespace

void weigh_proxy_tls(const Connection& connection, Verdict& verdict) {
  const auto* twins = std::ranges::find(kTwins, verdict.id, &Twins::id);
  if (twins == kTwins.end() || !is_hidden(connection)) return;
  verdict.confidence = Confidence::ambiguous;
  for (const auto other : twins->others) {
    const auto& known = verdict.alternatives;
    if (other.empty() || std::ranges::find(known, other) != known.end()) continue;
    verdict.alternatives.push_back(other);
  }
  verdict.next.emplace_back(
      "TLS is with the proxy itself, and hides the CONNECT: the client's log tells how far it "
      "came.");
}

}  // namespace misproxy::diagnose::rules
