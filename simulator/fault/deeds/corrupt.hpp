#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/fields.hpp"
#include "core/time.hpp"
#include "fault/ask.hpp"
#include "fault/effect.hpp"
#include "fault/points.hpp"
#include "trace/event.hpp"

namespace misproxy {

/// Changes bytes of a stream from the trigger on.
///
/// Units:  `xor`, 1 to 255, is what each is XORed with; absent, one bit of each is flipped, drawn
///         from the seed. `bytes`: how many, from the trigger on (1). `one_in`: instead, for ever,
///         each byte with a chance of one in so many, drawn by its offset.
/// Errors: none.
struct Corrupt {
  static constexpr std::string_view kWord = "corrupt";
  static constexpr std::string_view kHelp =
      "changes bytes: XOR, or a seeded bit, of some bytes or of one in N";

  std::optional<std::int64_t> mask;
  std::int64_t bytes = 1;
  std::optional<std::int64_t> one_in;

  template <class Visitor>
  void visit(Visitor& v) {
    v.optional("xor", mask, Range{1, 255});
    v.optional("bytes", bytes, Range{1});
    v.optional("one_in", one_in, Range{1});
    v.check_together("one_in", bytes == 1, "one of `bytes` and `one_in`");
  }

  unsigned asks(Point) const { return asks_of({Ask::stream}); }

  Effect effect(Point) const {
    Flip flip;
    if (mask) flip.mask = static_cast<std::uint8_t>(*mask);
    flip.bytes = bytes;
    flip.one_in = one_in;
    return Bend{flip};
  }

  TraceFields told() const {
    if (one_in) return {{"one_in", *one_in}};
    return {{"bytes", bytes}};
  }
};

}  // namespace misproxy
