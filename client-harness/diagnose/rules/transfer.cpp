#include <fmt/format.h>

#include <algorithm>

#include "core/ascii.hpp"
#include "diagnose/http_text.hpp"
#include "diagnose/reading.hpp"
#include "diagnose/rules/rules.hpp"
#include "evidence/line_signs.hpp"

namespace misproxy::diagnose::rules {
namespace {

constexpr std::uint32_t kFullRecord = 16000;  // of at most 16,384 bytes and what encryption adds
constexpr double kVerySlow = 8 * 1024;        // bytes a second
constexpr Time kLongFlight = std::chrono::seconds(5);
constexpr Time kAbrupt = std::chrono::milliseconds(3000);
constexpr Time kNoticeable = std::chrono::milliseconds(200);
constexpr Time kPatience = std::chrono::seconds(1);
constexpr Time kGaveUp = std::chrono::seconds(3);
constexpr std::uint64_t kSmallestToMiss = 500;  // bytes: a smaller segment fits every MTU
constexpr std::uint64_t kLargeResponse = 16 * 1024;

/// The response has begun: its head in a log, or data from the server on the wire.
bool response_began(const Connection& connection) {
  if (connection.response) return true;
  if (connection.in_log && connection.request) return false;
  if (connection.from_the_middle) return connection.from_proxy.segments > 0;
  if (!connection.carries.empty()) return connection.last_speaker == End::proxy;
  return connection.tls.server_data && last_real_speaker(connection) == End::proxy;
}

/// More was to come: a record is not whole, or a full one was the last, or a full segment was.
bool more_was_due(const Connection& connection) {
  const auto& tls = connection.tls;
  if (connection.body_is_whole()) return false;
  if (connection.body_is_short()) return true;
  if (tls.server_record_open || tls.server_last_record >= kFullRecord) return true;
  return tls.server_last_record == 0 && connection.from_proxy.last_segment >= 1000 &&
         connection.from_proxy.last_segment == connection.from_proxy.largest;
}

/// A client that has all closes at once; one that closes seconds after a large response was
/// waiting.
bool gave_up(const Connection& connection) {
  if (connection.body_is_whole()) return false;
  const auto silence = final_silence(connection);
  return connection.from_proxy.last_flight_bytes >= kLargeResponse && silence &&
         *silence >= kGaveUp && closed_first(connection, End::client) &&
         last_real_speaker(connection) == End::proxy;
}

/// Its framing says so (RFC 9112 section 6), and nobody waits for more.
bool is_answered_whole(const Connection& connection) {
  if (connection.last_speaker != End::proxy || !connection.response) return false;
  const bool chunked =
      holds_in_any_case(header(connection.response->headers, "Transfer-Encoding"), "chunked");
  const bool ended = chunked && !connection.last_chunk_missing && !connection.body_end_hidden;
  return connection.body_is_whole() || (ended && connection.response->whole);
}

bool is_upload(const Connection& connection) {
  if (connection.request)
    return connection.request->method == "POST" || connection.request->method == "PUT";
  return connection.from_client.last_flight_bytes > 4000;
}

Verdict in_transfer(const Connection& connection, std::string_view id, std::string headline) {
  auto found = verdict(id, connection, std::move(headline));
  if (connection.request) cite(found, connection.request->sight.where);
  if (connection.response) cite(found, connection.response->sight.where);
  return found;
}

/// The last pause was none for this flow.
bool is_in_rhythm(const Connection& connection) {
  const auto silence = final_silence(connection);
  const auto usual = connection.from_proxy.longest_pause;
  return silence && *silence <= usual + usual / 4;
}

/// A client that is done says close_notify, and closes at once; one that is stopped does neither:
/// its FIN comes in the rhythm in which data still flowed.
bool stopped_in_the_flow(const Connection& connection) {
  if (connection.in_log || !closed_first(connection, End::client)) return false;
  if (connection.body_is_whole()) return false;
  if (!connection.tls.server_data && !connection.from_the_middle) return false;
  if (connection.last_speaker != End::proxy || connection.notified_before_close) return false;
  const auto silence = final_silence(connection);
  if (!silence || *silence >= kAbrupt) return false;
  return connection.from_proxy_after_client_close || connection.tls.server_record_open ||
         connection.body_is_short() || (*silence >= kNoticeable && is_in_rhythm(connection));
}

/// More of the response was due when the client left: a length, or a record, was not reached.
bool left_before_the_end(const Connection& connection) {
  return connection.body_is_short() || connection.tls.server_record_open;
}

/// How long the client waited for a next piece that did not come.
Time patience(const Connection& connection) {
  return is_in_rhythm(connection) ? Time{0} : final_silence(connection).value_or(Time{0});
}

/// Bytes a second of the last long flight; nothing where it paused, or ended in a RST.
std::optional<double> slow_rate(const Connection& connection) {
  std::optional<double> rate;
  for (const auto& flight : connection.flights) {
    if (flight.by != End::proxy || !flight.begin || !flight.end || flight.segments < 6) continue;
    const auto took = *flight.end - *flight.begin;
    if (took < kLongFlight) continue;
    rate = static_cast<double>(flight.bytes) / std::chrono::duration<double>(took).count();
  }
  const bool seen = rate && *rate < kVerySlow && connection.from_proxy.longest_pause < kLongPause &&
                    !first_reset(connection, End::proxy);
  return seen ? rate : std::nullopt;
}

/// Who waits may have lost patience with a stall.
void weigh_patience(const Connection& connection, Verdict& found) {
  const auto waited = patience(connection);
  const bool more_was_due = left_before_the_end(connection);
  if (!more_was_due) found.alternatives = {"healthy"};
  if (waited >= (more_was_due ? kNoticeable : kPatience))
    found.alternatives.emplace_back("download-stall");
  const bool slow = slow_rate(connection).has_value();
  if (slow) found.alternatives.emplace_back("slow-transfer");
  found.confidence = waited >= kPatience || slow ? Confidence::ambiguous : Confidence::likely;
}

Verdict stopped_waiting(const Connection& connection) {
  auto found = in_transfer(connection, "client-abort",
                           "The client is stopped while it waits for the response to its request, "
                           "of which nothing has come.");
  if (connection.problem) cite(found, connection.problem->where);
  found.confidence = Confidence::ambiguous;
  found.alternatives = {"response-stall"};
  return found;
}

std::optional<Verdict> interrupted(const Connection& connection) {
  const bool told = connection.complaint == Complaint::interrupted;
  if (!told && !stopped_in_the_flow(connection)) return std::nullopt;
  if (told && connection.request && !connection.on_wire && !response_began(connection))
    return stopped_waiting(connection);
  const auto waited = told ? Time{0} : patience(connection);
  auto found = in_transfer(
      connection, "client-abort",
      fmt::format("The client itself stops the transfer {} ({} received): it was aborted, or a "
                  "limit of its own ran out.",
                  waited >= kPatience ? fmt::format("after {} without data", duration_text(waited))
                                      : "while data still flows",
                  received_text(connection)));
  if (!told) weigh_patience(connection, found);
  cite(found, connection.from_client.fin);
  if (connection.problem) cite(found, connection.problem->where);
  return found;
}

std::optional<Verdict> slow(const Connection& connection) {
  const auto rate = slow_rate(connection);
  if (connection.report_ok) return std::nullopt;
  if (!rate && connection.complaint != Complaint::too_slow) return std::nullopt;
  auto found = in_transfer(connection, "slow-transfer",
                           rate ? fmt::format("The transfer is very slow: {} a second, a low rate "
                                              "without loss.",
                                              bytes_text(static_cast<std::uint64_t>(*rate)))
                                : "The transfer is too slow for the client, which gives up.");
  cite(found, connection.from_proxy.last_payload);
  if (connection.problem) cite(found, connection.problem->where);
  found.alternatives = {"download-stall"};
  found.confidence = Confidence::likely;
  if (connection.from_proxy.last_flight_bytes < kLargeResponse) {  // little, and perhaps all of it
    found.confidence = Confidence::ambiguous;
    found.alternatives.push_back("healthy");
  }
  return found;
}

std::optional<Verdict> reset(const Connection& connection) {
  const auto* seen = first_reset(connection, End::proxy);
  if (seen == nullptr && connection.complaint != Complaint::reset) return std::nullopt;
  if (connection.complaint == Complaint::timed_out) return std::nullopt;  // the client was first
  if (connection.complaint == Complaint::none && is_answered_whole(connection)) return std::nullopt;
  const auto pause = seen != nullptr ? connection.pause_before_last_request : std::nullopt;
  if (pause && *pause >= kLongPause && connection.last_speaker == End::client) {
    auto found =
        in_transfer(connection, "reset-after-idle",
                    fmt::format("After {} in which nothing was said, the client's next packet is "
                                "answered with a RST{}: a NAT or firewall on the way, or the "
                                "other end, has forgotten the idle connection.",
                                duration_text(*pause), seen->stateless ? " (win 0)" : ""));
    cite(found, connection.from_client.last_payload);
    cite(found, seen->sight.where);
    found.confidence = seen->stateless ? Confidence::likely : Confidence::ambiguous;
    found.alternatives = {"reset-mid-transfer", "idle-timeout"};
    found.next = {
        "Repeat it with a shorter pause: without a RST then, it is a time-out on the way."};
    return found;
  }
  const bool began = response_began(connection);
  auto found = in_transfer(
      connection, "reset-mid-transfer",
      fmt::format(
          "A RST ends the transfer{}: {} {}.",
          seen == nullptr   ? " (connection reset)"
          : seen->stateless ? " ([R] with window 0: a device on the way, or a closed socket)"
                            : " ([R.]: an end that aborts)",
          began ? "data in the middle of the response," : "data sent by the client, no response,",
          began ? received_text(connection) + " received" : "in the middle of the request"));
  if (seen != nullptr) cite(found, seen->sight.where);
  if (connection.problem) cite(found, connection.problem->where);
  found.confidence = Confidence::likely;
  found.alternatives = {"truncated", "idle-timeout"};
  const auto& sent = connection.from_client;
  if (!began && sent.largest_missing >= kSmallestToMiss &&
      sent.largest_missing > sent.largest_acknowledged)
    found.alternatives.emplace_back("reset-on-large-segment");
  if (!connection.on_wire) {
    found.confidence = Confidence::ambiguous;
    found.alternatives = {"reset-on-large-segment", "reset-after-idle", "truncated"};
    found.next.push_back(
        "A capture at the client decides: what was sent before the RST, and after how "
        "long a pause.");
  }
  found.next.push_back(
      "RSTs towards both ends at once come from a device between them; compare TTL and IP "
      "ID with those of the SYN-ACK.");
  return found;
}

/// A request is open and the proxy closes: after a pause it is a time-out, at once the origin's
/// end.
std::optional<Verdict> closed(const Connection& connection) {
  const bool told =
      connection.complaint == Complaint::closed || connection.complaint == Complaint::truncated;
  const bool seen = closed_first(connection, End::proxy);
  if (!told && !seen) return std::nullopt;
  if (connection.complaint == Complaint::timed_out) return std::nullopt;  // the client was first
  const auto& tls = connection.tls;
  if (!told && tls.client_closed && !tls.client_data) return std::nullopt;  // it asked for nothing
  const auto silence = final_silence(connection);
  const bool began = response_began(connection);
  const bool whole = !told && (connection.report_ok || !more_was_due(connection));
  if (began && whole) return std::nullopt;  // a keep-alive connection that the other end closes
  if (seen && silence && *silence >= kLongPause) {
    auto found =
        in_transfer(connection, "idle-timeout",
                    fmt::format("The proxy closes the tunnel (FIN) after {} without data: an idle "
                                "time-out ended it{}.",
                                duration_text(*silence),
                                began ? " in the middle of the response" : " before any response"));
    cite(found, connection.from_client.last_payload);
    cite(found, connection.from_proxy.fin);
    if (connection.problem) cite(found, connection.problem->where);
    found.confidence = Confidence::likely;
    found.alternatives = {began ? "truncated" : "empty-reply"};
    found.next = {"Repeat it: the same pause each time is a time-out, and its length tells whose."};
    return found;
  }
  const bool unanswered = connection.in_log && connection.request && !began;
  if ((connection.complaint == Complaint::truncated && !unanswered) || began) {
    auto found =
        in_transfer(connection, "truncated",
                    fmt::format("The transfer is truncated: the connection ends in good order "
                                "before the response is complete, {} received.",
                                received_text(connection)));
    cite(found, connection.from_proxy.fin);
    if (connection.problem) cite(found, connection.problem->where);
    // Without times a pause in front of the end does not show.
    found.confidence = connection.on_wire ? Confidence::likely : Confidence::ambiguous;
    found.alternatives = {"idle-timeout"};
    if (connection.problem &&
        evidence::LineSigns(connection.problem->value).has(evidence::Sign::reset))
      found.alternatives.emplace_back("reset-mid-transfer");
    found.next = {
        "Repeat it: the same count of bytes each time is a size limit, the same time a "
        "time-out."};
    return found;
  }
  auto found = in_transfer(connection, "empty-reply",
                           "The tunnel is closed where a response was due: no reply to the request "
                           "inside it.");
  cite(found, connection.from_proxy.fin);
  if (connection.problem) cite(found, connection.problem->where);
  if (connection.guessed || tls.guessed) {  // sizes alone do not even tell a request
    found.confidence = Confidence::ambiguous;
    found.alternatives = {"healthy", "tls-client-cert-required", "tls-alert", "proxy-status"};
    found.next = {"`tcpdump -A`, a capture file with whole packets, or `curl -v` shows more."};
  }
  if (!connection.on_wire) {
    found.confidence = Confidence::ambiguous;
    found.alternatives = {"idle-timeout"};
    found.next = {
        "The time between request and close decides: a pause of some seconds is a time-out."};
  }
  return found;
}

/// A request is open, and the client is the one that closes: it waited as long as it would.
bool client_left_waiting(const Connection& connection) {
  return closed_first(connection, End::client) && connection.tls.client_data &&
         last_real_speaker(connection) == End::client;
}

/// The client's FIN is answered by a host that knows of no such connection any more: a RST that
/// this end did not get ended it there.
bool is_forgotten(const Connection& connection) {
  return closed_first(connection, End::client) &&
         std::any_of(connection.resets.begin(), connection.resets.end(),
                     [](const ResetSeen& each) { return each.by == End::proxy && each.stateless; });
}

std::optional<Verdict> stall(const Connection& connection) {
  const auto silence = final_silence(connection);
  const bool timed_out = connection.complaint == Complaint::timed_out;
  const bool silent =
      silence && *silence >= (client_left_waiting(connection) ? kPatience : kLongPause);
  if (!timed_out && !silent) return std::nullopt;
  if (!timed_out && !connection.carries.empty()) return std::nullopt;  // who speaks next is open
  if (connection.report_ok) return std::nullopt;
  const bool began = response_began(connection);
  const bool due = timed_out || more_was_due(connection) || gave_up(connection);
  if (began && !due) return std::nullopt;
  if (!began && last_real_speaker(connection) == End::proxy && !due) return std::nullopt;
  const bool acknowledged = connection.on_wire && connection.from_client.unacknowledged == 0;
  const auto time = silent ? fmt::format("{} without data", duration_text(*silence))
                           : std::string("until the client's time limit");
  const auto* id = began                   ? "download-stall"
                   : is_upload(connection) ? "upload-stall"
                                           : "response-stall";
  const auto headline =
      began
          ? fmt::format("The download stalls in the middle of the transfer: {} received, then {}.",
                        received_text(connection), time)
          : fmt::format("The request inside the tunnel gets no response: {}{}.",
                        acknowledged ? "it was acknowledged, then " : "", time);
  auto found = in_transfer(connection, id, headline);
  cite(found, began ? connection.from_proxy.last_payload : connection.from_client.last_payload);
  if (connection.problem) cite(found, connection.problem->where);
  if (connection.on_wire) {
    // What is lost on the way to the client leaves no sign at the client, as long as all of it is.
    const bool large_came = connection.from_proxy.largest >= 1000;
    found.confidence = began || large_came ? Confidence::likely : Confidence::ambiguous;
    found.alternatives = {"path-loss"};
    if (!began && is_upload(connection)) {
      found.confidence = Confidence::ambiguous;
      found.alternatives.push_back("receiver-window-closed");
    }
    if (!large_came) found.alternatives.push_back("mtu-black-hole");
    if (is_forgotten(connection)) {
      for (const auto* other : {"reset-on-large-segment", "reset-mid-transfer"})
        found.alternatives.emplace_back(other);
    }
    if (began && !timed_out && !more_was_due(connection)) {  // a silence tells no length
      found.confidence = Confidence::ambiguous;
      found.alternatives.insert(found.alternatives.begin(), "healthy");
    }
    found.next = {
        "All data was acknowledged, so the path works and a program waits: the proxy's log, a "
        "smaller file, and inspection bypassed tell which."};
    return found;
  }
  found.confidence = Confidence::ambiguous;
  found.alternatives = {"mtu-black-hole", "path-loss", "receiver-window-closed", "idle-timeout"};
  found.alternatives.push_back(began ? "slow-transfer" : "download-stall");
  found.next = {
      "A capture at the client decides: data acknowledged means that a program waits, data "
      "retransmitted that the path loses it, a SACK of the small tail alone an MTU."};
  return found;
}

/// An end alone, of a connection whose life was not seen, tells nothing.
bool ends_unseen(const Connection& connection) {
  return connection.from_the_middle && !connection.in_log &&
         !connection.from_client.first_payload && !connection.from_proxy.first_payload;
}

}  // namespace

std::optional<Verdict> transfer(const Connection& connection) {
  const bool inside = tunnel_is_up_or_guessed(connection) || connection.request;
  if (!inside || ends_unseen(connection)) return std::nullopt;
  for (const auto rule : {interrupted, slow, reset, closed, stall}) {
    if (auto found = rule(connection)) return found;
  }
  return std::nullopt;
}

}  // namespace misproxy::diagnose::rules
