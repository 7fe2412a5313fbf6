#include "diagnose/wire_observer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/container_hash/hash.hpp>
#include <iterator>
#include <tuple>

#include "core/ascii.hpp"
#include "diagnose/reading.hpp"
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

constexpr std::uint64_t kAnswered = 1000;  // packets of a file, whoever sends them
constexpr Time kAnsweredIn = std::chrono::seconds(10);
constexpr std::size_t kMostAsked = 1000;  // connections, whether an ICMP message is about them
constexpr std::size_t kMostWaiting = 16;  // connections whose CONNECT may be the reason of another

/// A CONNECT that has no answer yet, to the host from which the other one goes to the CONNECT's
/// port. Where the CONNECT cannot be read, that port is 443; a proxy with several addresses is
/// known by another port.
bool waits_for(const Connection& connection, const Connection& other) {
  const bool waits = connection.from_client.first_payload && !connection.from_proxy.first_payload;
  if (!waits || connection.client == other.client) return false;
  const bool same_host = connection.server == other.client;
  if (!connection.connect) return same_host && other.server_port == 443;
  const bool same_port =
      connection.connect->target.ends_with(fmt::format(":{}", other.server_port));
  return same_port && (same_host || other.server_port != 443);
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

/// A connection, and what it takes to follow it.
struct WireObserver::Followed {
  Followed(const WirePacket& first, const evidence::Names& names)
      : track(connection, first, names) {}

  Connection connection;
  Track track;
};

WireObserver::WireObserver(PacketFile file, Settle settle)
    : file_(std::move(file)), settle_(std::move(settle)) {}
WireObserver::~WireObserver() = default;

std::optional<Time> WireObserver::since_start(const WirePacket& packet) {
  if (!packet.time) return std::nullopt;
  if (!start_) start_ = *packet.time;
  return *packet.time - *start_;
}

void WireObserver::take(const WirePacket& packet) {
  ++packets_;
  const Moment now{&packet, &file_, since_start(packet)};
  if (now.at) last_ = now.at;
  switch (packet.kind) {
    case WirePacket::Kind::tcp:
      return take_tcp(now);
    case WirePacket::Kind::icmp:
      return take_icmp(now);
    case WirePacket::Kind::dns:
      return lookups_.take(now);
    case WirePacket::Kind::quic:
      return take_quic(packet);
    case WirePacket::Kind::other:
      take_note(packet);
      return;
  }
}

/// Its server, by its port.
void WireObserver::take_quic(const WirePacket& packet) {
  ++skipped_;
  const auto& server = packet.destination.port == 443 ? packet.destination : packet.source;
  const auto known = std::find(quic_.begin(), quic_.end(), server);
  if (known == quic_.end() && quic_.size() < kMostNames) quic_.push_back(server);
}

/// In a text somebody may have written what came next: `# No response from proxy`.
void WireObserver::take_note(const WirePacket& packet) {
  ++skipped_;
  if (last_track_ == nullptr || packet.note.empty()) return;
  for (const auto* words :
       {"no response", "no reply", "no answer", "goes idle", "timeout", "timed out"}) {
    if (holds_in_any_case(packet.note, words))
      return last_track_->waits_in_vain(file_.cite(packet));
  }
}

void WireObserver::take_tcp(const Moment& now) {
  if (now.packet->syn && !now.packet->has_ack) lookups_.opened(now);
  auto* track = track_of(*now.packet);
  if (track == nullptr) return;
  const bool was_over = track->is_over();
  track->take(now);
  if (!was_over && track->is_over()) over_.push_back({last_order_, packets_, last_});
}

/// Null where it rests, and where there are too many to be kept.
Track* WireObserver::track_of(const WirePacket& packet) {
  const auto key = key_of(packet.source, packet.destination);
  if (last_track_ == nullptr || key != last_key_) {
    last_key_ = key;
    const auto known = index_.find(key);
    if (known == index_.end()) return open(packet);
    last_order_ = known->second;
    const auto& followed = followed_[last_order_];
    last_track_ = followed ? &followed->track : nullptr;
  }
  const bool reused = last_track_ == nullptr ? packet.syn && !packet.has_ack
                                             : packet.syn && last_track_->is_reused_by(packet);
  return reused ? open(packet) : last_track_;
}

/// Of `last_key_`.
Track* WireObserver::open(const WirePacket& packet) {
  last_track_ = nullptr;
  let_rest();
  if (followed_.size() == kMostConnections || is_full()) {
    if (packet.syn && !packet.has_ack) ++left_out_;
    return nullptr;
  }
  last_order_ = followed_.size();
  index_[last_key_] = last_order_;
  followed_.push_back(std::make_unique<Followed>(packet, *file_.names));
  auto& connection = followed_.back()->connection;
  connection.order = last_order_;
  for (std::size_t back = 1; back <= kMostWaiting && !connection.upstream; ++back) {
    const auto* earlier = kept(last_order_ - back);
    connection.upstream = earlier != nullptr && waits_for(*earlier, connection);
  }
  last_track_ = &followed_.back()->track;
  return last_track_;
}

/// With a FIN's retransmission, or with a RST for what was under way.
bool WireObserver::may_still_be_answered(const Over& over) const {
  if (packets_ - over.packets < kAnswered) return true;
  return over.at && last_ && *last_ - *over.at < kAnsweredIn;
}

bool WireObserver::is_full() const { return followed_.size() - settled_.size() >= kMostKept; }

/// Connections that are over come to rest once no answer to their end can come, or where others
/// want their room.
void WireObserver::let_rest() {
  for (; !over_.empty() && (is_full() || !may_still_be_answered(over_.front())); over_.pop_front())
    rest(over_.front().order);
}

void WireObserver::rest(std::size_t order) {
  auto& followed = followed_[order];
  followed->track.finish(file_);
  auto& connection = followed->connection;
  auto verdict = settle_ ? settle_(connection, kept(order - 1), kept(order + 1)) : std::nullopt;
  if (verdict)
    settled_.push_back({order, *std::move(verdict)});
  else
    whole_.emplace_hint(whole_.end(), order, std::move(connection));
  followed.reset();
}

/// Null where it has a verdict, and where there is none of that order.
const Connection* WireObserver::kept(std::size_t order) const {
  if (order >= followed_.size()) return nullptr;
  if (followed_[order]) return &followed_[order]->connection;
  const auto whole = whole_.find(order);
  return whole == whole_.end() ? nullptr : &whole->second;
}

/// The packet that it quotes tells the connection.
void WireObserver::take_icmp(const Moment& now) {
  const auto& packet = *now.packet;
  const auto known = index_.find(key_of(packet.quoted_source, packet.quoted_destination));
  if (known != index_.end()) {
    if (const auto& followed = followed_[known->second]) followed->track.icmp(now);
    return;
  }
  if (packet.quoted_source.port != 0) return;
  // A text does not quote the client's port: the last connection to that host.
  std::size_t asked = 0;
  for (auto each = followed_.rbegin(); each != followed_.rend() && asked < kMostAsked; ++each) {
    ++asked;
    if (*each && (*each)->track.concerns(packet)) return (*each)->track.icmp(now);
  }
}

void WireObserver::finish(Observations& observations, bool broken_off) {
  for (std::size_t order = 0; order < followed_.size(); ++order) {
    if (auto& followed = followed_[order]) {
      followed->track.finish(file_);
      observations.connections.push_back(std::move(followed->connection));
    } else if (const auto whole = whole_.find(order); whole != whole_.end()) {
      observations.connections.push_back(std::move(whole->second));
      whole_.erase(whole);
    } else {
      continue;
    }
    auto& connection = observations.connections.back();
    connection.capture_end = last_;
    connection.broken_off = broken_off && !is_closed(connection);
    followed_[order].reset();
  }
  std::move(settled_.begin(), settled_.end(), std::back_inserter(observations.settled));
  if (left_out_ > 0)
    observations.remarks.push_back(fmt::format(
        "{}: {} connections behind the first {} are left out; filter the capture by host or port",
        file_.name, left_out_, followed_.size()));
  lookups_.finish(file_, observations);
  if (!quic_.empty())
    observations.remarks.push_back(fmt::format(
        "{}: QUIC (HTTP/3) to {}{}: it goes past the proxy, and nobody sees what is in it; switch "
        "it off in the client, or block UDP port 443, and it takes the proxy",
        file_.name, shown(file_.names->text(quic_.front())),
        quic_.size() == 1 ? "" : fmt::format(" and {} more", quic_.size() - 1)));
  observations.packets += packets_;
  observations.skipped_packets += skipped_;
}

}  // namespace misproxy::diagnose
