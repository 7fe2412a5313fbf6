#pragma once

#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "packets/read_ahead.hpp"
#include "packets/wire_packet.hpp"

namespace misproxy::evidence {

/// The packets of a pcap or pcapng file, one after the other.
///
/// Ethernet with VLAN tags, Linux cooked v1 and v2, raw IP and loopback; IPv4 and IPv6 with
/// extension headers; packets of which the capture kept the beginning only. What is neither TCP,
/// ICMP nor DNS comes as `other`. Any bytes may stand in the file.
class CaptureFile {
 public:
  static std::variant<CaptureFile, CaptureError> open(const std::string& path);
  /// A file that is at hand; `bytes` outlive this.
  static std::variant<CaptureFile, CaptureError> of(const std::string& name,
                                                    std::string_view bytes);

  /// Nothing at the end, and where the file turns out broken: `error` says which it was.
  const WirePacket* next() { return packets_.next(); }
  const std::optional<CaptureError>& error() const { return packets_.error(); }
  /// Frames of which the file holds less than was on the wire.
  std::size_t cut_frames() const { return packets_.cut_frames(); }

 private:
  static std::variant<CaptureFile, CaptureError> with(
      std::variant<CaptureReader, CaptureError> opened);
  explicit CaptureFile(CaptureReader reader) : packets_(std::move(reader)) {}

  ReadAhead packets_;
};

}  // namespace misproxy::evidence
