#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "evidence/client_report.hpp"
#include "evidence/wire_packet.hpp"

namespace misproxy::diagnose {

struct PacketFile;

/// Where a fact stands, cheap to make and to copy: of a captured segment it keeps numbers, and the
/// quote is written only where somebody asks for it. Most are never asked for.
class Place {
 public:
  Place() = default;
  Place(evidence::Citation citation);  // a log's, as it was told
  /// A packet of a file, of which the file and its names need not outlive the place.
  Place(const PacketFile& file, const evidence::WirePacket& packet);

  evidence::Citation citation() const;
  operator evidence::Citation() const { return citation(); }

  std::uint64_t number() const;
  bool is_line() const;
  bool is_same_as(const Place& other) const;

 private:
  struct Note;

  std::shared_ptr<const Note> note_;
};

}  // namespace misproxy::diagnose
