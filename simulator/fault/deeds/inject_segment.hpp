#pragma once

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/fields.hpp"
#include "core/life.hpp"
#include "core/octets.hpp"
#include "fault/ask.hpp"
#include "fault/effect.hpp"
#include "fault/points.hpp"
#include "fault/segment_keys.hpp"
#include "trace/event.hpp"

namespace misproxy {

/// Sends a segment that neither end sent, in the name of one of them, right behind the segment at
/// which the fault acts: a middlebox's RST, a duplicate ACK, a FIN, data.
///
/// Units:  `direction`: whose way it takes, that of the segment where absent. `flags`
///         (`["ACK"]`). `seq`, `ack`, `sack` relative, the SYN being 0; absent, what is next in
///         either direction as the router saw it. `window` not scaled; absent, the one told last,
///         and 0 of a RST. `ttl` as it arrives. `text`, `hex` or `base64`: a payload of at most
///         1,400 bytes. `copies` (1).
/// Errors: none; where no segment has passed that way yet, its numbers count from 0.
/// Source: RFC 9293 section 3.10.7; RFC 5961 (what a receiver believes of it).
struct InjectSegment {
  static constexpr std::string_view kWord = "inject-segment";
  static constexpr std::string_view kHelp =
      "sends a segment that neither end sent: a RST, a FIN, a duplicate ACK, data";
  static constexpr std::size_t kMostPayload = 1'400;

  SegmentKeys keys;
  std::optional<Direction> direction;
  Octets octets;
  std::int64_t copies = 1;

  template <class Visitor>
  void visit(Visitor& v) {
    v.optional("direction", direction);
    keys.visit_keys(v);
    octets.visit_keys(v);
    v.optional("copies", copies, Range{1, 1'000});
    const auto* key = octets.text ? "text" : (octets.hex ? "hex" : "base64");
    v.check_together(key, octets.bytes().size() <= kMostPayload,
                     "a segment's payload, at most 1,400 bytes");
  }

  unsigned asks(Point) const { return asks_of({Ask::segment}); }

  Effect effect(Point) const {
    AddedSegment added;
    added.direction = direction;
    added.fields = keys.change();
    if (!added.fields.flags) added.fields.flags = ControlBits{false, false, false, false, true};
    added.payload = octets.bytes();
    added.copies = static_cast<int>(copies);
    Fate fate;
    fate.added = std::move(added);
    return fate;
  }

  TraceFields told() const {
    const auto flags = keys.flags.value_or(std::vector<std::string>{"ACK"});
    return {{"flags", fmt::format("{}", fmt::join(flags, ","))}, {"copies", copies}};
  }
};

}  // namespace misproxy
