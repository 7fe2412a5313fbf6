#include <fmt/format.h>

#include "diagnose/reading.hpp"
#include "diagnose/rules/rules.hpp"

namespace misproxy::diagnose::rules {
namespace {

constexpr Time kPatience =
    std::chrono::seconds(5);  // of clients that try one address after another

bool is_ipv6(std::string_view host) { return host.find(':') != std::string_view::npos; }

bool is_other_address(const Connection& connection, const Connection& next) {
  return next.established && next.server_port == connection.server_port &&
         is_ipv6(next.server) != is_ipv6(connection.server);
}

}  // namespace

std::optional<Verdict> fallback(const Connection& connection, const Connection* next) {
  const bool tried = connection.syn || connection.failed;
  if (next == nullptr || !tried || connection.established) return std::nullopt;
  if (!is_other_address(connection, *next)) return std::nullopt;
  if (connection.begin && next->begin && *next->begin - *connection.begin > kPatience)
    return std::nullopt;
  auto found = verdict("healthy", connection,
                       fmt::format("The address {} does not take the connection, and the client "
                                   "goes on with the other one, {} (RFC 8305); no failure.",
                                   connection.server, next->server));
  found.confidence = Confidence::likely;
  found.alternatives = {"proxy-refused", "proxy-syn-unanswered"};
  cite(found, connection.syn);
  if (connection.failed) cite(found, connection.failed->where);
  cite(found, next->syn_ack);
  return found;
}

}  // namespace misproxy::diagnose::rules
