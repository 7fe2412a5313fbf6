#include <fmt/format.h>

#include <algorithm>

#include "diagnose/reading.hpp"
#include "diagnose/rules/rules.hpp"

namespace misproxy::diagnose::rules {
namespace {

/// A CONNECT, or a target in absolute-form (RFC 9112 section 3.2.2); a log tells of a proxy by
/// itself.
bool goes_to_a_proxy(const Connection& connection) {
  const auto& request = connection.request;
  return connection.connect || connection.reply || connection.in_log || connection.tls_to_proxy ||
         connection.not_http_at || (request && !request->target.starts_with('/'));
}

/// A request in origin-form (section 3.2.1).
bool goes_to_a_host(const Connection& connection) {
  return connection.request && connection.request->target.starts_with('/');
}

bool is_unreached(const Verdict& verdict) {
  return verdict.id == "proxy-syn-unanswered" || verdict.id == "proxy-refused" ||
         verdict.id == "proxy-unreachable";
}

Verdict unreached_host(const Connection& connection, const Verdict& as_proxy) {
  auto found = verdict("proxy-bypassed", connection,
                       fmt::format("No packet of this evidence goes to a proxy: the client asks "
                                   "hosts directly, and {}:{} does not take the connection.",
                                   connection.server, connection.server_port));
  found.confidence = Confidence::ambiguous;
  found.alternatives = {as_proxy.id};
  found.evidence = as_proxy.evidence;
  found.next = {fmt::format("Is {}:{} the proxy? Its settings on the client tell.",
                            connection.server, connection.server_port)};
  return found;
}

}  // namespace

void weigh_directness(const std::deque<Connection>& connections, std::vector<Verdict>& verdicts) {
  if (std::ranges::any_of(connections, goes_to_a_proxy)) return;
  if (std::ranges::none_of(connections, goes_to_a_host)) return;
  for (std::size_t i = 0; i < connections.size() && i < verdicts.size(); ++i) {
    if (is_unreached(verdicts[i])) verdicts[i] = unreached_host(connections[i], verdicts[i]);
  }
}

}  // namespace misproxy::diagnose::rules
