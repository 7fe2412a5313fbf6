#include "packets/fragments.hpp"

#include <algorithm>

namespace misproxy::evidence {
namespace {

constexpr std::size_t kLongestPacket = 65535;

}  // namespace

bool Fragments::is_whole(const Packet& packet) {
  std::size_t end = 0;
  for (const auto& piece : packet.pieces) {
    if (piece.seen.offset > end) return false;
    end = std::max(end, piece.seen.offset + piece.seen.part.length);
  }
  return !packet.pieces.empty() && !packet.pieces.back().seen.more && end <= kLongestPacket;
}

void Fragments::add(const FragmentSeen& piece, std::size_t index) {
  auto& packets = packets_[{piece.source.family, piece.source.bytes, piece.destination.bytes,
                            piece.id, piece.protocol}];
  const auto by_offset = [](const Piece& each, std::size_t offset) {
    return each.seen.offset < offset;
  };
  if (!packets.empty()) {
    auto& pieces = packets.back().pieces;
    const auto at = std::lower_bound(pieces.begin(), pieces.end(), piece.offset, by_offset);
    const bool known = at != pieces.end() && at->seen.offset == piece.offset;
    if (known && !packets.back().is_whole) return;  // an interface saw it twice
    if (!known && !packets.back().is_whole) {
      pieces.insert(at, {piece, index});
      packets.back().is_whole = is_whole(packets.back());
      return;
    }
  }
  packets.push_back({{{piece, index}}, false});
}

void Fragments::clear() { packets_.clear(); }

std::vector<Fragments::Whole> Fragments::whole() const {
  std::vector<Whole> result;
  for (const auto& [key, packets] : packets_) {
    for (const auto& packet : packets) {
      if (!packet.is_whole) continue;
      const auto& first = packet.pieces.front();
      Whole whole{first.index, first.seen.protocol, {}, 0};
      for (const auto& [piece, index] : packet.pieces) {
        const bool captured = whole.bytes.size() == whole.length;
        const auto known = whole.length - piece.offset;
        if (captured && piece.part.bytes.size() > known)
          whole.bytes += piece.part.bytes.substr(known);
        whole.length = std::max(whole.length, piece.offset + piece.part.length);
      }
      result.push_back(std::move(whole));
    }
  }
  return result;
}

std::size_t Fragments::torn() const {
  std::size_t count = 0;
  for (const auto& [key, packets] : packets_)
    count += static_cast<std::size_t>(std::count_if(
        packets.begin(), packets.end(), [](const Packet& each) { return !each.is_whole; }));
  return count;
}

bool Fragments::is_torn_behind(std::size_t index) const {
  for (const auto& [key, packets] : packets_) {
    for (const auto& packet : packets) {
      if (packet.is_whole) continue;
      for (const auto& piece : packet.pieces) {
        if (piece.index >= index) return true;
      }
    }
  }
  return false;
}

}  // namespace misproxy::evidence
