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
/// Link layers: link_layer.hpp; tunnels: tunnel.hpp. IPv4 and IPv6 with extension headers and in
/// fragments; packets of which the capture kept the beginning only. Packets that stand out of the
/// order of their times, by no more than some thousand, come in it. What is neither TCP, ICMP, DNS
/// nor the beginning of QUIC comes as `other`. Any bytes may stand in the file.
class CaptureFile {
 public:
  static std::variant<CaptureFile, CaptureError> open(const std::string& path);
  /// A file that is at hand; `bytes` outlive this.
  static std::variant<CaptureFile, CaptureError> of(const std::string& name,
                                                    std::string_view bytes);

  /// Nothing at the end, and where the file turns out broken: `error` says which it was.
  const WirePacket* next() { return packets_.next(); }
  const std::optional<CaptureError>& error() const { return packets_.error(); }
  /// What it holds that nobody can read, at the end.
  const Unread& unread() const { return packets_.unread(); }

 private:
  static std::variant<CaptureFile, CaptureError> with(
      std::variant<CaptureReader, CaptureError> opened);
  explicit CaptureFile(CaptureReader reader) : packets_(std::move(reader)) {}

  ReadAhead packets_;
};

}  // namespace misproxy::evidence
