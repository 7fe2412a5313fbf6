#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "anonymize/voice.hpp"
#include "packets/wire_packet.hpp"

namespace misproxy::anonymize {

/// One direction of a TCP connection: puts its segments in order for its voice. Memory is bounded:
/// 64 KiB out of order. Offsets count payload bytes from the SYN on, or from the first segment
/// seen.
class Lane {
 public:
  explicit Lane(Voice voice) : voice_(std::move(voice)) {}

  void syn(std::uint32_t seq);
  /// Where its payload stands; nothing for what lies before the beginning. The same in every
  /// reading of the same packets.
  std::optional<std::uint64_t> place(const evidence::WirePacket& packet);
  void take(std::uint64_t offset, const evidence::WirePacket& packet);
  void finish();
  /// The packets come again from the first, to be placed alone.
  void rewind() { base_.reset(), end_ = 0; }
  Voice& voice() { return voice_; }

 private:
  struct Part {
    std::string bytes;
    std::uint32_t length = 0;  // of which the capture kept `bytes`
  };
  void deliver(std::uint64_t offset, std::string_view bytes, std::uint32_t length);
  void drain(bool all);

  Voice voice_;
  std::optional<std::uint32_t> base_;
  std::uint64_t end_ = 0;        // behind the last byte that was placed
  std::uint64_t delivered_ = 0;  // to the voice
  std::map<std::uint64_t, Part> waiting_;
  std::size_t waiting_bytes_ = 0;
};

/// Both directions of one connection.
struct Conversation {
  explicit Conversation(Pseudonyms& pseudonyms)
      : first(Voice(open, pseudonyms)), second(Voice(open, pseudonyms)) {}
  Conversation(const Conversation&) = delete;

  OpenRequests open;
  Lane first;  // of who sent the first packet seen
  Lane second;
  evidence::SocketId first_source;
  std::optional<std::uint32_t> syn;

  Lane& lane_of(const evidence::SocketId& source) {
    return source == first_source ? first : second;
  }
  Lane& other_than(const evidence::SocketId& source) {
    return source == first_source ? second : first;
  }
};

/// All connections of a capture, the later ones of two equal ends as others.
class Conversations {
 public:
  explicit Conversations(Pseudonyms& pseudonyms) : pseudonyms_(pseudonyms) {}

  /// The packets of a first reading, in the order of the file.
  void take(const evidence::WirePacket& packet);
  void finish();

  /// In a second one, in the same order: what stands in the place of the payload.
  std::string payload(const evidence::WirePacket& packet);
  /// The second reading begins.
  void rewind();

 private:
  using Key = std::pair<std::string, std::string>;
  struct Between {
    std::vector<std::unique_ptr<Conversation>> all;
    std::size_t current = 0;
    bool any = false;
  };
  Conversation& conversation_of(const evidence::WirePacket& packet);

  Pseudonyms& pseudonyms_;
  std::map<Key, Between> between_;
  bool again_ = false;
};

}  // namespace misproxy::anonymize
