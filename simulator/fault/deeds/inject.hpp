#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/fields.hpp"
#include "core/octets.hpp"
#include "core/time.hpp"
#include "fault/ask.hpp"
#include "fault/effect.hpp"
#include "fault/points.hpp"
#include "trace/event.hpp"

namespace misproxy {

/// Puts bytes into a stream at the trigger, once; those behind them come after.
///
/// Units:  `text` as it stands, or `hex` or `base64`; up to 1 MiB.
/// Errors: none.
struct Inject {
  static constexpr std::string_view kWord = "inject";
  static constexpr std::string_view kHelp = "puts bytes into a stream, once";
  static constexpr std::size_t kMost = 1 << 20;

  Octets octets;

  template <class Visitor>
  void visit(Visitor& v) {
    v.optional("text", octets.text);
    v.required_unless({"text", "base64"}, "hex", octets.hex);
    v.optional("base64", octets.base64);
    octets.check_keys(v);
    const auto size = octets.bytes().size();
    const auto key = octets.text ? "text" : (octets.hex ? "hex" : "base64");
    v.check_together(key, size > 0, "bytes to put in, at least one");
    v.check_together(key, size <= kMost, "at most 1 MiB");
  }

  unsigned asks(Point) const { return asks_of({Ask::stream}); }

  Effect effect(Point) const { return Bend{Insert{octets.bytes()}}; }

  TraceFields told() const { return {{"bytes", static_cast<std::int64_t>(octets.bytes().size())}}; }
};

}  // namespace misproxy
