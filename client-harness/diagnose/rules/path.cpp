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
constexpr Time kRepeats = std::chrono::seconds(1);  // several times, from 0.2 s on (FACTS.md 3)

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

/// How long it was, until somebody closed or the evidence ends, that nothing filled the hole.
std::optional<Time> hole_lasted(const Connection& connection, const Flow& flow) {
  auto end = close_time(connection);
  if (!end) end = connection.capture_end ? connection.capture_end : connection.end;
  if (!flow.hole_since || !end) return std::nullopt;
  return *end - *flow.hole_since;
}

/// A hole is a black hole once it was tried to fill it: the repetitions are seen, or at the far end
/// the time in which every kernel makes some is over.
bool repeated_in_vain(const Connection& connection, const Flow& flow) {
  if (large_resent_in_vain(flow)) return true;
  const auto lasted = hole_lasted(connection, flow);
  return lasted && *lasted >= kRepeats;
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
  if (!flow.missing_at_end || !repeated_in_vain(connection, flow)) {
    found.confidence = Confidence::likely;
    found.alternatives = {"path-loss"};
  }
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

/// A large segment, and the RST that came in answer to it.
struct Answered {
  std::uint32_t bytes = 0;
  std::optional<Sight> segment;
  const ResetSeen* reset = nullptr;
  bool told = false;  // the segment is missing at the far end, where a smaller one arrived
};

bool promptly(const std::optional<Time>& before, const std::optional<Time>& after) {
  return !before || !after || *after - *before <= kPrompt;
}

/// None as large has ever arrived, and one is missing when the RST comes.
std::optional<Answered> answered_in_its_place(const Connection& connection, End sender,
                                              const ResetSeen& reset) {
  const auto& flow = connection.flow(sender);
  if (flow.largest_missing < kLargeSegment || flow.largest_missing <= flow.largest_acknowledged)
    return std::nullopt;
  if (!promptly(flow.missing->at, reset.sight.at)) return std::nullopt;
  const bool told = flow.missing_at_end && flow.hole_end - flow.hole_begin >= kLargeSegment;
  return Answered{flow.largest_missing, flow.missing, &reset, told};
}

/// The first large thing that was said arrived, perhaps: whoever took it resets.
std::optional<Answered> answered_as_first_large(const Connection& connection, End sender,
                                                const ResetSeen& reset) {
  const auto& flow = connection.flow(sender);
  if (!flow.first_large || connection.last_speaker != sender) return std::nullopt;
  if (flow.last_flight_bytes < kLargeSegment || flow.last_flight_bytes > kMostBeforeReset)
    return std::nullopt;
  if (!promptly(flow.first_large->at, reset.sight.at)) return std::nullopt;
  return Answered{flow.largest, flow.first_large, &reset, false};
}

std::optional<Answered> answered_large(const Connection& connection, End sender) {
  const auto* reset = first_reset(connection, other(sender));
  if (reset == nullptr) return std::nullopt;
  // A client that has enough resets too, in the middle of what is sent to it.
  if (sender == End::proxy && !reset->stateless) return std::nullopt;
  auto found = answered_in_its_place(connection, sender, *reset);
  if (!found) found = answered_as_first_large(connection, sender, *reset);
  const bool is_hello = connection.tls.client_hello && !connection.tls.server_hello;
  // What looks at names resets there, whatever the size.
  if (found && is_hello && !found->told) return std::nullopt;
  return found;
}

/// At the receiver's end the large segment and its RST do not show, but the hole does; and the
/// sender, which was reset, knows nothing of the connection when told of it.
std::optional<Answered> reset_behind_a_hole(const Connection& connection) {
  const auto& flow = connection.from_proxy;
  const auto* reset = first_reset(connection, End::proxy);
  if (reset == nullptr || !reset->stateless || !hole_of_large(flow)) return std::nullopt;
  const auto lasted = hole_lasted(connection, flow);
  if (lasted && *lasted > kPrompt) return std::nullopt;
  return Answered{static_cast<std::uint32_t>(flow.hole_end - flow.hole_begin), std::nullopt, reset,
                  true};
}

Verdict reset_on_large(const Connection& connection, const Answered& answered,
                       std::string_view what) {
  auto found = verdict("reset-on-large-segment", connection,
                       fmt::format("{} ({} bytes): something on the way, or the far end, resets on "
                                   "size. {}",
                                   what, answered.bytes,
                                   answered.reset->stateless
                                       ? "[R] with window 0: a device without the connection, or a "
                                         "socket that is gone."
                                       : "[R.]: an end that aborts a live connection."));
  found.confidence = Confidence::likely;
  found.alternatives = {"reset-mid-transfer", "reset-after-idle"};
  cite(found, answered.segment);
  cite(found, answered.reset->sight.where);
  found.next = {
      "A drop never makes a RST: compare the RST's TTL and IP ID with the SYN-ACK's, and send "
      "the same in small pieces."};
  return found;
}

/// A RST that answers a segment speaks first, whatever else got through and was SACKed.
std::optional<Verdict> reset_on_large(const Connection& connection) {
  if (!tunnel_is_up_or_guessed(connection)) return std::nullopt;
  for (const auto sender : {End::client, End::proxy}) {
    if (const auto answered = answered_large(connection, sender))
      return reset_on_large(
          connection, *answered,
          fmt::format("A RST answers the {}'s first large segment", sender_text(sender)));
  }
  const auto behind = reset_behind_a_hole(connection);
  if (!behind) return std::nullopt;
  auto found = reset_on_large(connection, *behind,
                              "A large piece of what the proxy sends never comes, what is smaller "
                              "does, and the client's SACK for it is answered with a RST");
  found.alternatives = {"mtu-black-hole", "reset-mid-transfer", "path-loss"};
  cite(found, connection.from_proxy.hole_at);
  return found;
}

/// The CONNECT is repeated and never acknowledged.
std::optional<Verdict> connect_lost(const Connection& connection) {
  const auto& flow = connection.from_client;
  if (connection.from_the_middle || connection.from_proxy.segments > 0 || flow.acknowledged > 0 ||
      !flow.stubborn || flow.stubborn->count < 3)
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

/// A close_notify and a FIN for a peer that has left: nothing is missed.
bool is_last_word(const Connection& connection, End sender) {
  constexpr std::uint64_t kLargestNotify = 64;
  const auto& tls = connection.tls;
  const bool notified = sender == End::client ? tls.client_closed : tls.server_closed;
  const auto& flow = connection.flow(sender);
  return notified && flow.fin && flow.unacknowledged <= kLargestNotify;
}

/// It went on for a while, and then nothing was acknowledged any more.
std::optional<Verdict> loss(const Connection& connection, End sender) {
  const auto& flow = connection.flow(sender);
  const bool repeated =
      flow.stubborn && flow.stubborn->count >= 3 && flow.stubborn->offset >= flow.acknowledged;
  if (!repeated || flow.unacknowledged == 0 || connection.flow(other(sender)).window_closed_at_end)
    return std::nullopt;
  if (is_last_word(connection, sender)) return std::nullopt;
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

/// At the receiver's end the repetitions do not show, but the hole that none of them fills does.
std::optional<Verdict> loss_on_the_way(const Connection& connection, End sender) {
  const auto& flow = connection.flow(sender);
  const auto lasted = hole_lasted(connection, flow);
  if (!flow.missing_at_end || !lasted || *lasted < kRepeats) return std::nullopt;
  auto found = verdict(
      "path-loss", connection,
      fmt::format("Of what the {} sends, bytes {} to {} never arrive, though as "
                  "large segments do (SACK); for {} nothing fills the hole.",
                  sender_text(sender), flow.hole_begin, flow.hole_end, duration_text(*lasted)));
  found.confidence = Confidence::likely;
  found.alternatives = {"mtu-black-hole"};
  cite_flow(found, flow);
  found.next = {
      "Does a small packet (a ping) still pass? Then the size matters: see mtu-black-hole."};
  return found;
}

/// Nothing is under way, and the other end does not answer for itself.
std::optional<Verdict> probed_in_vain(const Connection& connection, End sender) {
  constexpr std::uint32_t kEnough = 2;
  const auto& flow = connection.flow(sender);
  if (flow.vain_probes < kEnough) return std::nullopt;
  auto found = verdict("path-loss", connection,
                       fmt::format("The {}'s keep-alive probes are not answered any more: {} of "
                                   "them, though all before was acknowledged.",
                                   sender_text(sender), flow.vain_probes));
  found.confidence = Confidence::likely;
  cite(found, flow.first_probe);
  cite(found, flow.last_probe);
  if (const auto* reset = first_reset(connection, sender)) cite(found, reset->sight.where);
  found.next = {fmt::format(
      "Is the {} still there (a ping)? A device on the way may have forgotten the connection.",
      towards(sender))};
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
  if (auto found = reset_on_large(connection)) return found;
  for (const auto sender : {End::client, End::proxy}) {
    if (auto found = black_hole(connection, sender)) return found;
  }
  if (auto found = connect_lost(connection)) return found;
  for (const auto end : {End::client, End::proxy}) {
    if (auto found = window_closed(connection, end)) return found;
    if (auto found = loss(connection, end)) return found;
    if (auto found = loss_on_the_way(connection, end)) return found;
    if (auto found = probed_in_vain(connection, end)) return found;
  }
  return std::nullopt;
}

}  // namespace misproxy::diagnose::rules
