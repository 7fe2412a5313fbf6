#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/ascii.hpp"
#include "diagnose/certificate_words.hpp"
#include "diagnose/quote.hpp"
#include "diagnose/reading.hpp"
#include "diagnose/rules/rules.hpp"
#include "evidence/line_signs.hpp"

namespace misproxy::diagnose::rules {
namespace {

std::string_view what_came_instead(std::string_view id) {
  if (id == "proxy-refused") return "it refuses the connection (RST to the SYN)";
  if (id == "proxy-syn-unanswered") return "the SYN gets no answer";
  return "ICMP says that it cannot be reached";
}

std::string origin_text(const Connection& connection) {
  if (connection.server.empty()) return "the origin (which the log does not name)";
  if (connection.server_port == 0) return fmt::format("the origin {}", connection.server);
  return fmt::format("the origin {}:{}", connection.server, connection.server_port);
}

/// In the proxy's words: why it has no connection.
std::string why_unreached(const Connection& connection) {
  const auto sign = evidence::LineSigns(connection.failed->value).failure();
  if (sign == evidence::Sign::unresolved) return "its name does not resolve there";
  switch (connection.complaint) {
    case Complaint::refused:
      return "it refuses the connection (RST to the SYN)";
    case Complaint::timed_out:
      return "the SYN gets no answer";
    case Complaint::unreachable:
      return "there is no way to it";
    default:
      return "for a reason that the log does not tell";
  }
}

Verdict said(std::string_view id, const Connection& connection, std::string headline,
             const Citation& where) {
  auto found = verdict(id, connection, std::move(headline));
  cite(found, where);
  found.next = {"The proxy says so itself: try from its host, with `curl -v` to the same origin."};
  return found;
}

/// The proxy's TLS with the origin.
std::optional<Verdict> told_tls(const Connection& connection) {
  const auto& tls = connection.tls;
  const auto origin = origin_text(connection);
  if (!tls.verify_error.empty() && tls.verify_error_at) {
    const auto known = verdict_on_certificate(tls.verify_error);
    auto found = said(known.empty() ? "tls-cert-refused" : known, connection,
                      fmt::format("The proxy refuses the certificate of {}: {}.", origin,
                                  shown(tls.verify_error, 160)),
                      *tls.verify_error_at);
    if (known.empty()) found.confidence = Confidence::likely;
    return found;
  }
  if (tls.not_tls)
    return said("tls-not-tls", connection,
                fmt::format("What answers the proxy's ClientHello at {} is no TLS.", origin),
                tls.not_tls->where.citation());
  const bool untold = tls.alerts.empty();
  const bool in_handshake = connection.problem && connection.complaint == Complaint::none &&
                            holds_in_any_case(connection.problem->value, "handshak");
  if (untold && !in_handshake) return std::nullopt;
  auto found = said("tls-handshake-failure", connection,
                    fmt::format("The proxy's TLS handshake with {} fails{}.", origin,
                                untold ? "" : fmt::format(": alert ({})", tls.alerts[0].name)),
                    untold ? connection.problem->where : tls.alerts[0].sight.where.citation());
  found.confidence = Confidence::ambiguous;
  found.alternatives = {"tls-alert", "tls-version", "tls-unrecognized-name",
                        "tls-client-cert-required"};
  return found;
}

/// As the proxy's own log tells of it.
Verdict told_upstream(const Connection& connection) {
  const auto origin = origin_text(connection);
  if (connection.failed) {
    auto found = said(
        "origin-unreachable", connection,
        fmt::format("The proxy gets no connection to {}: {}.", origin, why_unreached(connection)),
        connection.failed->where);
    return found;
  }
  if (auto found = told_tls(connection)) return *std::move(found);
  struct Ended {
    Complaint complaint;
    std::string_view id;
    std::string_view sentence;
  };
  static constexpr std::array<Ended, 4> kEnds{
      {{Complaint::reset, "reset-mid-transfer", "The proxy's connection with {} is reset (RST)."},
       {Complaint::timed_out, "response-stall",
        "The proxy gets no answer of {} before its time limit."},
       {Complaint::truncated, "truncated", "The answer that the proxy gets of {} is cut short."},
       {Complaint::none, "empty-reply",
        "The proxy is connected with {}, and gets no good answer."}}};
  const auto* end = std::ranges::find(kEnds, connection.complaint, &Ended::complaint);
  if (end == kEnds.end()) end = &kEnds.back();
  auto found = verdict(end->id, connection, fmt::format(fmt::runtime(end->sentence), origin));
  if (connection.problem) cite(found, connection.problem->where);
  found.confidence = Confidence::likely;
  found.alternatives = {"proxy-bad-gateway"};
  found.next = {"The proxy says so itself: try from its host, with `curl -v` to the same origin."};
  return found;
}

}  // namespace

Verdict upstream(const Connection& connection) {
  if (!connection.on_wire) return told_upstream(connection);
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
