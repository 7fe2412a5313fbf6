#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "diagnose/complaint_words.hpp"
#include "diagnose/reading.hpp"
#include "diagnose/rules/rules.hpp"
#include "evidence/line_signs.hpp"
#include "evidence/text_line.hpp"
#include "evidence/told_server.hpp"

namespace misproxy::diagnose::rules {
namespace {

constexpr Time kPatience = std::chrono::seconds(1);  // a first SYN's (RFC 6298 section 2)

std::string proxy_text(const Connection& connection) {
  if (connection.server.empty()) return "(which the log does not name)";
  if (connection.server_port == 0) return connection.server;
  return fmt::format("{}:{}", connection.server, connection.server_port);
}

/// Of proxies, and of few servers.
bool is_usual_port(std::uint16_t port) {
  constexpr std::array<std::uint16_t, 6> kUsual{1080, 3128, 3129, 8080, 8118, 8888};
  return std::ranges::find(kUsual, port) != kUsual.end();
}

/// curl tells how long it took: a RST comes within milliseconds, and nothing else.
bool is_told_soon(std::string_view words) {
  constexpr std::uint64_t kSoon = 1000;
  auto behind = evidence::after_last(words, " after ");
  const auto after = behind ? evidence::take_number(*behind) : std::nullopt;
  return after && *after < kSoon && behind->starts_with(" ms");
}

/// Could not connect, and no word says why.
bool is_vague(std::string_view words) {
  return evidence::LineSigns(words).failure() == evidence::Sign::unconnected &&
         !is_told_soon(words);
}

/// A log that names no proxy may tell of a client that goes around it; and words that nobody here
/// knows are taken for what they mostly say.
void weigh_unnamed(const Connection& connection, Verdict& found) {
  if (connection.on_wire) return;
  const auto& said = connection.failed ? connection.failed : connection.problem;
  const bool names =
      !connection.server.empty() || (said && evidence::says_proxy(said->where.quote));
  const bool told = said && complaint_of(said->value) != Complaint::none;
  const bool vague = found.id == "proxy-refused" && said && is_vague(said->value);
  if (!names || connection.may_be_direct) {
    const bool usual = names && is_usual_port(connection.server_port) && !vague;
    found.confidence = usual ? Confidence::likely : Confidence::ambiguous;
    found.alternatives = {"proxy-bypassed"};
  }
  if ((told && !vague) || found.id != "proxy-refused") return;
  if (vague) found.confidence = Confidence::ambiguous;
  if (found.confidence == Confidence::certain) found.confidence = Confidence::likely;
  for (const auto* other : {"proxy-unreachable", "proxy-syn-unanswered"})
    found.alternatives.emplace_back(other);
}

/// curl's connection is not there before TLS is, through a proxy: `Connection timed out after 4001
/// milliseconds` says it of a CONNECT without an answer, too, and so does a time_connect of zero.
void weigh_curls_connection(const Connection& connection, Verdict& found) {
  if (connection.on_wire || !connection.server.empty()) return;
  const auto& said = connection.failed ? connection.failed : connection.problem;
  const bool timings = said && evidence::contains(said->value, "(by curl's timings)");
  const bool waited = said && evidence::contains(said->value, "onnection timed out after ") &&
                      evidence::contains(said->value, " milliseconds");
  if (!timings && !waited) return;
  if (found.id == "proxy-syn-unanswered")
    for (const auto* other : {"proxy-connect-stall", "tls-no-server-hello", "tls-handshake-stall"})
      found.alternatives.emplace_back(other);
  if (found.id == "proxy-refused")
    for (const auto* other :
         {"proxy-denied", "proxy-auth-missing", "proxy-closed-without-reply",
          "proxy-reset-without-reply", "proxy-bad-gateway", "tls-closed", "tls-untrusted-ca"})
      found.alternatives.emplace_back(other);
}

std::optional<Verdict> unreachable(const Connection& connection) {
  const auto said =
      std::find_if(connection.icmp.begin(), connection.icmp.end(), [](const auto& each) {
        return each.about == End::client && (each.type == 11 || each.code != 4);
      });
  if (said != connection.icmp.end()) {
    auto found = verdict("proxy-unreachable", connection,
                         fmt::format("The proxy {} cannot be reached: {} answers with ICMP {}.",
                                     proxy_text(connection), said->from, icmp_text(*said)));
    cite(found, connection.syn);
    cite(found, said->sight.where);
    found.next = {"`traceroute -T -p PORT` to the proxy shows which router answers."};
    return found;
  }
  if (connection.complaint != Complaint::unreachable) return std::nullopt;
  auto found = verdict("proxy-unreachable", connection,
                       fmt::format("The proxy {} cannot be reached: the client was told that there "
                                   "is no way to it (ICMP unreachable, or no route).",
                                   proxy_text(connection)));
  found.confidence = connection.on_wire ? Confidence::certain : Confidence::likely;
  if (connection.failed) cite(found, connection.failed->where);
  weigh_unnamed(connection, found);
  found.next = {
      "A capture at the client shows who sends the ICMP; with none, the client itself has no "
      "route."};
  return found;
}

std::optional<Verdict> refused(const Connection& connection) {
  const auto* reset = first_reset(connection, End::proxy);
  const bool seen = connection.syn && reset != nullptr && connection.syn_acks == 0;
  if (!seen && connection.complaint != Complaint::refused) return std::nullopt;
  auto found =
      verdict("proxy-refused", connection,
              fmt::format("The proxy's port is closed: {} refused the connection (RST to the "
                          "SYN), nothing listens there.",
                          proxy_text(connection)));
  cite(found, connection.syn);
  if (reset != nullptr) cite(found, reset->sight.where);
  if (connection.failed) cite(found, connection.failed->where);
  weigh_unnamed(connection, found);
  weigh_curls_connection(connection, found);
  found.next = {
      "`ss -ltn` on the proxy shows the ports on which it listens; a firewall may reject "
      "with a RST too: compare its TTL with other packets of the proxy."};
  return found;
}

/// The evidence ends behind its only SYN: nobody knows what came.
bool ends_at_once(const Connection& connection) {
  if (connection.syn_times.size() != 1 || !connection.capture_end) return false;
  return *connection.capture_end - connection.syn_times.front() < kPatience;
}

/// A SYN that is repeated with the same number was lost, or its answer was.
std::optional<Verdict> unanswered(const Connection& connection) {
  const bool seen = connection.syn && !connection.established && connection.syn_acks == 0 &&
                    connection.resets.empty();
  const bool told = !connection.on_wire && connection.complaint == Complaint::timed_out;
  if (!seen && !told) return std::nullopt;
  if (seen && connection.complaint == Complaint::none && ends_at_once(connection))
    return std::nullopt;
  auto headline =
      fmt::format("No answer to the SYN: the proxy {} does not answer the TCP handshake",
                  proxy_text(connection));
  if (connection.syn_times.size() > 1)
    headline +=
        fmt::format(", {} SYNs in {} went unanswered", connection.syn_times.size(),
                    duration_text(connection.syn_times.back() - connection.syn_times.front()));
  auto found = verdict("proxy-syn-unanswered", connection, headline + ".");
  cite(found, connection.syn);
  if (connection.failed) cite(found, connection.failed->where);
  if (connection.problem) cite(found, connection.problem->where);
  weigh_unnamed(connection, found);
  weigh_curls_connection(connection, found);
  found.next = {
      "A capture at the proxy decides: SYNs that arrive there and are answered mean that the "
      "way back loses the SYN-ACK."};
  return found;
}

/// The SYN-ACK comes again and again: the client's ACKs, or all that follows, are lost.
std::optional<Verdict> half_open(const Connection& connection) {
  if (!connection.syn_ack || connection.syn_acks < 3) return std::nullopt;
  if (connection.from_proxy.segments > 0) return std::nullopt;
  if (connection.from_client.segments > 0 && connection.from_client.acknowledged > 0)
    return std::nullopt;
  auto found =
      verdict("path-loss", connection,
              fmt::format("The proxy {} repeats its SYN-ACK {} times: {}.", proxy_text(connection),
                          connection.syn_acks,
                          connection.syn_times.size() > 1
                              ? "the client repeats its SYN too, so the SYN-ACK does not arrive"
                              : "what the client sends behind its SYN does not arrive"));
  cite(found, connection.syn_ack);
  return found;
}

}  // namespace

std::optional<Verdict> reach(const Connection& connection) {
  if (connection.from_proxy.segments > 0 || connection.reply) return std::nullopt;
  if (auto found = half_open(connection)) return found;
  if (connection.established) return std::nullopt;
  for (const auto rule : {unreachable, refused, unanswered}) {
    if (auto found = rule(connection)) return found;
  }
  return std::nullopt;
}

}  // namespace misproxy::diagnose::rules
