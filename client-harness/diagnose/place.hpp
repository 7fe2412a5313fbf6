#pragma once

#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "diagnose/segment_numbers.hpp"
#include "evidence/client_report.hpp"
#include "packets/wire_packet.hpp"

namespace misproxy::diagnose {

struct PacketFile;

/// Where a fact stands, cheap to make and to copy: of a captured segment it keeps numbers, and the
/// quote is written only where somebody asks for it. Most are never asked for. Copies share what
/// they keep, within one thread.
class Place {
 public:
  Place() = default;
  Place(evidence::Citation citation);  // a log's, as it was told
  /// A packet of a file, of which the file and its names need not outlive the place.
  Place(const PacketFile& file, const evidence::WirePacket& packet);

  evidence::Citation citation() const;
  operator evidence::Citation() const { return citation(); }

  std::uint64_t number() const { return note_ ? note_->number : 0; }
  bool is_empty() const { return note_ == nullptr; }
  bool is_line() const;
  bool is_same_as(const Place& other) const;

 private:
  struct Note : boost::intrusive_ref_counter<Note, boost::thread_unsafe_counter> {
    std::uint64_t number = 0;
    std::shared_ptr<const std::string> file;
    evidence::Citation::Unit unit = evidence::Citation::Unit::line;
    std::optional<SegmentNumbers> segment;
    std::string text;  // that the segment begins with; without a segment, the whole quote
  };

  boost::intrusive_ptr<Note> note_;
};

}  // namespace misproxy::diagnose
