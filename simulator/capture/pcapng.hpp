#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "capture/packet.hpp"

namespace misproxy {

/// Where packets are seen: an interface of the file.
struct CapturePoint {
  std::string name;
  std::string description;
};

/// What stands at the beginning of a capture. Empty text is left out.
struct CaptureHead {
  std::string comment;
  bool has_comments = true;  // false: none is written, neither this one nor those of packets
  std::vector<CapturePoint> points;
  std::vector<std::pair<IpAddress, std::string>> names;
  std::string hardware = "none: made by misproxy";  // never the machine's: a capture is the
  std::string os = "none: made by misproxy";        // same bytes wherever it is made
  std::string application = "misproxy";
};

/// The blocks of a pcapng file, as bytes, little endian: `begin`, then `secrets` before the packets
/// that they open, `packet` in order of time, `end`.
///
/// Frames are Ethernet. Times are nanoseconds since 1970-01-01 00:00 UTC, not before it. Text is
/// UTF-8; an option holds 65,535 bytes of it and loses the rest.
/// Source: draft-ietf-opsawg-pcapng.
class Pcapng {
 public:
  explicit Pcapng(CaptureHead head);

  /// Section header, an interface for each point, names.
  std::string begin() const;
  /// TLS secrets: the text of an SSLKEYLOGFILE (RFC 9850).
  std::string secrets(std::string_view key_log) const;
  /// `point`: an index into the head's points. `comment` may be empty.
  std::string packet(std::size_t point, std::chrono::nanoseconds since_unix_epoch,
                     const Packet& packet, std::string_view comment) const;
  /// One that is there as bytes, whole headers at least.
  std::string packet(std::size_t point, std::chrono::nanoseconds since_unix_epoch,
                     std::string_view ip_bytes, std::string_view comment) const;
  /// Statistics: how many packets each point has seen, in the order of the points, until `at`, and
  /// how many of them are missing in the file, for it was not written as fast as they came; none
  /// where that is empty.
  std::string end(std::chrono::nanoseconds at, const std::vector<std::uint64_t>& packets,
                  const std::vector<std::uint64_t>& dropped = {}) const;

 private:
  template <class Append>
  std::string seen(std::size_t point, std::chrono::nanoseconds at, std::size_t frame,
                   std::string_view comment, const Append& append) const;

  CaptureHead head_;
};

}  // namespace misproxy
