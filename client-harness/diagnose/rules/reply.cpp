#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/ascii.hpp"
#include "diagnose/http_text.hpp"
#include "diagnose/reading.hpp"
#include "diagnose/rules/rules.hpp"

namespace misproxy::diagnose::rules {
namespace {

std::string target_text(const Connection& connection) {
  if (!connection.connect || connection.connect->target.empty()) return "its target";
  return shown(connection.connect->target, 120);
}

/// Who answered, as far as its headers tell.
std::string author_text(const ResponseSeen& reply) {
  for (const auto* name : {"X-Squid-Error", "Via", "Proxy-Agent", "Server"}) {
    const auto value = header(reply.headers, name);
    if (!value.empty()) return fmt::format(" ({}: {})", name, shown(value, 80));
  }
  return {};
}

/// Whose answer it was, and how long it took.
void weigh_reply(const Connection& connection, Verdict& found) {
  if (!connection.connect && !connection.on_wire) {
    found.confidence = Confidence::ambiguous;
    if (found.alternatives.empty()) found.alternatives = {"origin-status"};
    found.next.emplace_back(
        "Was it the answer to the CONNECT (http_connect of curl's -w), or the origin's inside the "
        "tunnel (http_code)?");
  }
  if (connection.reply->after && *connection.reply->after > kLongPause)
    found.next.push_back(
        fmt::format("The answer took {}: something behind the proxy was waited for.",
                    duration_text(*connection.reply->after)));
}

Verdict replied(const Connection& connection, std::string_view id, std::string headline) {
  auto found = verdict(id, connection, std::move(headline));
  if (connection.connect) cite(found, connection.connect->sight.where);
  cite(found, connection.reply->sight.where);
  weigh_reply(connection, found);
  return found;
}

struct StatusVerdict {
  int status;
  std::string_view id;
  std::string_view meaning;
};

constexpr std::array<StatusVerdict, 9> kStatuses{{
    {400, "proxy-bad-request", "it finds the request malformed"},
    {404, "not-a-connect-proxy", "a web server rather than a proxy: it does not know CONNECT"},
    {405, "not-a-connect-proxy",
     "the method CONNECT is not allowed there: a web server rather than a "
     "proxy"},
    {501, "not-a-connect-proxy", "the method CONNECT is not implemented there"},
    {500, "proxy-internal-error", "an error of its own, or of its way to the origin"},
    {502, "proxy-bad-gateway", "it cannot get a valid answer from the origin"},
    {503, "proxy-unavailable", "overload, or an origin that it cannot reach"},
    {504, "proxy-gateway-timeout", "it waited in vain for what is behind it"},
    {403, "proxy-denied", ""},
}};

/// privoxy's `404 No such domain`.
bool tells_of_dns(const ResponseSeen& reply) {
  return holds_in_any_case(reply.reason, "domain") || holds_in_any_case(reply.reason, "dns") ||
         holds_in_any_case(reply.reason, "resolve");
}

/// One that serves pages, and does not do CONNECT unless it is told to.
bool is_web_server(const ResponseSeen& reply) {
  const auto server = header(reply.headers, "Server");
  for (const auto* name : {"nginx", "Apache", "lighttpd", "IIS", "Caddy", "openresty"}) {
    if (holds_in_any_case(server, name)) return true;
  }
  return false;
}

Verdict status(const Connection& connection) {
  const auto& reply = *connection.reply;
  if (reply.status == 403)
    return replied(
        connection, "proxy-denied",
        fmt::format("The proxy denies the CONNECT to {}: {}, an access list or policy{}.",
                    target_text(connection), reason_text(reply), author_text(reply)));
  if (reply.status / 100 == 3) {
    auto found =
        replied(connection, "proxy-redirected",
                fmt::format("The proxy answers the CONNECT with a redirect ({}) to {}: a block "
                            "page or a portal.",
                            reason_text(reply), shown(header(reply.headers, "Location"), 120)));
    found.alternatives = {"proxy-denied"};
    return found;
  }
  const auto* known = std::find_if(kStatuses.begin(), kStatuses.end(),
                                   [&](const auto& each) { return each.status == reply.status; });
  if (known == kStatuses.end())
    return replied(connection, "proxy-status",
                   fmt::format("The proxy refuses the CONNECT to {} with {}{}.",
                               target_text(connection), reason_text(reply), author_text(reply)));
  if (reply.status == 404 && tells_of_dns(reply))
    return replied(connection, "proxy-bad-gateway",
                   fmt::format("The proxy answers the CONNECT to {} with {}: it cannot resolve the "
                               "origin's name{}.",
                               target_text(connection), reason_text(reply), author_text(reply)));
  auto found = replied(
      connection, known->id,
      fmt::format("The proxy answers the CONNECT to {} with {}: {}{}.", target_text(connection),
                  reason_text(reply), known->meaning, author_text(reply)));
  if (reply.status == 400 && is_web_server(reply)) {
    found.confidence = Confidence::ambiguous;
    found.alternatives = {"not-a-connect-proxy"};
    found.next.push_back("It names itself as a web server: is CONNECT allowed there at all?");
  }
  if (reply.status / 100 == 5 && reply.status != 501)
    found.next.push_back(
        "500, 502, 503 and 504 do not tell the cause: the proxy's error header, its log "
        "and the time to the answer do.");
  return found;
}

std::optional<Verdict> tls_to_plain(const Connection& connection) {
  if (!connection.tls_to_proxy || connection.server_port == 443) return std::nullopt;
  if (connection.tls.server_hello || !connection.tls.verify_error.empty()) return std::nullopt;
  if (connection.connect || (connection.reply && !connection.cut_packets)) return std::nullopt;
  const auto silence = final_silence(connection);
  auto headline = fmt::format(
      "The client speaks TLS (ClientHello) where the proxy expects a CONNECT in clear text");
  if (!connection.not_http.empty() || connection.response || connection.reply)
    headline += ": the answer is no TLS";
  else if (silence && *silence >= kLongPause)
    headline += fmt::format(": {} of silence follow", duration_text(*silence));
  auto found = verdict("tls-to-plain-proxy", connection, headline + ".");
  found.confidence = Confidence::likely;
  found.alternatives = {"tls-no-server-hello"};
  if (closed_first(connection, End::proxy) || connection.complaint == Complaint::closed)
    found.alternatives.emplace_back("tls-closed");
  if (first_reset(connection, End::proxy) != nullptr || connection.complaint == Complaint::reset)
    found.alternatives.emplace_back("tls-reset");
  cite(found, connection.tls.client_hello);
  if (connection.response) cite(found, connection.response->sight.where);
  found.next = {"The proxy given as http:// instead of https:// decides."};
  return found;
}

/// It began as HTTP, on the wire or in the words of misproxy's client.
bool is_bad_head(std::string_view begin) {
  return begin.starts_with("HTTP/") || begin.find("bad HTTP head") != std::string_view::npos;
}

/// In the words of misproxy's client.
bool is_broken_off_head(std::string_view begin) {
  return begin.find(": it ends after ") != std::string_view::npos;
}

std::optional<Verdict> not_http(const Connection& connection) {
  if (!connection.not_http_at || tunnel_is_up(connection)) return std::nullopt;
  const auto& begin = connection.not_http;
  if (is_bad_head(begin) && is_broken_off_head(begin)) {
    auto found = verdict("proxy-reply-incomplete", connection,
                         fmt::format("The proxy's answer breaks off in the middle of its head{}.",
                                     begin.substr(begin.find(": it ends after "))));
    if (connection.connect) cite(found, connection.connect->sight.where);
    cite(found, connection.not_http_at);
    return found;
  }
  auto found = verdict(
      "proxy-not-http", connection,
      is_bad_head(begin)
          ? fmt::format(
                "The answer to the CONNECT begins as HTTP, but its head is malformed or too "
                "long: \"{}\".",
                begin)
          : fmt::format("What answers on the proxy's port is not HTTP but another protocol: "
                        "\"{}\".",
                        begin));
  if (!connection.connect && !connection.on_wire) {  // the origin's, perhaps
    found.confidence = connection.request ? Confidence::likely : Confidence::ambiguous;
    found.alternatives = {"plain-http-status"};
  }
  if (connection.connect) cite(found, connection.connect->sight.where);
  cite(found, connection.not_http_at);
  return found;
}

/// `HTTP/2 200` in clear text is no version that a client of HTTP/1.1 may take (RFC 9112 section
/// 2.3); one that takes it all the same goes on with TLS.
std::optional<Verdict> other_version(const Connection& connection) {
  if (!connection.reply || connection.tls_to_proxy || connection.tls.client_hello)
    return std::nullopt;
  const auto& version = connection.reply->version;
  if (version.empty() || version.starts_with("HTTP/1.")) return std::nullopt;
  auto found =
      verdict("proxy-not-http", connection,
              fmt::format("The answer to the CONNECT looks like HTTP, but its version is "
                          "{}, which has no such status line: the client does not take it.",
                          shown(version, 16)));
  if (connection.connect) cite(found, connection.connect->sight.where);
  cite(found, connection.reply->sight.where);
  return found;
}

/// A 1xx announces an answer, and is none. Source: RFC 9110 section 15.2.
bool is_interim(const ResponseSeen& reply) { return reply.status / 100 == 1; }

/// What came in the answer's place.
std::string interim_text(const Connection& connection) {
  const auto& earlier = connection.earlier_replies;
  const auto* last = connection.reply  ? &*connection.reply
                     : earlier.empty() ? nullptr
                                       : &earlier.back();
  if (last == nullptr || !is_interim(*last)) return {};
  return fmt::format("; {} came, which is no final answer", reason_text(*last));
}

const ResponseSeen* interim_reply(const Connection& connection) {
  const auto& earlier = connection.earlier_replies;
  if (connection.reply && is_interim(*connection.reply)) return &*connection.reply;
  return !earlier.empty() && is_interim(earlier.back()) ? &earlier.back() : nullptr;
}

/// A client that takes the 1xx for the answer leaves before the answer, or behind it.
std::optional<Verdict> misread(const Connection& connection) {
  const auto* interim = interim_reply(connection);
  if (interim == nullptr || connection.tls.client_hello) return std::nullopt;
  const bool seen = connection.on_wire && closed_first(connection, End::client) &&
                    final_silence(connection).value_or(Time{0}) < kLongPause;
  const bool told =
      connection.complaint == Complaint::none && connection.problem && !connection.on_wire;
  if (!seen && !told) return std::nullopt;
  auto found = verdict("proxy-answer-unread", connection,
                       fmt::format("The proxy announces its answer to the CONNECT to {} ({} came, "
                                   "which is no final answer), and the client takes that for a "
                                   "refusal and goes no further.",
                                   target_text(connection), reason_text(*interim)));
  if (connection.connect) cite(found, connection.connect->sight.where);
  cite(found, interim->sight.where);
  if (connection.problem) cite(found, connection.problem->where);
  if (told) {  // such a client tells no more of the end
    found.confidence = Confidence::ambiguous;
    found.alternatives = {"proxy-closed-without-reply", "proxy-connect-stall"};
  }
  found.next = {"A client that waits for the final answer (RFC 9110 section 15.2) decides."};
  return found;
}

/// The CONNECT that brings the credentials for a 407 got no answer of its own.
bool is_second(const Connection& connection) {
  const auto& earlier = connection.earlier_replies;
  return connection.connect && !connection.reply && !earlier.empty() &&
         earlier.back().status >= 200;
}

/// What came in front of it.
std::string before_text(const Connection& connection) {
  if (!is_second(connection)) return interim_text(connection);
  return fmt::format("; the one before it got {}", reason_text(connection.earlier_replies.back()));
}

/// An end before the CONNECT was sent, or before it arrived.
bool ended_unasked(const Connection& connection) {
  const bool nothing =
      !connection.from_client.first_payload && !connection.from_proxy.first_payload;
  return connection.on_wire && !connection.from_the_middle && connection.established && nothing;
}

/// With an https:// proxy what it said before is its handshake.
bool is_unanswered_in_tls(const Connection& connection) {
  return connection.on_wire && connection.tls_to_proxy && connection.connect && !connection.reply;
}

/// No answer to the CONNECT: how did the connection end?
std::optional<Verdict> no_reply(const Connection& connection) {
  const bool asked = connection.connect || (connection.guessed && connection.from_client.bytes > 0);
  if (!asked && !ended_unasked(connection)) return std::nullopt;
  const bool interim = is_second(connection) || (connection.reply && is_interim(*connection.reply));
  const bool unanswered = interim || is_unanswered_in_tls(connection);
  if (!unanswered && (connection.from_proxy.segments > 0 || connection.reply)) return std::nullopt;
  const auto* reset = first_reset(connection, End::proxy);
  if (reset != nullptr || connection.complaint == Complaint::reset) {
    auto found = verdict("proxy-reset-without-reply", connection,
                         fmt::format("The CONNECT to {} is answered with a reset (RST), without a "
                                     "reply{}.",
                                     target_text(connection), before_text(connection)));
    if (connection.connect) cite(found, connection.connect->sight.where);
    if (reset != nullptr) cite(found, reset->sight.where);
    if (connection.problem) cite(found, connection.problem->where);
    found.confidence = Confidence::likely;
    found.alternatives = {"proxy-denied", "tls-to-plain-proxy", "proxy-closed-without-reply"};
    found.next = {
        "Is it an HTTP port? A TLS port, and a proxy that drops a client with unread input, "
        "show the same RST; the proxy's log decides."};
    return found;
  }
  if (closed_first(connection, End::proxy) || connection.complaint == Complaint::closed) {
    auto found = verdict("proxy-closed-without-reply", connection,
                         fmt::format("The proxy closes the connection (FIN) without a reply to the "
                                     "CONNECT to {}{}.",
                                     target_text(connection), before_text(connection)));
    if (connection.connect) cite(found, connection.connect->sight.where);
    cite(found, connection.from_proxy.fin);
    if (connection.reply) cite(found, connection.reply->sight.where);
    if (connection.problem) cite(found, connection.problem->where);
    if (!connection.on_wire && connection.connect && connection.connect->target.empty()) {
      found.confidence = Confidence::ambiguous;  // a last line alone
      found.alternatives = {"proxy-reset-without-reply", "proxy-denied", "proxy-reply-incomplete",
                            "proxy-not-http", "empty-reply"};
    }
    return found;
  }
  const auto silence = final_silence(connection);
  const bool timed_out = connection.complaint == Complaint::timed_out;
  if (!timed_out && (!silence || *silence < kLongPause)) return std::nullopt;
  auto found = verdict("proxy-connect-stall", connection,
                       fmt::format("The proxy never answers the CONNECT to {}: no reply{}{}{}.",
                                   target_text(connection),
                                   silence ? fmt::format(" in {}", duration_text(*silence))
                                           : " before the client's time limit",
                                   connection.on_wire && connection.from_client.acknowledged > 0
                                       ? ", though its host acknowledged it"
                                       : "",
                                   before_text(connection)));
  if (connection.connect) cite(found, connection.connect->sight.where);
  if (connection.problem) cite(found, connection.problem->where);
  if (connection.on_wire && connection.complaint == Complaint::none && !close_time(connection)) {
    found.confidence = Confidence::likely;  // it may still have come, behind the evidence's end
    found.alternatives = {"proxy-gateway-timeout"};
  }
  if (!connection.on_wire) {
    found.confidence = Confidence::ambiguous;
    found.alternatives = {"connect-lost", "path-loss", "proxy-reply-incomplete"};
    found.next = {
        "A capture at the client decides: is the CONNECT acknowledged (the proxy waits), or "
        "retransmitted (the path loses it)?"};
  }
  return found;
}

std::optional<Verdict> incomplete(const Connection& connection) {
  if (!connection.reply || connection.reply->whole) return std::nullopt;
  if (tunnel_is_up(connection) && handshake_is_done(connection)) return std::nullopt;
  return replied(connection, "proxy-reply-incomplete",
                 fmt::format("The proxy's answer ({}) breaks off in the middle of its head.",
                             reason_text(*connection.reply)));
}

constexpr std::uint64_t kMostEstablished = 250;  // bytes of a 200 to a CONNECT

/// Sizes alone: an answer too long for a plain 200, and the client says no more.
std::optional<Verdict> unread(const Connection& connection) {
  if (!connection.guessed || connection.reply) return std::nullopt;
  const auto& flights = connection.flights;
  // Twice where the first answer asked for credentials.
  const bool asked_again = flights.size() == 4 && flights[1].bytes > kMostEstablished &&
                           flights[3].bytes > kMostEstablished;
  if ((flights.size() != 2 && !asked_again) || flights[0].by != End::client) return std::nullopt;
  auto found =
      verdict("proxy-answer-unread", connection,
              fmt::format("The proxy answered the client's first request ({} bytes, as long "
                          "as a CONNECT) with {} bytes, and the client sent no ClientHello: a "
                          "plain request that was answered, or a tunnel that was not set up, for "
                          "a reason that this evidence does not hold.",
                          flights[0].bytes, flights.back().bytes));
  found.confidence = Confidence::ambiguous;
  found.alternatives = {"proxy-denied",        "proxy-auth-missing",
                        "proxy-auth-rejected", "proxy-auth-unsupported",
                        "proxy-bad-gateway",   "proxy-internal-error",
                        "proxy-unavailable",   "proxy-gateway-timeout",
                        "proxy-bad-request",   "not-a-connect-proxy",
                        "proxy-redirected",    "proxy-not-http",
                        "plain-http-status",   "healthy"};
  cite(found, connection.from_client.first_payload);
  cite(found, connection.from_proxy.first_payload);
  found.next = {"`tcpdump -A`, a capture file with whole packets, or `curl -v` shows the status."};
  return found;
}

/// Old ones take nothing but a 200 for a tunnel; the RFC any 2xx (RFC 9110 section 9.3.6).
std::optional<Verdict> refused_2xx(const Connection& connection) {
  const auto& answer = connection.reply;
  if (!answer || answer->status / 100 != 2 || answer->status == 200 || !connection.problem)
    return std::nullopt;
  const auto& words = connection.problem->value;
  const bool of_answer = holds_in_any_case(words, "received http code") ||
                         holds_in_any_case(words, "proxy") || holds_in_any_case(words, "tunnel");
  if (!of_answer || connection.complaint != Complaint::none) return std::nullopt;
  auto found = replied(connection, "proxy-status",
                       fmt::format("The proxy answers the CONNECT to {} with {}, and this client "
                                   "takes nothing but a 200 for a tunnel.",
                                   target_text(connection), reason_text(*answer)));
  cite(found, connection.problem->where);
  return found;
}

/// A client that goes before the proxy has answered, as the proxy's own log tells it.
std::optional<Verdict> left_unanswered(const Connection& connection) {
  const bool left = connection.complaint == Complaint::interrupted && !connection.on_wire;
  if (!left || !connection.connect || connection.reply) return std::nullopt;
  auto found = verdict("client-abort", connection,
                       fmt::format("The client closes the connection before the CONNECT to {} is "
                                   "answered: a limit of its own ran out, or it was stopped.",
                                   target_text(connection)));
  found.confidence = Confidence::likely;
  found.alternatives = {"proxy-connect-stall"};
  cite(found, connection.connect->sight.where);
  return found;
}

}  // namespace

std::optional<Verdict> reply(const Connection& connection) {
  for (const auto rule : {tls_to_plain, not_http, other_version, misread, refused_2xx,
                          left_unanswered, no_reply, incomplete, unread}) {
    if (auto found = rule(connection)) return found;
  }
  if (!connection.reply || tunnel_is_up(connection)) return std::nullopt;
  const auto& answer = *connection.reply;
  if (is_interim(answer)) return std::nullopt;
  if (answer.status == 407 || answer.status == 401) {
    auto found = credentials(connection, connection.connect, answer);
    weigh_reply(connection, found);
    return found;
  }
  return status(connection);
}

}  // namespace misproxy::diagnose::rules
