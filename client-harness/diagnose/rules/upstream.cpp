#include <fmt/format.h>

#include "diagnose/reading.hpp"
#include "diagnose/rules/rules.hpp"

namespace misproxy::diagnose::rules {
namespace {

std::string_view what_came_instead(std::string_view id) {
  if (id == "proxy-refused") return "it refuses the connection (RST to the SYN)";
  if (id == "proxy-syn-unanswered") return "the SYN gets no answer";
  return "ICMP says that it cannot be reached";
}

}  // namespace

Verdict upstream(const Connection& connection) {
  const auto origin = fmt::format("{}:{}", connection.server, connection.server_port);
  if (const auto failed = reach(connection); failed && failed->id != "path-loss") {
    auto found = verdict("origin-unreachable", connection,
                         fmt::format("The proxy {} gets no connection to the origin {}: {}.",
                                     connection.client, origin, what_came_instead(failed->id)));
    found.evidence = failed->evidence;
    return found;
  }
  if (auto found = path(connection)) return *std::move(found);
  auto found =
      verdict("healthy", connection,
              fmt::format("The proxy's own connection to the origin {}: what became of it, "
                          "the client's connection tells.",
                          origin));
  found.confidence = Confidence::likely;
  cite(found, connection.syn);
  cite(found, connection.syn_ack);
  return found;
}

}  // namespace misproxy::diagnose::rules
