#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "http/http2_server.hpp"
#include "origin/body.hpp"
#include "plan/channel.hpp"
#include "plan/offset_watch.hpp"

namespace misproxy {

/// The body of one message of HTTP/2 on its way: watched for the bytes at which faults act, and
/// bent. A fault that is due stays so until it is taken, and nothing passes meanwhile.
class BodyLane {
 public:
  /// One that is put; or one that is read from its source as it is asked for.
  BodyLane() { channel_.look(); }
  explicit BodyLane(BodyStream source) : BodyLane() { source_ = std::move(source); }

  /// Before the first byte has passed.
  void watch(const Fault* fault, std::uint64_t offset) { watch_.add(fault, offset); }
  void bend(const Bend& bend, BendKey key) { channel_.bend(bend, std::move(key)); }

  void put(std::string bytes) { channel_.put(std::move(bytes)); }
  /// What may pass by now.
  std::string move(Instant now);
  /// As far as a body that is read from its source has come.
  std::optional<Http2Body::Filled> read(std::span<char> room);

  /// The fault that acts now, taken.
  std::optional<Cut> take_due() { return std::exchange(due_, std::nullopt); }
  bool is_due() const { return due_ && ready_.empty(); }
  /// A fault waits for its byte, or to be taken.
  bool waits() const { return due_ || watch_.waits(); }
  bool cut_short() const { return source_ && source_->cut_short(); }
  bool full() const { return channel_.full(); }
  bool drained() const { return channel_.drained() && !due_; }
  std::optional<Instant> wake() const { return channel_.wake(); }

 private:
  bool read_on(std::size_t most);

  std::optional<BodyStream> source_;
  OffsetWatch watch_;
  Channel channel_;
  std::string ready_;  // has passed, and was not asked for yet
  std::optional<Cut> due_;
};

}  // namespace misproxy
