#pragma once

#include <memory>
#include <optional>

#include "packets/capture_reader.hpp"
#include "packets/unread.hpp"
#include "packets/wire_packet.hpp"

namespace misproxy::evidence {

/// The packets of a capture, one after the other; of a large one, a thread reads ahead of whoever
/// takes them, by about a megabyte.
class ReadAhead {
 public:
  explicit ReadAhead(CaptureReader reader);
  ~ReadAhead();
  ReadAhead(ReadAhead&& other) noexcept;
  ReadAhead& operator=(ReadAhead&& other) = delete;

  /// Its views hold until the next is asked for. Null at the end, and where the file turns out
  /// broken: `error` says which it was.
  const WirePacket* next();
  const std::optional<CaptureError>& error() const;  // at the end
  const Unread& unread() const;                      // at the end

 private:
  struct Shared;

  std::unique_ptr<Shared> shared_;
};

}  // namespace misproxy::evidence
