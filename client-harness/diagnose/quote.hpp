#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "diagnose/place.hpp"
#include "evidence/client_report.hpp"
#include "evidence/names.hpp"
#include "packets/wire_packet.hpp"

namespace misproxy::diagnose {

/// A text as it may be shown, and the one way to show what came from evidence: without passwords
/// (`evidence::redacted`), valid UTF-8 without control characters, cut after `most` bytes.
std::string shown(std::string_view text, std::size_t most = 300);

/// What a citation's number counts: `packet` or `line`.
std::string_view unit_of(const evidence::Citation& where);

/// The first line of its payload, where that can be read, as it belongs into the quote.
std::string quoted_text(const evidence::WirePacket& packet);

/// One file of packets: how its packets are cited.
struct PacketFile {
  std::string name;
  bool text = false;  // tcpdump's text: lines, not packets
  const evidence::Names* names = nullptr;
  std::shared_ptr<const std::string> shared_name = std::make_shared<const std::string>(name);

  /// A line of a text is quoted as it is; a packet as tcpdump would print it, more briefly.
  std::string quote(const evidence::WirePacket& packet) const;
  /// Several facts may stand in one packet: they share a place.
  const Place& cite(const evidence::WirePacket& packet) const {
    if (packet.number == 0 || last.number() != packet.number) last = {*this, packet};
    return last;
  }

  mutable Place last = {};
};

}  // namespace misproxy::diagnose
