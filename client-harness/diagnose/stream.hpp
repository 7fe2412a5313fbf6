#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "diagnose/observations.hpp"
#include "diagnose/quote.hpp"

namespace misproxy::diagnose {

/// What takes one direction's bytes in their order.
class StreamSink {
 public:
  virtual ~StreamSink() = default;
  virtual void take(std::string_view bytes) = 0;
  /// So many bytes passed that no evidence holds.
  virtual void skip(std::uint64_t count) = 0;
};

/// One direction of a connection: puts its segments in order, and counts what was sent twice, what
/// is missing, and what the other end acknowledged. Memory is bounded: 64 KiB and 1024
/// segments out of order.
///
/// Offsets count payload bytes from 0 at the first behind the SYN; where no SYN was seen, from the
/// first segment. Source: RFC 9293 section 3.4, RFC 2018.
class Stream {
 public:
  explicit Stream(Flow& flow) : flow_(flow) {}

  /// A SYN of this direction; `text`: the numbers behind it may count from it.
  void syn(std::uint32_t seq, bool text);
  /// A segment with payload, or a FIN. Returns true where it brings data not sent before.
  bool segment(const evidence::WirePacket& packet, const PacketFile& file, std::optional<Time> at,
               StreamSink& sink);
  /// What the other end says it has of this direction.
  void acknowledged(const evidence::WirePacket& packet, const PacketFile& file,
                    std::optional<Time> at, StreamSink& sink);
  /// Writes into the flow what is known only at the end.
  void finish(const PacketFile& file);
  std::uint64_t end() const { return end_; }
  /// The number is that of the last byte sent, or of the SYN.
  bool ends_behind(std::uint32_t seq) const {
    return base_ && settled_ && seq + 1 == *base_ + static_cast<std::uint32_t>(end_);
  }
  /// Bytes behind what the sink got: those that wait for a gap to be filled, and the gap.
  std::uint64_t undelivered() const { return end_ - std::min(end_, delivered_); }

 private:
  /// A segment that may be sent again: enough to cite its first sending.
  struct Sent {
    std::uint64_t offset = 0;
    std::uint32_t length = 0;
    Time at{0};
    std::uint64_t number = 0;
    std::string_view line;  // of a text, which outlives the observer
    bool arrived = false;   // as SACK tells
  };

  Place cite(const Sent& sent, const PacketFile& file) const;

  std::uint64_t offset_of(std::uint32_t seq);
  void settle(std::uint32_t seq);
  void remember(std::uint64_t offset, const evidence::WirePacket& packet, std::optional<Time> at);
  void sent_again(std::uint64_t offset, const evidence::WirePacket& packet, const PacketFile& file,
                  std::optional<Time> at);
  void note_acknowledged();
  void note_sacked(std::uint64_t begin, std::uint64_t end);
  void note_sacks(const evidence::WirePacket& packet, const PacketFile& file,
                  std::optional<Time> at);
  void note_missing(const PacketFile& file);
  bool fills_hole(std::uint64_t begin, std::uint64_t end);
  void deliver(std::uint64_t offset, std::string_view payload, std::uint32_t length,
               StreamSink& sink);
  void keep(std::uint64_t offset, std::string_view payload, std::uint32_t length);
  void pass_on(std::uint64_t offset, std::string_view payload, std::uint32_t length,
               StreamSink& sink);
  void drain(StreamSink& sink);

  Flow& flow_;
  std::optional<std::uint32_t> base_;  // the sequence number of offset 0
  bool settled_ = false;               // a text may go on with relative numbers behind its SYN
  std::uint64_t end_ = 0;              // behind the last byte that was sent
  std::uint64_t delivered_ = 0;        // to the sink
  std::map<std::uint64_t, std::uint64_t> holes_;  // begin, end: never seen
  std::map<std::uint64_t, std::pair<std::string, std::uint32_t>> waiting_;  // payload, length
  std::size_t waiting_bytes_ = 0;
  std::vector<Sent> sent_;  // a ring of kRing, once it is full
  std::uint64_t next_sent_ = 0;
  std::uint64_t next_arrived_ = 0;  // the first in the ring that is not known to have arrived
  std::vector<Resends> resends_;
  Sent last_new_;
  bool any_new_ = false;
  // What all segments of this direction have in common.
  evidence::SocketId source_;
  evidence::SocketId destination_;
  bool has_ack_ = false;
  std::optional<Time> start_;  // of the file, as its packets tell time
  std::optional<std::uint64_t> last_ack_;
};

}  // namespace misproxy::diagnose
