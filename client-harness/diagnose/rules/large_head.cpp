#include <fmt/format.h>

#include "core/ascii.hpp"
#include "diagnose/quote.hpp"
#include "diagnose/reading.hpp"
#include "diagnose/rules/rules.hpp"

namespace misproxy::diagnose::rules {
namespace {

constexpr std::size_t kLarge = 7000;  // bytes: more than the client takes that takes least, apt

std::size_t head_bytes(const ResponseSeen& reply) {
  std::size_t count = reply.version.size() + reply.reason.size();
  for (const auto& [name, value] : reply.headers)
    count += name.size() + value.size() + std::string_view(": \r\n").size();
  return count;
}

/// In curl's words, or in those of misproxy's client.
bool is_told(const Connection& connection) {
  const bool bad = connection.not_http.find("bad HTTP head") != std::string::npos;
  if (bad && connection.not_http.find(" over ") != std::string::npos) return true;
  return connection.problem && holds_in_any_case(connection.problem->value, "too large");
}

/// The client had no wish to hear the rest, or to begin.
bool is_seen(const Connection& connection) {
  return connection.reply && head_bytes(*connection.reply) >= kLarge &&
         closed_first(connection, End::client);
}

}  // namespace

std::optional<Verdict> large_head(const Connection& connection) {
  if (!connection.connect || connection.tls.client_hello) return std::nullopt;
  if (connection.reply && !tunnel_is_up(connection)) return std::nullopt;  // its status says more
  const bool told = is_told(connection);
  if (!told && !is_seen(connection)) return std::nullopt;
  const auto bytes = connection.reply ? head_bytes(*connection.reply) : 0;
  auto found = verdict(
      "proxy-answer-unread", connection,
      fmt::format(
          "The head of the proxy's answer to the CONNECT{} is larger than the client "
          "takes: it goes no further.",
          bytes >= kLarge ? fmt::format(", with {} of headers or more,", bytes_text(bytes)) : ""));
  cite(found, connection.connect->sight.where);
  if (connection.reply) cite(found, connection.reply->sight.where);
  cite(found, connection.not_http_at);
  if (connection.problem) cite(found, connection.problem->where);
  if (!told) found.confidence = Confidence::likely;
  found.next = {
      "Each client has a limit of its own: curl 16 KiB for a line and 300 KiB in all, apt 7 KB."};
  return found;
}

}  // namespace misproxy::diagnose::rules
