#pragma once

#include <array>
#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <tuple>
#include <vector>

#include "diagnose/lookup_observer.hpp"
#include "diagnose/moment.hpp"
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

/// The verdict on a connection that is over, for which `previous` and `next` may be asked, the ones
/// that began before and behind it; nothing where it must be kept.
using Settle = std::function<std::optional<Verdict>(
    const Connection& connection, const Connection* previous, const Connection* next)>;

/// Turns the packets of one file, in their order, into observations.
///
/// A connection that goes on takes about 8 KB, one that is over and kept 6 KB; a verdict takes 1
/// KB. Memory is bounded: what is beyond these numbers is left out, and a remark says so.
class WireObserver {
 public:
  static constexpr std::size_t kMostConnections = 150'000;
  static constexpr std::size_t kMostKept = 30'000;  // of which there is no verdict yet
  static constexpr std::size_t kMostNames = LookupObserver::kMostNames;  // that DNS was asked for

  /// `file.names` outlives the observer. Without `settle`, every connection is kept.
  explicit WireObserver(PacketFile file, Settle settle = nullptr);
  ~WireObserver();
  WireObserver(const WireObserver&) = delete;
  WireObserver& operator=(const WireObserver&) = delete;

  void take(const evidence::WirePacket& packet);
  /// `broken_off`: packets were still to come, and are lost.
  void finish(Observations& observations, bool broken_off = false);

 private:
  struct Followed;

  /// A connection that is over: when, and how many packets had been seen then.
  struct Over {
    std::size_t order = 0;
    std::uint64_t packets = 0;
    std::optional<Time> at;
  };

  void take_tcp(const Moment& now);
  void take_icmp(const Moment& now);
  void take_quic(const evidence::WirePacket& packet);
  void take_note(const evidence::WirePacket& packet);
  Track* track_of(const evidence::WirePacket& packet);
  Track* open(const evidence::WirePacket& packet);
  bool may_still_be_answered(const Over& over) const;
  bool is_full() const;
  void let_rest();
  void rest(std::size_t order);
  const Connection* kept(std::size_t order) const;
  std::optional<Time> since_start(const evidence::WirePacket& packet);

  PacketFile file_;
  Settle settle_;
  boost::unordered_flat_map<PairKey, std::size_t> index_;
  std::vector<std::unique_ptr<Followed>> followed_;  // of each connection; null where it rests
  std::deque<Over> over_;                            // and not yet at rest
  std::map<std::size_t, Connection> whole_;          // at rest, without a verdict; by their order
  std::vector<Settled> settled_;
  LookupObserver lookups_;
  std::vector<evidence::SocketId> quic_;  // its servers
  std::uint64_t packets_ = 0;
  std::uint64_t skipped_ = 0;
  std::uint64_t left_out_ = 0;  // connections
  std::optional<std::chrono::nanoseconds> start_;
  std::optional<Time> last_;
  PairKey last_key_;
  std::size_t last_order_ = 0;
  Track* last_track_ = nullptr;
};

}  // namespace misproxy::diagnose
