#include <fmt/format.h>

#include <algorithm>

#include "core/ascii.hpp"
#include "diagnose/reading.hpp"
#include "diagnose/rules/alerts.hpp"
#include "diagnose/rules/rules.hpp"

namespace misproxy::diagnose::rules {
namespace {

constexpr std::uint32_t kClearAlert = 7;  // bytes, with the record's header

std::optional<Verdict> not_tls(const Connection& connection) {
  if (!connection.tls.not_tls) return std::nullopt;
  const auto& text = connection.tls.not_tls_text;
  auto found = in_handshake(
      connection, "tls-not-tls",
      text.empty()
          ? "What answers the ClientHello is not TLS but plain text or another protocol."
          : fmt::format("What answers the ClientHello is not TLS but plain text: \"{}\".", text));
  cite(found, connection.tls.not_tls);
  if (!connection.connect && !connection.reply && !connection.on_wire) {
    found.confidence = Confidence::ambiguous;
    found.alternatives = {"tls-to-plain-proxy"};
    found.next = {"No CONNECT is told of: is it the proxy that the client speaks TLS with?"};
  }
  return found;
}

/// How far it came, in words.
std::string_view stage(const Connection& connection) {
  // Many clients log no message of the handshake: wget, curl with NSS, GnuTLS or Schannel.
  if (!connection.on_wire && !connection.tls.client_hello)
    return "behind the proxy's 200, in the TLS handshake as far as the log tells";
  if (!connection.tls.client_hello) return "after the proxy's 200, before the TLS ClientHello";
  if (!connection.tls.server_hello) return "after the TLS ClientHello, before a ServerHello";
  return "in the middle of the TLS handshake";
}

/// Of the proxy's 200 a text shows the first line, and the client waits: perhaps for the rest.
void weigh_head(const Connection& connection, Verdict& found) {
  if (connection.tls.client_hello || !connection.reply || !connection.reply->end_untold) return;
  found.confidence = Confidence::ambiguous;
  found.alternatives.insert(found.alternatives.begin(), "proxy-reply-incomplete");
  found.next.emplace_back("`tcpdump -A` shows whether the head of the proxy's answer is whole.");
}

std::optional<Verdict> reset(const Connection& connection) {
  const auto* seen = first_reset(connection, End::proxy);
  if (seen == nullptr && connection.complaint != Complaint::reset) return std::nullopt;
  auto found =
      in_handshake(connection, "tls-reset",
                   fmt::format("The tunnel is reset (RST) {}{}.", stage(connection),
                               connection.tls.server_name.empty()
                                   ? ""
                                   : fmt::format(" (SNI {})", connection.tls.server_name)));
  if (seen != nullptr) cite(found, seen->sight.where);
  if (connection.problem) cite(found, connection.problem->where);
  found.confidence = Confidence::likely;
  found.alternatives = {"tls-closed"};
  const bool large_hello = connection.tls.client_hello_bytes >= 1000;
  if (!connection.on_wire || large_hello) found.alternatives.push_back("reset-on-large-segment");
  if (large_hello) found.confidence = Confidence::ambiguous;
  weigh_head(connection, found);
  found.next = {
      "The same proxy with another host name, and the host by its address, tell whether a "
      "policy on the SNI resets."};
  return found;
}

std::optional<Verdict> closed(const Connection& connection) {
  if (!closed_first(connection, End::proxy) && connection.complaint != Complaint::closed)
    return std::nullopt;
  auto found = in_handshake(connection, "tls-closed",
                            fmt::format("The tunnel is closed (FIN) {}.", stage(connection)));
  cite(found, connection.from_proxy.fin);
  if (connection.problem) cite(found, connection.problem->where);
  found.next = {"The proxy's log tells whether the origin closed, or the proxy."};
  weigh_head(connection, found);
  if (connection.tls.server_hello && connection.tls.guessed) {  // or all of a resumed one
    found.confidence = Confidence::ambiguous;
    found.alternatives = {"healthy", "tls-handshake-ended"};
  }
  if (connection.problem && holds_in_any_case(connection.problem->value, "failed to receive")) {
    found.confidence = Confidence::ambiguous;  // Schannel says it of a RST too
    found.alternatives = {"tls-reset"};
  }
  const bool size_of_alert = !connection.tls.server_hello && connection.tls.guessed &&
                             connection.from_proxy.last_segment == kClearAlert;
  if (!size_of_alert) return found;
  cite(found, connection.from_proxy.last_payload);
  found.confidence = Confidence::ambiguous;
  found.alternatives = {"tls-version", "tls-handshake-failure", "tls-unrecognized-name",
                        "tls-alert"};
  found.next.push_back("The last segment has 7 bytes, as many as a TLS alert: `tcpdump -X` tells.");
  return found;
}

/// The tunnel is there, and neither side says anything in it.
std::optional<Verdict> nothing_said(const Connection& connection) {
  const auto silence = final_silence(connection);
  const bool unsaid = connection.on_wire && !connection.in_log && !connection.tls.client_hello &&
                      connection.reply && connection.last_speaker == End::proxy;
  if (!unsaid || !silence || *silence < kLongPause) return std::nullopt;
  auto found = verdict("proxy-answer-unread", connection,
                       fmt::format("The proxy answers the CONNECT with {}, and the client says "
                                   "nothing in the tunnel: {} of silence.",
                                   reason_text(*connection.reply), duration_text(*silence)));
  found.confidence = Confidence::ambiguous;
  found.alternatives = {"client-abort"};
  cite(found, connection.reply->sight.where);
  weigh_head(connection, found);
  return found;
}

std::optional<Verdict> stall(const Connection& connection) {
  const auto silence = final_silence(connection);
  const bool timed_out = connection.complaint == Complaint::timed_out;
  if (!timed_out && (!silence || *silence < kLongPause)) return std::nullopt;
  const bool hello_only = !connection.tls.server_hello;
  const auto when = silence && *silence >= kLongPause
                        ? fmt::format("{} of silence", duration_text(*silence))
                        : std::string("the client's time limit ran out");
  const auto* id = hello_only ? "tls-no-server-hello" : "tls-handshake-stall";
  const auto headline =
      hello_only ? fmt::format("The TLS ClientHello gets no answer (no ServerHello): {}.", when)
                 : fmt::format("The TLS handshake stalls half-way, behind the {}: {}.",
                               connection.last_speaker == End::client ? "client's second flight"
                                                                      : "server's first flight",
                               when);
  auto found = in_handshake(connection, id, headline);
  cite(found, connection.from_client.last_payload);
  if (connection.problem) cite(found, connection.problem->where);
  if (!connection.on_wire) {
    found.confidence = Confidence::ambiguous;
    found.alternatives = {"mtu-black-hole", "path-loss"};
    found.next = {
        "A capture at the client decides: acknowledged means that the proxy or the origin "
        "waits, retransmitted means that the path loses it."};
  } else {
    if (hello_only) {  // a server's first flight that is lost whole leaves no sign at the client
      found.confidence = Confidence::likely;
      found.alternatives = {"mtu-black-hole", "path-loss"};
    }
    found.next = {
        fmt::format("The ClientHello has {} bytes: one that fits a segment (`--curves X25519`) "
                    "decides whether its size matters.",
                    connection.tls.client_hello_bytes)};
  }
  return found;
}

bool left_before(const Connection& connection, const Sight& answer) {
  const auto& fin = connection.from_client.fin;
  return fin && connection.on_wire && order_of(*fin) < order_of(answer);
}

/// What it did not like was there before the server's flight was.
Verdict left_at_once(const Connection& connection) {
  auto found = verdict("tls-handshake-ended", connection,
                       "The client ends the connection right behind its ClientHello, before the "
                       "server's flight.");
  cite(found, connection.tls.client_hello);
  cite(found, connection.from_client.fin);
  found.confidence = Confidence::ambiguous;
  found.alternatives = {"client-abort", "tls-not-tls"};
  found.next = {"The client's log (`curl -v`) tells why; `tcpdump -X` shows what it was sent."};
  return found;
}

/// The client closes though nothing on the wire tells why.
std::optional<Verdict> ended_by_client(const Connection& connection) {
  if (!connection.tls.server_hello || !closed_first(connection, End::client)) return std::nullopt;
  if (left_before(connection, *connection.tls.server_hello)) return left_at_once(connection);
  auto found =
      in_handshake(connection, "tls-handshake-ended",
                   "The client ends the connection in the TLS handshake, behind the server's "
                   "flight: mostly it does not like the certificate.");
  found.confidence = Confidence::ambiguous;
  found.alternatives = {"tls-cert-refused", "tls-untrusted-ca", "tls-cert-expired",
                        "tls-cert-wrong-host", "client-abort"};
  cite(found, connection.from_client.fin);
  found.next = {"The client's log (`curl -v`) tells why."};
  return found;
}

/// A session is resumed: the server's Finished comes first, and no certificate (RFC 5246
/// section 7.3).
bool is_abbreviated(const TlsSeen& tls) {
  return tls.finished && tls.server_finished &&
         order_of(*tls.server_finished) < order_of(*tls.finished);
}

/// TLS 1.2 tells in the clear when it is over; a client that then says nothing had no use for it.
std::optional<Verdict> nothing_asked(const Connection& connection) {
  if (connection.tls.client_data || !connection.tls.server_finished) return std::nullopt;
  if (const auto silence = final_silence(connection); silence && *silence >= kLongPause)
    return std::nullopt;
  const bool ends = closed_first(connection, End::client) || connection.tls.client_closed;
  if (!ends || connection.response || is_abbreviated(connection.tls)) return std::nullopt;
  auto found = in_handshake(connection, "tls-handshake-ended",
                            "The TLS handshake completes, and the client closes without a request: "
                            "mostly the certificate is for another host.");
  found.confidence = Confidence::ambiguous;
  found.alternatives = {"tls-cert-wrong-host", "tls-cert-refused", "client-abort"};
  cite(found, connection.from_client.fin);
  found.next = {
      "The client's log (`curl -v`) tells why; a capture of TLS 1.2 shows the certificate's "
      "names."};
  return found;
}

/// One that cannot be read, and comes long after, is the close_notify of who waits no longer.
bool answers_with_alert(const Connection& connection) {
  const auto& tls = connection.tls;
  return std::any_of(tls.alerts.begin(), tls.alerts.end(), [&](const AlertSeen& each) {
    if (each.by != End::proxy || (connection.in_log && each.description < 0)) return false;
    if (is_too_late(connection, each)) return false;
    if (each.description >= 0 || !each.sight.at || !tls.finished || !tls.finished->at) return true;
    return *each.sight.at - *tls.finished->at < kLongPause;
  });
}

/// The log names it: `bad record mac`, `certificate required`. An end behind the first data as
/// well.
bool is_told_by_name(const Connection& connection) {
  const auto& alerts = connection.tls.alerts;
  return connection.in_log && connection.tls.server_data &&
         std::any_of(alerts.begin(), alerts.end(),
                     [](const AlertSeen& each) { return each.description > 0; });
}

/// By a last line of which the way there is not told.
bool is_told_alone(const Connection& connection) {
  const bool begun = tunnel_is_up(connection) || connection.tls.client_hello || connection.reply ||
                     connection.response || connection.tls_to_proxy;
  return !connection.on_wire && connection.in_log && !begun &&
         (connection.tls.not_tls || !connection.tls.alerts.empty());
}

}  // namespace

std::optional<Verdict> handshake(const Connection& connection) {
  if (auto found = verify_error(connection)) return found;
  const bool told = is_told_alone(connection);
  const bool in_tls = tunnel_is_up(connection) || connection.tls.client_hello || told;
  if (!in_tls || connection.from_the_middle || !connection.carries.empty()) return std::nullopt;
  if (auto found = nothing_asked(connection)) return found;
  if (is_told_by_name(connection)) return alert(connection);
  if (connection.tls.server_data) return std::nullopt;
  if (answers_with_alert(connection)) return alert(connection);
  if (handshake_is_done(connection) && connection.tls.client_data) return std::nullopt;
  if (auto found = alert(connection)) return found;
  if (auto found = not_tls(connection)) return found;
  if (told) return std::nullopt;
  if (handshake_is_done(connection) && (connection.in_log || connection.tls.client_closed))
    return std::nullopt;
  for (const auto rule : {reset, closed, nothing_said, stall, ended_by_client}) {
    if (auto found = rule(connection)) return found;
  }
  return std::nullopt;
}

}  // namespace misproxy::diagnose::rules
