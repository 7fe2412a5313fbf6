#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "diagnose/observations.hpp"
#include "diagnose/quote.hpp"

namespace misproxy::diagnose {

class Track;

/// The two sockets of a packet, in the order of their bytes: one key for both directions.
struct PairKey {
  evidence::SocketId low;
  evidence::SocketId high;
  bool operator==(const PairKey&) const = default;
};

std::size_t hash_value(const PairKey& key);

/// Turns the packets of one file, in their order, into observations.
class WireObserver {
 public:
  /// `file.names` outlives the observer.
  explicit WireObserver(PacketFile file);
  ~WireObserver();
  WireObserver(const WireObserver&) = delete;
  WireObserver& operator=(const WireObserver&) = delete;

  /// What one of them needs is about 8 KB.
  static constexpr std::size_t kMostConnections = 20'000;

  void take(const evidence::WirePacket& packet);
  void finish(Observations& observations);

 private:
  void take_tcp(const evidence::WirePacket& packet);
  void take_icmp(const evidence::WirePacket& packet);
  void take_dns(const evidence::WirePacket& packet);
  void take_note(const evidence::WirePacket& packet);
  Track* track_of(const evidence::WirePacket& packet);
  Track* open(const PairKey& key, const evidence::WirePacket& packet);
  std::optional<Time> since_start(const evidence::WirePacket& packet);

  PacketFile file_;
  boost::unordered_flat_map<PairKey, std::size_t> index_;
  std::vector<std::unique_ptr<Track>> tracks_;
  std::vector<LookupSeen> lookups_;
  std::uint64_t packets_ = 0;
  std::uint64_t skipped_ = 0;
  std::uint64_t left_out_ = 0;  // connections
  std::optional<std::chrono::nanoseconds> start_;
  std::optional<Time> last_;
  PairKey last_key_;
  Track* last_track_ = nullptr;
};

}  // namespace misproxy::diagnose
