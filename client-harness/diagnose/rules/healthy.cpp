#include <fmt/format.h>

#include <charconv>

#include "core/ascii.hpp"
#include "diagnose/http_text.hpp"
#include "diagnose/reading.hpp"
#include "diagnose/rules/rules.hpp"

namespace misproxy::diagnose::rules {
namespace {

constexpr Time kNoticed =
    std::chrono::seconds(1);  // a pause for retransmission that a person notices

/// Bytes: what a server of HTTP/2 says before it answers is no more, its settings.
constexpr std::uint64_t kLittle = 300;

void cite_life(Verdict& found, const Connection& connection) {
  if (connection.connect) cite(found, connection.connect->sight.where);
  if (connection.reply) cite(found, connection.reply->sight.where);
  cite(found, connection.tls.server_hello);
  if (connection.response) cite(found, connection.response->sight.where);
  cite(found, connection.from_client.fin);
}

/// What never showed, and may have been a failure: of the client no more than what it said before
/// it was answered.
std::uint64_t unseen_bytes(const Connection& connection) {
  const bool answered = connection.tls.server_data || connection.response;
  return connection.from_proxy.unseen + (answered ? 0 : connection.from_client.unseen);
}

std::string inside_text(const Connection& connection) {
  if (connection.response)
    return fmt::format("the response is {}{}{}", connection.response->status,
                       connection.response->reason.empty() ? "" : " ",
                       shown(connection.response->reason, 40));
  if (connection.tls.server_data || connection.from_the_middle)
    return fmt::format("{} came over the encrypted tunnel",
                       bytes_text(connection.from_proxy.bytes));
  return "the TLS handshake began";
}

bool ran_into_trouble(const Connection& connection) {
  const auto& a = connection.from_client;
  const auto& b = connection.from_proxy;
  for (const auto* flow : {&a, &b}) {
    if (flow->stubborn && flow->stubborn->at.size() >= 3 &&
        flow->stubborn->at.back() - flow->stubborn->at.front() >= kNoticed)
      return true;
  }
  return connection.syn_times.size() > 1 || (b.lost_before_us && b.longest_pause >= kNoticed);
}

std::string headline(const Connection& connection, bool trouble) {
  const auto what = inside_text(connection);
  if (trouble)
    return fmt::format("It works: segments were lost on the way and the connection recovered; {}.",
                       what);
  if (!connection.carries.empty())
    return fmt::format(
        "It works: the CONNECT got 200, and the tunnel carries another protocol than "
        "TLS (\"{}\"); no failure.",
        connection.carries);
  if (tunnel_is_up(connection))
    return fmt::format("It works: the CONNECT got 200, TLS is established, {}; no failure.", what);
  return fmt::format("It works as far as it shows: {}; no failure.", what);
}

void cite_trouble(Verdict& found, const Connection& connection) {
  for (const auto* flow : {&connection.from_client, &connection.from_proxy}) {
    if (flow->stubborn) cite(found, flow->stubborn->last);
    cite(found, flow->hole_at);
  }
}

/// A headline that stands alone must not sound surer than the verdict is.
void say_doubt(Verdict& found) {
  auto others = found.alternatives;
  std::erase(others, "not-enough-evidence");  // the headline says as much itself
  if (others.empty()) return;
  if (found.headline.ends_with('.')) found.headline.pop_back();
  found.headline += fmt::format("; but it may also be {}, which this evidence cannot tell.",
                                fmt::join(others, ", "));
}

/// To the proxy itself, or to an origin: its statuses stand in frames that nobody reads here.
bool speaks_clear_http2(const Connection& connection) {
  return connection.carries == kClearHttp2 && !tunnel_is_up(connection);
}

std::string_view shown_so_far(const Connection& connection) {
  if (speaks_clear_http2(connection))
    return "the client speaks HTTP/2 in clear text, which is not looked into";
  if (tunnel_is_up(connection)) return "the tunnel was established, and no more is shown";
  if (connection.connect) return "a CONNECT was sent, and no more is shown";
  if (connection.from_client.fin && connection.from_proxy.fin)
    return "it was closed in good order, with FIN from both ends, and no more is shown";
  if (connection.established) return "a TCP connection was made, and no more is shown";
  return "too little is shown";
}

bool is_decimal(char c) { return c >= '0' && c <= '9'; }

/// `554 No SMTP service here`: of SMTP, FTP and their like, a code that begins with 4 or 5 is a
/// refusal (RFC 5321 section 4.2.1, RFC 959 section 4.2).
bool greets_with_refusal(const Connection& connection) {
  const auto& line = connection.carries;
  return line.size() > 4 && (line[0] == '4' || line[0] == '5') && is_decimal(line[1]) &&
         is_decimal(line[2]) && (line[3] == ' ' || line[3] == '-');
}

bool is_proof(const Connection& connection) {
  if (connection.response || connection.report_ok) return true;
  if (speaks_clear_http2(connection)) return false;
  if (!connection.carries.empty())
    return connection.from_proxy.segments > 1 || greets_with_refusal(connection);
  if (connection.from_the_middle) return connection.from_proxy.segments > 0;
  if (connection.tls.guessed || connection.guessed) return connection.flights.size() >= 6;
  return connection.tls.server_data.has_value();
}

}  // namespace

/// Evidence that was there and is lost: what is left of it cannot say that all went well.
void say_what_is_lost(const Connection& connection, Verdict& found) {
  found.cut_short = connection.broken_off || unseen_bytes(connection) > 0;
  if (connection.broken_off)
    found.next.insert(found.next.begin(),
                      "The evidence is broken off: take it again, and let it come to its end.");
  if (unseen_bytes(connection) > 0)
    found.next.insert(found.next.begin(),
                      fmt::format("The capture lacks {}: it lost packets, or is damaged. Take it "
                                  "again with a larger buffer (`tcpdump -B 65536`).",
                                  bytes_text(unseen_bytes(connection))));
}

/// A body whose length is told and not reached: whoever ended it, it did not work.
Verdict unfinished(const Connection& connection) {
  const bool left = closed_first(connection, End::client);
  const auto received = received_text(connection);
  auto found =
      left ? verdict("client-abort", connection,
                     fmt::format("The client ends the connection before the response is complete: "
                                 "{} came.",
                                 received))
           : verdict("not-enough-evidence", connection,
                     fmt::format("The evidence ends in the middle of the response: {} came, and "
                                 "how it went on does not show.",
                                 received));
  found.confidence = Confidence::ambiguous;
  found.alternatives = {"download-stall", "truncated", "slow-transfer"};
  cite_life(found, connection);
  cite(found, connection.from_proxy.last_payload);
  found.next = {"The client's log tells why it ended."};
  if (!left) say_what_is_lost(connection, found);
  return found;
}

/// The response tells a length that did not come, to a request that nobody could read: a HEAD would
/// have no body.
bool lacks_its_request(const Connection& connection) {
  const auto came = connection.tls.server_stream_bytes;
  if (connection.request || !connection.response || came == 0) return false;
  const auto told = header(connection.response->headers, "Content-Length");
  std::uint64_t length = 0;
  std::from_chars(told.data(), told.data() + told.size(), length);
  return came < length;
}

std::string cut_short_text(const Connection& connection) {
  if (const auto gap = unseen_bytes(connection); gap > 0)
    return fmt::format(
        "The evidence has gaps: {} of the connection are missing in it, and whether "
        "all went well does not show.",
        bytes_text(gap));
  if (lacks_its_request(connection))
    return "The response tells a length that did not come, and its request cannot be read: unless "
           "it was a HEAD, part of the body is missing.";
  return "The evidence breaks off in the middle of the connection: nothing failed until then, and "
         "how it went on does not show.";
}

/// Nothing of what is left shows a failure, and what is missing may have been one.
Verdict cut_short(const Connection& connection) {
  auto found = verdict("not-enough-evidence", connection, cut_short_text(connection));
  found.confidence = Confidence::ambiguous;
  found.alternatives = {"truncated", "download-stall"};
  const bool was_under_way = connection.broken_off && connection.body_expected.has_value();
  if (!was_under_way) found.alternatives.insert(found.alternatives.begin(), "healthy");
  cite_life(found, connection);
  cite(found, connection.from_proxy.last_payload);
  say_what_is_lost(connection, found);
  return found;
}

/// Not where it shows that all came, whatever the evidence lost.
bool is_cut_short(const Connection& connection) {
  if (connection.report_ok || connection.body_is_whole()) return false;
  const bool open = !is_closed(connection) && connection.tls.server_record_open;
  return connection.broken_off || unseen_bytes(connection) > 0 || open ||
         lacks_its_request(connection);
}

/// As much as was said of it.
bool client_waited(const Connection& connection) {
  const auto silence = final_silence(connection);
  return silence && *silence >= kNoticed && closed_first(connection, End::client);
}

/// What TLS hides may still be an error.
std::vector<std::string_view> what_may_be_inside(const Connection& connection) {
  constexpr std::uint64_t kUpload = 4000;  // bytes: more than a request without a body has
  std::vector<std::string_view> ids{"origin-status", "proxy-error-in-tunnel", "truncated",
                                    "redirect-loop"};
  if (connection.from_client.bytes > kUpload) ids.emplace_back("origin-rejects-upload");
  if (connection.from_proxy_after_client_close) ids.emplace_back("tls-alert");
  return ids;
}

/// TLS with the proxy itself hides the CONNECT and its answer, too.
bool hides_the_answer(const Connection& connection) {
  return connection.tls_to_proxy && !connection.connect && !connection.response;
}

constexpr std::array<std::string_view, 9> kAnswers{
    "proxy-denied",      "proxy-auth-missing",     "proxy-auth-rejected",
    "proxy-bad-gateway", "proxy-gateway-timeout",  "proxy-unavailable",
    "proxy-bad-request", "proxy-auth-unsupported", "proxy-internal-error"};

Verdict refused_inside(const Connection& connection) {
  auto found = verdict("origin-status", connection,
                       fmt::format("The tunnel works, and what answers behind it refuses: \"{}\".",
                                   connection.carries));
  cite_life(found, connection);
  cite(found, connection.carries_at);
  found.confidence = Confidence::likely;
  found.alternatives = {"healthy"};
  return found;
}

Verdict as_far_as_seen(const Connection& connection) {
  if (!connection.on_wire && tunnel_is_up(connection) && !connection.problem &&
      !connection.response && !connection.report_ok) {
    auto found =
        verdict("healthy", connection,
                "The way through the proxy works: the CONNECT got 200; what came after is not "
                "shown.");
    found.confidence = Confidence::ambiguous;
    cite_life(found, connection);
    found.alternatives = {"not-enough-evidence"};
    return found;
  }
  if (!is_proof(connection)) {
    const auto how_far = shown_so_far(connection);
    auto found = verdict("not-enough-evidence", connection,
                         fmt::format("The evidence does not tell how it ended: {}.", how_far));
    found.confidence = Confidence::ambiguous;
    cite_life(found, connection);
    found.next = {std::string(found.remedy)};
    if (speaks_clear_http2(connection))
      found.next = {fmt::format("What was answered: `tshark -d tcp.port=={},http2 -Y http2 -V`.",
                                connection.server_port)};
    return found;
  }
  if (is_cut_short(connection)) return cut_short(connection);
  if (greets_with_refusal(connection)) return refused_inside(connection);
  const bool trouble = ran_into_trouble(connection);
  auto found = verdict("healthy", connection, headline(connection, trouble));
  cite_life(found, connection);
  if (trouble) cite_trouble(found, connection);
  if (!connection.carries.empty()) {
    found.confidence = Confidence::likely;
    return found;
  }
  if (connection.report_ok || connection.body_is_whole()) return found;
  if (connection.told_in_part && !connection.on_wire) {
    found.confidence = Confidence::ambiguous;
    found.alternatives = {"client-abort", "truncated", "download-stall"};
    found.next = {
        "The client's log does not tell how it ended: the whole log, with curl's exit code."};
    return found;
  }
  if (connection.body_end_hidden && !connection.in_log) {
    found.confidence = Confidence::ambiguous;
    found.alternatives = {"truncated"};
    found.next = {
        "The response says no length, and ends with its last chunk or the connection: the client's "
        "log tells whether all came."};
    return found;
  }
  if (connection.response && !connection.told_in_part) {
    if (connection.in_log || !connection.response->headers.empty()) return found;
    // A text that shows no header: how long was it to be?
    const bool ended_there = closed_first(connection, End::proxy);
    found.confidence = ended_there ? Confidence::ambiguous : Confidence::likely;
    found.alternatives = {"truncated"};
    return found;
  }
  if (connection.on_wire && !connection.begin) {
    found.confidence = Confidence::ambiguous;
    found.alternatives = {"download-stall", "idle-timeout", "slow-transfer", "origin-status"};
    found.next = {"The text tells no times: pauses, which would be a failure, do not show."};
    return found;
  }
  found.confidence = Confidence::likely;
  found.alternatives = what_may_be_inside(connection);
  if (hides_the_answer(connection)) {
    found.confidence = Confidence::ambiguous;
    found.alternatives.insert(found.alternatives.end(), kAnswers.begin(), kAnswers.end());
    found.next = {"The client's log tells what the proxy answers inside its TLS."};
  }
  if (client_waited(connection)) {  // for more, or with nothing left to ask
    found.confidence = Confidence::ambiguous;
    found.alternatives.emplace_back("download-stall");
    found.next = {"The client's log, or the capture with its TLS keys, tells whether all came."};
  }
  if (!closed_first(connection, End::proxy)) return found;
  found.confidence = Confidence::ambiguous;
  if (const auto silence = final_silence(connection); silence && *silence >= kNoticed)
    found.alternatives.emplace_back("idle-timeout");
  if (connection.tls.server_all_bytes < kLittle) found.alternatives.emplace_back("empty-reply");
  found.next = {
      "The proxy's side closed first: the client's log, or the capture with its TLS keys, tells "
      "whether the response was whole."};
  return found;
}

Verdict healthy(const Connection& connection) {
  if (connection.body_is_short() && !connection.report_ok) return unfinished(connection);
  auto found = as_far_as_seen(connection);
  if (found.id == "healthy" && found.confidence == Confidence::ambiguous) say_doubt(found);
  return found;
}

namespace {

/// Only the client is heard, and it says nothing: its SYN, again and again.
std::optional<Verdict> unheard(const Connection& connection) {
  const bool lasts =
      connection.begin && connection.end && *connection.end - *connection.begin >= kNoticed;
  if (connection.established || connection.from_client.bytes > 0 || !lasts) return std::nullopt;
  auto found = verdict(
      "proxy-syn-unanswered", connection,
      fmt::format("No packet of the proxy's answers the client's, which are all empty, in {}: its "
                  "SYNs, most likely.",
                  duration_text(*connection.end - *connection.begin)));
  found.confidence = Confidence::likely;
  found.alternatives = {"proxy-unreachable"};
  return found;
}

/// What the client asked got no byte for an answer.
std::optional<Verdict> unanswered_sizes(const Connection& connection) {
  if (connection.from_client.bytes == 0 || connection.from_proxy.bytes > 0) return std::nullopt;
  const auto silence = final_silence(connection);
  auto found = verdict("proxy-connect-stall", connection,
                       fmt::format("The client says {} and the proxy nothing{}.",
                                   bytes_text(connection.from_client.bytes),
                                   silence ? " in " + duration_text(*silence) : ""));
  found.confidence = Confidence::ambiguous;
  found.alternatives = {"connect-lost", "proxy-closed-without-reply", "proxy-reset-without-reply"};
  cite(found, connection.from_client.first_payload);
  return found;
}

}  // namespace

Verdict sizes(const Connection& connection) {
  for (const auto rule : {unheard, unanswered_sizes}) {
    if (auto found = rule(connection)) {
      found->next = {"Take tcpdump's text without -q, or better the capture itself (-w)."};
      return *std::move(found);
    }
  }
  const auto silence = final_silence(connection);
  auto found =
      verdict("not-enough-evidence", connection,
              fmt::format("The evidence shows sizes only, no flags and no numbers: {} in {} "
                          "segments from the client, {} in {} from the proxy{}.",
                          bytes_text(connection.from_client.bytes), connection.from_client.segments,
                          bytes_text(connection.from_proxy.bytes), connection.from_proxy.segments,
                          silence && *silence >= kLongPause
                              ? fmt::format(", then {} of silence", duration_text(*silence))
                              : ""));
  found.confidence = Confidence::ambiguous;
  cite(found, connection.from_client.first_payload);
  cite(found, connection.from_proxy.last_payload);
  found.next = {"Take tcpdump's text without -q, or better the capture itself (-w)."};
  return found;
}

}  // namespace misproxy::diagnose::rules
