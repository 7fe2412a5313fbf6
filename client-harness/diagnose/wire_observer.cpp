#include "diagnose/wire_observer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/container_hash/hash.hpp>
#include <tuple>

#include "diagnose/http_text.hpp"
#include "diagnose/track.hpp"

namespace misproxy::diagnose {
namespace {

using evidence::SocketId;
using evidence::WirePacket;

bool before(const SocketId& a, const SocketId& b) {
  return std::tie(a.host.family, a.host.bytes, a.port) <
         std::tie(b.host.family, b.host.bytes, b.port);
}

PairKey key_of(const SocketId& a, const SocketId& b) {
  return before(a, b) ? PairKey{a, b} : PairKey{b, a};
}

std::uint64_t folded(const SocketId& socket) {
  std::uint64_t value = socket.port;
  for (std::size_t i = 0; i < socket.host.bytes.size(); i += 8) {
    std::uint64_t part = 0;
    for (std::size_t j = 0; j < 8; ++j)
      part = part << 8 | socket.host.bytes[i + j];
    value = value * 0x9E3779B97F4A7C15U + part;
  }
  return value;
}

}  // namespace

std::size_t hash_value(const PairKey& key) {
  std::size_t seed = 0;
  boost::hash_combine(seed, folded(key.low));
  boost::hash_combine(seed, folded(key.high));
  return seed;
}

WireObserver::WireObserver(PacketFile file) : file_(std::move(file)) {}
WireObserver::~WireObserver() = default;

std::optional<Time> WireObserver::since_start(const WirePacket& packet) {
  if (!packet.time) return std::nullopt;
  if (!start_) start_ = *packet.time;
  return *packet.time - *start_;
}

void WireObserver::take(const WirePacket& packet) {
  ++packets_;
  if (const auto at = since_start(packet)) last_ = at;
  switch (packet.kind) {
    case WirePacket::Kind::tcp:
      return take_tcp(packet);
    case WirePacket::Kind::icmp:
      return take_icmp(packet);
    case WirePacket::Kind::dns:
      return take_dns(packet);
    case WirePacket::Kind::other:
      take_note(packet);
      return;
  }
}

/// In a text somebody may have written what came next: `# No response from proxy`.
void WireObserver::take_note(const WirePacket& packet) {
  ++skipped_;
  if (last_track_ == nullptr || packet.note.empty()) return;
  for (const auto* words :
       {"no response", "no reply", "no answer", "goes idle", "timeout", "timed out"}) {
    if (contains(packet.note, words)) return last_track_->waits_in_vain(file_.cite(packet));
  }
}

void WireObserver::take_tcp(const WirePacket& packet) {
  if (auto* track = track_of(packet)) track->take({&packet, &file_, since_start(packet)});
}

/// Null where there are too many to be kept.
Track* WireObserver::track_of(const WirePacket& packet) {
  const auto key = key_of(packet.source, packet.destination);
  if (last_track_ == nullptr || key != last_key_) {
    last_key_ = key;
    const auto known = index_.find(key);
    last_track_ = known == index_.end() ? open(key, packet) : tracks_[known->second].get();
  }
  if (last_track_ != nullptr && packet.syn && last_track_->is_reused_by(packet))
    last_track_ = open(key, packet);
  return last_track_;
}

Track* WireObserver::open(const PairKey& key, const WirePacket& packet) {
  if (tracks_.size() == kMostConnections) {
    if (packet.syn && !packet.has_ack) ++left_out_;
    return nullptr;
  }
  index_[key] = tracks_.size();
  tracks_.push_back(std::make_unique<Track>(packet, *file_.names));
  return tracks_.back().get();
}

/// The packet that it quotes tells the connection.
void WireObserver::take_icmp(const WirePacket& packet) {
  const Moment now{&packet, &file_, since_start(packet)};
  const auto known = index_.find(key_of(packet.quoted_source, packet.quoted_destination));
  if (known != index_.end()) return tracks_[known->second]->icmp(now);
  // A text quotes no ports: the last connection to that host.
  for (auto track = tracks_.rbegin(); track != tracks_.rend(); ++track) {
    if ((*track)->concerns(packet)) return (*track)->icmp(now);
  }
}

void WireObserver::take_dns(const WirePacket& packet) {
  auto known = std::find_if(lookups_.begin(), lookups_.end(),
                            [&](const LookupSeen& each) { return each.name == packet.qname; });
  if (known == lookups_.end()) {
    if (lookups_.size() == 1000) return;
    lookups_.push_back({shown(packet.qname, 255), -1, 0, 0, file_.cite(packet)});
    known = lookups_.end() - 1;
  }
  if (!packet.dns_response) {
    ++known->queries;
    return;
  }
  known->answers += packet.dns_answers;
  if (known->rcode != 0) {  // one family that resolves is enough
    known->rcode = packet.dns_rcode;
    known->where = file_.cite(packet);
  }
}

void WireObserver::finish(Observations& observations) {
  for (auto& track : tracks_)
    observations.connections.push_back(track->finish(file_, last_));
  std::move(lookups_.begin(), lookups_.end(), std::back_inserter(observations.lookups));
  if (left_out_ > 0)
    observations.remarks.push_back(fmt::format(
        "{}: {} connections behind the first {} are left out; filter the capture by host or port",
        file_.name, left_out_, kMostConnections));
  observations.packets += packets_;
  observations.skipped_packets += skipped_;
  tracks_.clear();
  index_.clear();
  last_track_ = nullptr;
}

}  // namespace misproxy::diagnose
