#include "diagnose/place.hpp"

#include "diagnose/quote.hpp"

namespace misproxy::diagnose {

using evidence::Citation;
using evidence::WirePacket;

/// Either a quote that is written, or the numbers of a segment.
struct Place::Note {
  std::shared_ptr<const std::string> file;
  std::uint64_t number = 0;
  Citation::Unit unit = Citation::Unit::line;
  bool written = true;
  std::string quote;
  SegmentNumbers segment;
};

namespace {

/// What its numbers say in full: the rest has names, text or lists in it.
bool is_plain_segment(const WirePacket& packet) {
  return packet.kind == WirePacket::Kind::tcp && packet.line.empty() && packet.sack_count == 0 &&
         packet.source.host.family != evidence::HostId::Family::name &&
         packet.destination.host.family != evidence::HostId::Family::name &&
         !begins_with_text(packet);
}

Citation::Unit unit_of(const PacketFile& file) {
  return file.text ? Citation::Unit::line : Citation::Unit::packet;
}

}  // namespace

Place::Place(Citation citation)
    : note_(std::make_shared<const Note>(
          Note{std::make_shared<const std::string>(std::move(citation.file)),
               citation.number,
               citation.unit,
               true,
               std::move(citation.quote),
               {}})) {}

Place::Place(const PacketFile& file, const WirePacket& packet) {
  if (is_plain_segment(packet))
    note_ = std::make_shared<const Note>(Note{file.shared_name, packet.number, unit_of(file), false,
                                              "", SegmentNumbers::of(packet)});
  else
    note_ = std::make_shared<const Note>(
        Note{file.shared_name, packet.number, unit_of(file), true, file.quote(packet), {}});
}

Citation Place::citation() const {
  if (note_ == nullptr) return {};
  return {note_->file ? *note_->file : "", note_->unit, note_->number,
          note_->written ? note_->quote : note_->segment.quote()};
}

std::uint64_t Place::number() const { return note_ ? note_->number : 0; }

bool Place::is_line() const { return note_ && note_->unit == Citation::Unit::line; }

bool Place::is_same_as(const Place& other) const {
  if (note_ == other.note_) return true;
  if (note_ == nullptr || other.note_ == nullptr || note_->number != other.note_->number)
    return false;
  return note_->file == other.note_->file ||
         (note_->file && other.note_->file && *note_->file == *other.note_->file);
}

}  // namespace misproxy::diagnose
