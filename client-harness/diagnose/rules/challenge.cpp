#include <fmt/format.h>

#include "diagnose/http_text.hpp"
#include "diagnose/reading.hpp"
#include "diagnose/rules/rules.hpp"

namespace misproxy::diagnose::rules {
namespace {

bool has_credentials(const Connection& connection) {
  return connection.connect && !header(connection.connect->headers, "Proxy-Authorization").empty();
}

}  // namespace

bool is_challenged(const Connection& connection) {
  return connection.connect && connection.reply && connection.reply->status == 407 &&
         !has_credentials(connection);
}

std::optional<Verdict> challenge(const Connection& connection, const Connection* next) {
  if (next == nullptr || !is_challenged(connection) || !next->connect) return std::nullopt;
  const bool same = connection.connect->target == next->connect->target &&
                    connection.server == next->server &&
                    connection.server_port == next->server_port;
  if (!same || !has_credentials(*next)) return std::nullopt;
  auto found = verdict("healthy", connection,
                       "The proxy asks for credentials (407), and the client brings them on its "
                       "next connection; no failure.");
  cite(found, connection.connect->sight.where);
  cite(found, connection.reply->sight.where);
  return found;
}

}  // namespace misproxy::diagnose::rules
