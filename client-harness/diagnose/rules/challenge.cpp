#include <fmt/format.h>

#include "diagnose/http_text.hpp"
#include "diagnose/reading.hpp"
#include "diagnose/rules/rules.hpp"

namespace misproxy::diagnose::rules {
namespace {

/// What the proxy was asked last: for a tunnel, or to forward.
const Asked& asked(const Connection& connection) {
  return connection.connect ? connection.connect : connection.request;
}

const std::optional<ResponseSeen>& answer(const Connection& connection) {
  return connection.connect ? connection.reply : connection.response;
}

bool has_credentials(const Asked& request) {
  return request && !header(request->headers, "Proxy-Authorization").empty();
}

}  // namespace

bool is_challenged(const Connection& connection) {
  const auto& got = answer(connection);
  return asked(connection) && got && got->status == 407 && !has_credentials(asked(connection));
}

std::optional<Verdict> challenge(const Connection& connection, const Connection* next) {
  if (next == nullptr || !is_challenged(connection) || !asked(*next)) return std::nullopt;
  const bool same = asked(connection)->target == asked(*next)->target &&
                    connection.server == next->server &&
                    connection.server_port == next->server_port;
  if (!same || !has_credentials(asked(*next))) return std::nullopt;
  auto found = verdict("healthy", connection,
                       "The proxy asks for credentials (407), and the client brings them on its "
                       "next connection; no failure.");
  cite(found, asked(connection)->sight.where);
  cite(found, answer(connection)->sight.where);
  return found;
}

}  // namespace misproxy::diagnose::rules
