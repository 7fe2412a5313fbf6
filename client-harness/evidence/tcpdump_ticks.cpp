#include "evidence/tcpdump_ticks.hpp"

#include <algorithm>

namespace misproxy::evidence {
namespace {

using std::chrono::nanoseconds;

constexpr std::int32_t kMostTicks = 7 * 24 * 3600 * 1000;  // more is another clock's reading

}  // namespace

const TcpdumpTicks::Sender* TcpdumpTicks::sender_of(const WirePacket& packet) const {
  const auto known = std::find_if(senders_.begin(), senders_.end(), [&](const Sender& each) {
    return each.from == packet.source && each.to == packet.destination;
  });
  return known == senders_.end() ? nullptr : &*known;
}

std::optional<nanoseconds> TcpdumpTicks::time_of(const WirePacket& packet) {
  if (stopped_) return std::nullopt;
  if (!packet.tick) return last_;
  const auto* sender = sender_of(packet);
  if (sender == nullptr) {
    if (senders_.size() == kMostSenders) return last_;
    last_ = last_.value_or(nanoseconds{0});
    senders_.push_back({packet.source, packet.destination, *packet.tick, *last_});
    return last_;
  }
  const auto passed = static_cast<std::int32_t>(*packet.tick - sender->tick);
  if (passed > 0 && passed <= kMostTicks)
    last_ = std::max(*last_, sender->at + std::chrono::milliseconds(passed));
  return last_;
}

}  // namespace misproxy::evidence
