#include <fmt/format.h>

#include <algorithm>

#include "diagnose/reading.hpp"
#include "diagnose/rules/rules.hpp"

namespace misproxy::diagnose::rules {
namespace {

constexpr std::uint32_t kLargeSegment =
    1000;  // what an MTU of 1,200 or so still lets pass is small
constexpr std::uint32_t kSmallestToSuspect = 500;   // a smaller one fits every MTU (RFC 791: 576)
constexpr std::uint64_t kMostBeforeReset = 20'000;  // an initial window of 10 segments, and some
constexpr Time kPrompt = std::chrono::milliseconds(500);

std::string_view towards(End sender) { return sender == End::client ? "proxy" : "client"; }
std::string_view sender_text(End sender) { return sender == End::client ? "client" : "proxy"; }

std::string spacing_text(const Resends& resends) {
  std::string text;
  for (std::size_t i = 1; i < resends.at.size() && i <= 6; ++i)
    text += fmt::format("{}{:.2f}", i > 1 ? ", " : "",
                        std::chrono::duration<double>(resends.at[i] - resends.at[i - 1]).count());
  return text.empty() ? text : fmt::format(" (after {} s)", text);
}

void cite_flow(Verdict& found, const Flow& flow) {
  if (flow.stubborn) {
    cite(found, flow.stubborn->first);
    cite(found, flow.stubborn->last);
  }
  cite(found, flow.hole_at);
}

/// The receiver's SACK tells of a piece that never came, and behind it a smaller one that did.
bool hole_of_large(const Flow& flow) {
  return flow.missing_at_end && flow.hole_end - flow.hole_begin >= kLargeSegment &&
         flow.largest_acknowledged < kLargeSegment;
}

/// The sender repeats a large piece, while small ones got through.
bool large_resent_in_vain(const Flow& flow) {
  const auto& resends = flow.stubborn;
  return resends && resends->count >= 3 && resends->last_length >= kLargeSegment &&
         resends->offset >= flow.acknowledged && flow.largest_acknowledged < kLargeSegment &&
         flow.acknowledged > 0;
}

std::optional<Verdict> black_hole(const Connection& connection, End sender) {
  const auto& flow = connection.flow(sender);
  if (!hole_of_large(flow) && !large_resent_in_vain(flow)) return std::nullopt;
  std::string detail;
  if (flow.missing_at_end)
    detail = fmt::format("bytes {} to {} never arrive, what is smaller does (SACK)",
                         flow.hole_begin, flow.hole_end);
  else
    detail = fmt::format("{} bytes at offset {} are sent {} times in vain", flow.stubborn->length,
                         flow.stubborn->offset, flow.stubborn->count);
  auto found = verdict("mtu-black-hole", connection,
                       fmt::format("MTU black hole towards the {}: large segments are lost on the "
                                   "path, small ones pass; {}.",
                                   towards(sender), detail));
  found.confidence = flow.missing_at_end ? Confidence::certain : Confidence::likely;
  if (!flow.missing_at_end) found.alternatives = {"path-loss"};
  cite_flow(found, flow);
  const auto mtu = std::find_if(connection.icmp.begin(), connection.icmp.end(),
                                [](const auto& each) { return each.type == 3 && each.code == 4; });
  if (mtu != connection.icmp.end()) {
    cite(found, mtu->sight.where);
    found.headline.pop_back();
    found.headline += fmt::format("; ICMP told an MTU of {}, which does not help.", mtu->mtu);
  }
  found.next = {
      "`ping -M do -s 1472` towards the other end, then smaller sizes, finds the MTU that "
      "passes; no ICMP type 3 code 4 in the capture means that it is filtered."};
  return found;
}

/// The first large thing that the client says is answered with a RST.
std::optional<Verdict> reset_on_large(const Connection& connection) {
  const auto* reset = first_reset(connection, End::proxy);
  const auto& flow = connection.from_client;
  if (reset == nullptr || !flow.first_large || !tunnel_is_up_or_guessed(connection) ||
      connection.last_speaker != End::client)
    return std::nullopt;
  const bool is_hello = connection.tls.client_hello && !connection.tls.server_hello;
  if (is_hello) return std::nullopt;  // what looks at names resets there, whatever the size
  if (flow.last_flight_bytes < kLargeSegment || flow.last_flight_bytes > kMostBeforeReset)
    return std::nullopt;
  if (flow.first_large->at && reset->sight.at && *reset->sight.at - *flow.first_large->at > kPrompt)
    return std::nullopt;
  auto found = verdict(
      "reset-on-large-segment", connection,
      fmt::format(
          "A RST answers the client's first large segment ({} bytes): something on the way, "
          "or the proxy, resets on size. {}",
          flow.largest,
          reset->stateless ? "[R] with window 0: a device without the connection, or a "
                             "socket that is gone."
                           : "[R.]: an end that aborts a live connection."));
  found.confidence = Confidence::likely;
  found.alternatives = {"reset-mid-transfer", "reset-after-idle"};
  cite(found, flow.first_large);
  cite(found, reset->sight.where);
  found.next = {
      "A drop never makes a RST: compare the RST's TTL and IP ID with the SYN-ACK's, and send "
      "the same in small pieces."};
  return found;
}

/// The CONNECT is repeated and never acknowledged.
std::optional<Verdict> connect_lost(const Connection& connection) {
  const auto& flow = connection.from_client;
  if (connection.from_proxy.segments > 0 || flow.acknowledged > 0 || !flow.stubborn ||
      flow.stubborn->count < 3)
    return std::nullopt;
  auto found = verdict(
      "connect-lost", connection,
      fmt::format("The CONNECT is lost on the way: {} bytes, retransmitted {} times"
                  "{}, never acknowledged, though the TCP handshake worked.",
                  flow.stubborn->length, flow.stubborn->count - 1, spacing_text(*flow.stubborn)));
  cite_flow(found, flow);
  found.alternatives = {"path-loss"};
  found.confidence = Confidence::likely;
  found.next = {"A capture at the proxy shows whether the CONNECT arrives."};
  return found;
}

/// A filter on the way that lets the handshake pass, and says why it does not let the rest.
std::optional<Verdict> forbidden(const Connection& connection) {
  const auto said =
      std::find_if(connection.icmp.begin(), connection.icmp.end(), [&](const IcmpSeen& each) {
        const auto& flow = connection.flow(each.about);
        return (each.type == 11 || each.code != 4) && flow.unacknowledged > 0 && flow.stubborn;
      });
  if (said == connection.icmp.end()) return std::nullopt;
  auto found = verdict(
      "proxy-unreachable", connection,
      fmt::format("In the middle of the connection {} answers what the {} sends "
                  "with ICMP (type {}, code {}: {}), and it is lost: a filter on "
                  "the way, or a route that is gone.",
                  said->from, sender_text(said->about), said->type, said->code, icmp_text(*said)));
  cite(found, said->sight.where);
  cite_flow(found, connection.flow(said->about));
  found.next = {"Its address tells which device: look at its filters and routes."};
  return found;
}

/// It went on for a while, and then nothing was acknowledged any more.
std::optional<Verdict> loss(const Connection& connection, End sender) {
  const auto& flow = connection.flow(sender);
  const bool repeated =
      flow.stubborn && flow.stubborn->count >= 3 && flow.stubborn->offset >= flow.acknowledged;
  if (!repeated || flow.unacknowledged == 0 || connection.flow(other(sender)).window_closed_at_end)
    return std::nullopt;
  auto found =
      verdict("path-loss", connection,
              fmt::format("What the {} sends is no longer acknowledged: {} bytes at offset {} "
                          "are sent {} times{}.",
                          sender_text(sender), flow.stubborn->length, flow.stubborn->offset,
                          flow.stubborn->count, spacing_text(*flow.stubborn)));
  const bool larger_passed = flow.largest_acknowledged >= flow.stubborn->last_length;
  found.confidence = larger_passed ? Confidence::likely : Confidence::ambiguous;
  if (flow.stubborn->length >= kSmallestToSuspect) found.alternatives = {"mtu-black-hole"};
  cite_flow(found, flow);
  found.next = {
      "Does a small packet (a ping) still pass? Then the size matters: see mtu-black-hole."};
  return found;
}

std::optional<Verdict> window_closed(const Connection& connection, End reader) {
  const auto& flow = connection.flow(reader);
  const auto silence = final_silence(connection);
  if (!flow.window_closed_at_end || !silence || *silence < kLongPause) return std::nullopt;
  auto found = verdict(
      "receiver-window-closed", connection,
      fmt::format("The {} takes no more: its window stays at zero for {}, so the {} "
                  "may not send.",
                  sender_text(reader), duration_text(*silence), sender_text(other(reader))));
  found.blame = reader == End::client ? "the program at the client's end, which does not read"
                                      : "the program at the proxy's end, which does not read";
  cite(found, flow.zero_window);
  found.next = {fmt::format("On the {}: what does the process wait for? `ss -tn` shows its Recv-Q.",
                            sender_text(reader))};
  return found;
}

}  // namespace

std::optional<Verdict> path(const Connection& connection) {
  if (connection.report_ok) return std::nullopt;  // whatever was lost, the client has it all
  if (auto found = forbidden(connection)) return found;
  for (const auto sender : {End::client, End::proxy}) {
    if (auto found = black_hole(connection, sender)) return found;
  }
  if (auto found = reset_on_large(connection)) return found;
  if (auto found = connect_lost(connection)) return found;
  for (const auto end : {End::client, End::proxy}) {
    if (auto found = window_closed(connection, end)) return found;
    if (auto found = loss(connection, end)) return found;
  }
  return std::nullopt;
}

}  // namespace misproxy::diagnose::rules
