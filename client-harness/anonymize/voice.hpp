#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "anonymize/pseudonyms.hpp"
#include "anonymize/shown_bytes.hpp"

namespace misproxy::anonymize {

/// The requests of a connection that have no final answer yet, by their methods.
using OpenRequests = std::deque<std::string>;

/// One direction of a TCP connection, whichever end it is: what it says, so that what anybody may
/// see of it is put into `shown`, under pseudonyms: heads, the sizes of chunks, TLS records' heads
/// and the handshake as far as it is in the clear, alerts, the first word of any other protocol.
class Voice {
 public:
  Voice(OpenRequests& open, Pseudonyms& pseudonyms) : open_(open), pseudonyms_(pseudonyms) {}

  void take(std::string_view bytes);
  /// So many bytes passed that nobody saw.
  void skip(std::uint64_t count);
  /// A head that has begun ends here.
  void finish();
  /// The other end asks anew: what comes is no body any more.
  void begin_anew();

  const ShownBytes& shown() const { return shown_; }
  /// Behind the head that came last, a request's.
  bool has_asked() { return std::exchange(asked_, false); }

 private:
  enum class Mode { start, head, body, chunk_size, chunk, chunk_end, record, opaque };

  std::size_t step(std::string_view bytes);
  std::size_t choose(std::string_view bytes);
  std::size_t head(std::string_view bytes);
  void end_head();
  std::size_t size_line(std::string_view bytes);
  std::size_t record(std::string_view bytes);
  void begin_record();
  void end_record();
  void forget_record();
  void opaque(std::string_view bytes);

  OpenRequests& open_;
  Pseudonyms& pseudonyms_;
  ShownBytes shown_;
  Mode mode_ = Mode::start;
  std::uint64_t offset_ = 0;
  std::uint64_t held_from_ = 0;  // where `held_` begins
  std::string held_;             // of a head, a chunk's size, a record
  std::uint64_t left_ = 0;       // of a body, a chunk, a record
  std::uint8_t record_type_ = 0;
  bool in_record_ = false;
  bool encrypted_ = false;
  bool asked_ = false;
  // A handshake message that goes over several records: its bytes, and where they stand.
  std::string handshake_;
  std::vector<std::pair<std::uint64_t, std::size_t>> handshake_at_;
};

}  // namespace misproxy::anonymize
