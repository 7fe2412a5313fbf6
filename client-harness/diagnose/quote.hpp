#pragma once

#include <string>
#include <string_view>

#include "evidence/client_report.hpp"
#include "evidence/names.hpp"
#include "evidence/wire_packet.hpp"

namespace misproxy::diagnose {

/// A text as it may be shown: valid UTF-8 without control characters, cut after `most` bytes.
std::string shown(std::string_view text, std::size_t most = 300);

/// One file of packets: how its packets are cited.
struct PacketFile {
  std::string name;
  bool text = false;  // tcpdump's text: lines, not packets
  const evidence::Names* names = nullptr;

  /// A line of a text is quoted as it is; a packet as tcpdump would print it, more briefly.
  evidence::Citation cite(const evidence::WirePacket& packet) const;
};

}  // namespace misproxy::diagnose
