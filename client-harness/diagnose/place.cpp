#include "diagnose/place.hpp"

#include "diagnose/quote.hpp"

namespace misproxy::diagnose {
namespace {

using evidence::Citation;
using evidence::WirePacket;

/// What its numbers and its text say in full: the rest has names or lists in it.
bool is_plain_segment(const WirePacket& packet) {
  return packet.kind == WirePacket::Kind::tcp && packet.line.empty() && packet.sack_count == 0 &&
         packet.source.host.family != evidence::HostId::Family::name &&
         packet.destination.host.family != evidence::HostId::Family::name;
}

}  // namespace

Place::Place(Citation citation) : note_(new Note) {
  note_->number = citation.number;
  note_->file = std::make_shared<const std::string>(std::move(citation.file));
  note_->unit = citation.unit;
  note_->text = std::move(citation.quote);
}

Place::Place(const PacketFile& file, const WirePacket& packet) : note_(new Note) {
  note_->number = packet.number;
  note_->file = file.shared_name;
  note_->unit = file.text ? Citation::Unit::line : Citation::Unit::packet;
  if (is_plain_segment(packet)) note_->segment = SegmentNumbers::of(packet);
  note_->text = note_->segment ? quoted_text(packet) : file.quote(packet);
}

Citation Place::citation() const {
  if (note_ == nullptr) return {};
  return {*note_->file, note_->unit, note_->number,
          note_->segment ? note_->segment->quote(note_->text) : note_->text};
}

bool Place::is_line() const { return note_ && note_->unit == Citation::Unit::line; }

bool Place::is_same_as(const Place& other) const {
  if (note_ == other.note_) return true;
  if (note_ == nullptr || other.note_ == nullptr || note_->number != other.note_->number)
    return false;
  return note_->file == other.note_->file || *note_->file == *other.note_->file;
}

}  // namespace misproxy::diagnose
