#include <algorithm>

#include "reproduce/recipe.hpp"
#include "reproduce/recipes/parts.hpp"

namespace misproxy::reproduce::recipe {
namespace {

using diagnose::End;
using diagnose::Flow;

constexpr std::int64_t kHeaders = 52;          // of IP and TCP, with timestamps
constexpr std::int64_t kUsualLimit = 1300;     // bytes: of tunnels within tunnels
constexpr std::int64_t kHelloLimit = 500;      // the built-in client's ClientHello is larger
constexpr std::int64_t kLargeAndSmall = 2000;  // bytes: a full segment and the tail that passes
constexpr std::int64_t kEnough = 20'000;       // bytes: some full segments
constexpr std::int64_t kLongest = 3600LL * 1000;

std::string_view direction_of(End sender) {
  return sender == End::client ? "to_origin" : "to_client";
}

bool loses(const Flow& flow) {
  return flow.missing_at_end || (flow.stubborn && flow.stubborn->count >= 2);
}

/// Whose segments are lost.
End loser(const Facts& facts) {
  const auto& seen = facts.seen;
  if (loses(seen.from_proxy) && !loses(seen.from_client)) return End::proxy;
  if (loses(seen.from_client)) return End::client;
  if (seen.from_client.unacknowledged > 0) return End::client;
  if (seen.on_wire) return End::proxy;
  return facts.method == "POST" ? End::client : End::proxy;
}

/// Between what passed and what did not; the usual one where that allows it.
std::int64_t limit_of(const Facts& facts, const Flow& flow) {
  const auto passed = std::int64_t{flow.largest_acknowledged} + kHeaders;
  const auto lost = std::int64_t{std::max({flow.largest_missing, flow.largest,
                                           flow.stubborn ? flow.stubborn->length : 0})} +
                    kHeaders;
  if (lost <= passed || !facts.form.capture) return kUsualLimit;
  if (passed < kUsualLimit && kUsualLimit < lost) return kUsualLimit;
  return (passed + lost) / 2;
}

std::vector<Key> over(End sender, std::int64_t bytes) {
  return {key("direction", toml(direction_of(sender))),
          nested("segment", {key("over_bytes", toml(bytes))})};
}

Sketch hole(const Facts& facts, End sender, std::int64_t bytes) {
  auto sketch = frame_of(facts);
  add_fault(sketch, "black-hole", when(facts, "path", over(sender, bytes)), deed_drop());
  wait_until(sketch, facts, 20'000);
  return sketch;
}

std::vector<Sketch> black_hole(const Facts& facts) {
  const auto sender = loser(facts);
  const auto& seen = facts.seen;
  const auto limit = limit_of(facts, seen.flow(sender));
  const bool in_handshake = seen.tls.client_hello && !seen.tls.server_data && !seen.tls.client_data;
  auto transfer = hole(facts, sender, limit);
  auto longer = transfer;
  if (sender == End::proxy) {
    download(transfer, facts, kLargeAndSmall);
    download(longer, facts, std::max(kEnough, facts.body_or(0)));
  } else {
    upload(transfer, facts, kLargeAndSmall);
    upload(longer, facts, std::max(kEnough, facts.upload));
  }
  std::vector<Sketch> all{transfer, longer};
  // Certificates and ClientHellos in the virtual world are small.
  for (const auto bytes : {limit, std::int64_t{900}, kHelloLimit}) {
    auto handshake = hole(facts, sender, bytes);
    all.insert(in_handshake ? all.end() - 2 : all.end(), std::move(handshake));
  }
  return all;
}

Sketch resetting(const Facts& facts, std::vector<Key> at) {
  auto sketch = frame_of(facts);
  speak_http1(sketch);
  upload(sketch, facts, std::max<std::int64_t>(facts.upload, 1440));
  add_fault(sketch, "size-limit", when(facts, "tunnel", std::move(at)), deed_close("rst"));
  return sketch;
}

Sketch stateless(const Facts& facts, End sender, std::int64_t bytes) {
  auto sketch = frame_of(facts);
  if (sender == End::client)
    upload(sketch, facts, std::max<std::int64_t>(facts.upload, 1290));
  else
    download(sketch, facts, std::max(kEnough, facts.body_or(0)));
  add_fault(sketch, "size-limit", when(facts, "path", over(sender, bytes)), deed_close("rst"));
  return sketch;
}

std::vector<Sketch> reset_on_large(const Facts& facts) {
  const auto* reset = facts.reset();
  const auto record = resetting(
      facts, {key("direction", toml("to_origin")), nested("record", {key("over_bytes", "1400")})});
  const auto flight =
      resetting(facts, {key("direction", toml("to_origin")), key("flight_over_bytes", "1400")});
  const bool down = facts.seen.last_speaker == End::proxy;
  const auto on_path = stateless(facts, down ? End::proxy : End::client, down ? kUsualLimit : 1450);
  if (reset != nullptr && reset->stateless) return {on_path, record, flight};
  return {record, flight, on_path};
}

/// From this segment of its sender's on, nothing passes any more.
std::int64_t first_lost(const Facts& facts, End sender) {
  const auto& flow = facts.seen.flow(sender);
  constexpr std::int64_t kBefore = 6;      // segments of the answer and of the handshake
  constexpr std::int64_t kSegment = 1400;  // bytes
  if (!facts.form.capture && facts.body) return kBefore + *facts.body / kSegment;
  const auto large = std::max<std::uint64_t>(1, flow.largest);
  const auto in_flight = (flow.unacknowledged + large - 1) / large;
  const auto passed =
      flow.segments - std::min<std::uint64_t>(flow.segments, flow.resent + in_flight);
  return std::max<std::int64_t>(1, static_cast<std::int64_t>(passed) + 1);
}

Sketch vanishing(const Facts& facts, End sender, std::int64_t first) {
  auto sketch = frame_of(facts);
  add_fault(sketch, "vanished",
            when(facts, "path",
                 {key("direction", toml(direction_of(sender))),
                  nested("segment", {key("kind", toml("data")), key("first", toml(first)),
                                     key("count", "1000000")})}),
            deed_drop());
  if (sender == End::client)
    upload(sketch, facts, std::max<std::int64_t>(facts.upload, 300'000));
  else
    download(sketch, facts, std::max<std::int64_t>(300'000, facts.length.value_or(0)));
  wait_until(sketch, facts, 20'000);
  return sketch;
}

/// Of the handshake the SYN alone arrives.
Sketch half_open(const Facts& facts) {
  auto sketch = frame_of(facts);
  add_fault(sketch, "vanished",
            when(facts, "path",
                 {key("direction", toml("to_origin")),
                  nested("segment", {key("first", "2"), key("count", "1000000")})}),
            deed_drop());
  wait_until(sketch, facts, 20'000);
  return sketch;
}

std::vector<Sketch> loss(const Facts& facts) {
  const auto sender = loser(facts);
  std::vector<Sketch> all{vanishing(facts, sender, first_lost(facts, sender)),
                          vanishing(facts, End::client, 20), half_open(facts)};
  if (facts.seen.syn_acks >= 3) std::swap(all.front(), all.back());
  return all;
}

std::vector<Sketch> window_closed(const Facts& facts) {
  constexpr std::int64_t kEndless = 1'500'000;  // bytes: more than any window
  auto sketch = frame_of(facts);
  upload(sketch, facts, kEndless);
  const auto sent = static_cast<std::int64_t>(facts.seen.from_client.acknowledged);
  const auto from = std::max<std::int64_t>(sent / 4, 1000);
  add_fault(
      sketch, "deaf",
      when(facts, "tunnel", {key("direction", toml("to_origin")), key("offset_bytes", toml(from))}),
      nested("stall", {key("reads", toml(false))}));
  wait_until(sketch, facts, 6000);
  return {sketch};
}

/// What a NAT forgot, it answers itself; an end that forgot has a socket.
std::vector<Sketch> reset_after_idle(const Facts& facts) {
  const auto pause = facts.seen.pause_before_last_request;
  const auto pause_ms =
      pause ? std::clamp<std::int64_t>(
                  std::chrono::duration_cast<std::chrono::milliseconds>(*pause).count(), 2000,
                  kLongest)
            : 60'000;
  auto sketch = frame_of(facts);
  sketch.table("client").set("again_after_ms", toml(pause_ms));
  add_fault(sketch, "forgotten",
            when(facts, "path", {nested("segment", {key("idle_over_ms", toml(pause_ms / 2))})}),
            deed_close("rst"));
  return {sketch};
}

constexpr Recipe kRecipes[]{
    {"mtu-black-hole", black_hole},
    {"reset-on-large-segment", reset_on_large},
    {"path-loss", loss},
    {"receiver-window-closed", window_closed},
    {"reset-after-idle", reset_after_idle},
};

}  // namespace

std::span<const Recipe> path() { return kRecipes; }

}  // namespace misproxy::reproduce::recipe
