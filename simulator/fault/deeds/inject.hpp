#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/encoding.hpp"
#include "core/fields.hpp"
#include "core/time.hpp"
#include "fault/ask.hpp"
#include "fault/effect.hpp"
#include "fault/points.hpp"
#include "trace/event.hpp"

namespace misproxy {

/// Puts bytes into a stream at the trigger, once; those behind them come after.
///
/// Units:  `text` as it stands, or `hex`, two digits a byte; up to 1 MiB.
/// Errors: none.
struct Inject {
  static constexpr std::string_view kWord = "inject";
  static constexpr std::string_view kHelp = "puts bytes into a stream, once";

  std::string text;
  std::string hex;

  template <class Visitor>
  void visit(Visitor& v) {
    v.optional("text", text);
    v.required_unless("text", "hex", hex);
    v.check("hex", bytes_of_hex(hex).has_value(), "two hexadecimal digits a byte");
    v.check_together("text", hex.empty() && !text.empty(), "one of `text` and `hex`, not empty");
    v.check("text", text.size() <= (1 << 20), "at most 1 MiB");
  }

  unsigned asks(Point) const { return asks_of({Ask::stream}); }

  Effect effect(Point) const { return Bend{Insert{bytes()}}; }

  TraceFields told() const { return {{"bytes", static_cast<std::int64_t>(bytes().size())}}; }

 private:
  std::string bytes() const { return text.empty() ? bytes_of_hex(hex).value_or("") : text; }
};

}  // namespace misproxy
