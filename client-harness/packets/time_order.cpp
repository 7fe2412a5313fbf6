#include "packets/time_order.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <numeric>
#include <set>
#include <tuple>
#include <utility>

namespace misproxy::evidence {
namespace {

using Direction = std::tuple<std::array<std::uint8_t, 16>, std::uint16_t,
                             std::array<std::uint8_t, 16>, std::uint16_t>;

Direction direction(const SocketId& from, const SocketId& to) {
  return {from.host.bytes, from.port, to.host.bytes, to.port};
}

bool behind(std::uint32_t a, std::uint32_t b) { return static_cast<std::int32_t>(a - b) > 0; }

/// Segments that were acknowledged above the place where they stand first.
std::size_t contradictions(const std::vector<WirePacket>& packets,
                           const std::vector<std::size_t>& order) {
  std::map<Direction, std::uint32_t> acked;  // of what goes that way
  std::set<std::pair<Direction, std::uint32_t>> seen;
  std::size_t count = 0;
  for (const auto index : order) {
    const auto& packet = packets[index];
    if (packet.kind != WirePacket::Kind::tcp || !packet.seq || packet.rst) continue;
    const auto own = direction(packet.source, packet.destination);
    const auto end = *packet.seq + packet.length + (packet.syn ? 1U : 0U) + (packet.fin ? 1U : 0U);
    if (end != *packet.seq && seen.emplace(own, *packet.seq).second) {
      const auto known = acked.find(own);
      if (known != acked.end() && !behind(end, known->second)) ++count;
    }
    if (!packet.ack) continue;
    const auto back = direction(packet.destination, packet.source);
    auto& ack = acked.try_emplace(back, *packet.ack).first->second;
    if (behind(*packet.ack, ack)) ack = *packet.ack;
  }
  return count;
}

}  // namespace

std::vector<std::size_t> time_order(const std::vector<WirePacket>& packets) {
  std::vector<std::size_t> as_they_stand(packets.size());
  std::iota(as_they_stand.begin(), as_they_stand.end(), 0U);
  auto by_time = as_they_stand;
  std::stable_sort(by_time.begin(), by_time.end(),
                   [&](std::size_t a, std::size_t b) { return packets[a].time < packets[b].time; });
  if (by_time == as_they_stand) return {};
  const bool wrong = contradictions(packets, by_time) > contradictions(packets, as_they_stand);
  return wrong ? std::vector<std::size_t>() : by_time;
}

}  // namespace misproxy::evidence
