#include "reproduce/fit.hpp"

#include <charconv>
#include <cstdint>
#include <optional>

namespace misproxy::reproduce {
namespace {

using diagnose::Connection;

/// How much more of a body the evidence has than the run, by the best that both tell.
std::optional<std::int64_t> lacking(const Connection& evidence, const Connection& run) {
  const auto difference = [](std::uint64_t one, std::uint64_t other) {
    return static_cast<std::int64_t>(one) - static_cast<std::int64_t>(other);
  };
  if (evidence.body_received && run.body_received)
    return difference(*evidence.body_received, *run.body_received);
  if (evidence.response || !evidence.on_wire || !run.on_wire) return std::nullopt;
  if (evidence.from_the_middle) return difference(evidence.from_proxy.bytes, run.from_proxy.bytes);
  if (evidence.tls.server_plain_bytes && run.tls.server_plain_bytes)
    return difference(*evidence.tls.server_plain_bytes, *run.tls.server_plain_bytes);
  if (evidence.tls.server_stream_bytes > 0 && run.tls.server_stream_bytes > 0)
    return difference(evidence.tls.server_stream_bytes, run.tls.server_stream_bytes);
  return std::nullopt;
}

bool move(Key& key, std::int64_t by) {
  std::int64_t number = 0;
  const auto* end = key.value.data() + key.value.size();
  if (std::from_chars(key.value.data(), end, number).ptr != end || number + by < 0) return false;
  key.value = toml(number + by);
  return true;
}

/// All that came, TLS's own bytes too.
bool fit_ciphertext(Sketch& sketch, const Connection& evidence, const Connection& run) {
  if (!evidence.on_wire || !run.on_wire) return false;
  const auto by = static_cast<std::int64_t>(evidence.from_proxy.bytes) -
                  static_cast<std::int64_t>(run.from_proxy.bytes);
  const auto directions = sketch.find("fault.when.direction");
  const bool down = !directions.empty() && directions.front()->value == toml("to_client");
  const auto offsets = sketch.find("fault.when.offset_bytes");
  return by != 0 && down && !offsets.empty() && move(*offsets.front(), by);
}

/// The fault counts what passes in the tunnel.
bool is_of_ciphertext(Sketch& sketch) {
  const auto points = sketch.find("fault.when.point");
  return !points.empty() && points.front()->value == toml("tunnel");
}

}  // namespace

bool fit(Sketch& sketch, const Connection& evidence, const Connection& run) {
  if (is_of_ciphertext(sketch)) return fit_ciphertext(sketch, evidence, run);
  const auto by = lacking(evidence, run);
  if (!by || *by == 0) return false;
  bool moved = false;
  for (const auto* path : {"fault.when.body_offset_bytes", "fault.do.respond.body_bytes"}) {
    for (auto* key : sketch.find(path))
      moved = move(*key, *by) || moved;
  }
  const bool plain = evidence.response && !evidence.tls.client_hello;
  if (!plain) return moved;
  for (auto* key : sketch.find("fault.when.offset_bytes"))
    moved = move(*key, *by) || moved;
  return moved;
}

}  // namespace misproxy::reproduce
