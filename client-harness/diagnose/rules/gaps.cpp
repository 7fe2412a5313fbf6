#include <algorithm>

#include "diagnose/reading.hpp"
#include "diagnose/rules/rules.hpp"

namespace misproxy::diagnose::rules {
namespace {

std::uint64_t lost_in_capture(const Connection& connection) {
  return connection.from_client.lost_in_capture + connection.from_proxy.lost_in_capture;
}

/// What the verdict rests on can be read: a status, an alert, a log.
bool is_readable(const Connection& connection) {
  const auto& alerts = connection.tls.alerts;
  return connection.in_log || (connection.reply && !tunnel_is_up(connection)) ||
         std::any_of(alerts.begin(), alerts.end(),
                     [](const AlertSeen& each) { return each.description >= 0; });
}

}  // namespace

void weigh_gaps(const Connection& connection, Verdict& verdict) {
  const auto lost = lost_in_capture(connection);
  if (verdict.outcome() != Outcome::fails || lost == 0 || is_readable(connection)) return;
  verdict.confidence = Confidence::ambiguous;
  if (!connection.body_is_short() &&
      std::find(verdict.alternatives.begin(), verdict.alternatives.end(), "healthy") ==
          verdict.alternatives.end())
    verdict.alternatives.push_back("healthy");
  verdict.next.insert(verdict.next.begin(),
                      "The capture lacks " + bytes_text(lost) +
                          " that were acknowledged: it lost packets. Take it again with a larger "
                          "buffer (`tcpdump -B 65536`), and with a filter.");
}

}  // namespace misproxy::diagnose::rules
