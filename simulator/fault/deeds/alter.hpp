#pragma once

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/fields.hpp"
#include "core/words.hpp"
#include "fault/ask.hpp"
#include "fault/effect.hpp"
#include "fault/points.hpp"
#include "fault/segment_keys.hpp"
#include "trace/event.hpp"

namespace misproxy {

/// Sends the segment on with other fields than it came with, as a middlebox does that rewrites.
///
/// Units:  `seq`, `ack`, `sack` relative, the SYN being 0; `window` not scaled; `ttl` as it
///         arrives; `without` takes options out; `mss`, `window_scale` are told on a SYN, `tsval`,
///         `tsecr` where there are timestamps. `xor` of `bytes` bytes of the payload from `at` on
///         (0). `checksum`: `right` for the changed segment, or `wrong`: its receiver drops it.
/// Errors: an `alter` of nothing is refused; a byte behind the payload's end is none.
/// Source: RFC 9293 section 3.1; RFC 2018; RFC 7323; RFC 3234 section 3 (middleboxes).
struct Alter {
  static constexpr std::string_view kWord = "alter";
  static constexpr std::string_view kHelp =
      "changes fields, options or bytes of the segment, with a right or a wrong checksum";

  SegmentKeys keys;
  std::optional<std::vector<std::string>> without;
  std::optional<std::int64_t> mss;
  std::optional<std::int64_t> window_scale;
  std::optional<std::int64_t> tsval;
  std::optional<std::int64_t> tsecr;
  std::optional<std::int64_t> mask;
  std::optional<std::int64_t> at;
  std::optional<std::int64_t> bytes;

  template <class Visitor>
  void visit(Visitor& v) {
    keys.visit_keys(v);
    v.optional("without", without);
    v.optional("mss", mss, Range{0, 65'535});
    v.optional("window_scale", window_scale, Range{0, 255});
    v.optional("tsval", tsval, Range{0, SegmentKeys::kMostSeq});
    v.optional("tsecr", tsecr, Range{0, SegmentKeys::kMostSeq});
    v.optional("xor", mask, Range{1, 255});
    v.optional("at", at, Range{0, 65'535});
    v.optional("bytes", bytes, Range{1, 65'535});
    v.check("without", !without || are_options(*without),
            "a list of `mss`, `sack_permitted`, `window_scale`, `timestamps` and `sack`");
    v.check_together("at", mask.has_value(), "goes with `xor`");
    v.check_together("bytes", mask.has_value(), "goes with `xor`");
    for (const auto& [key, given] : {std::pair{TcpOption::mss, mss.has_value()},
                                     std::pair{TcpOption::window_scale, window_scale.has_value()},
                                     std::pair{TcpOption::timestamps, tsval || tsecr},
                                     std::pair{TcpOption::sack, keys.sack.has_value()}}) {
      v.check_together("without", !given || !leaves_out(key),
                       fmt::format("`{}` cannot be taken out and set at once", word(key)));
    }
  }

  unsigned asks(Point) const { return asks_of({Ask::segment}); }

  Effect effect(Point) const {
    auto change = keys.change();
    for (const auto& text : without.value_or(std::vector<std::string>{}))
      change.without.push_back(parse_word<TcpOption>(text).value_or(TcpOption::mss));
    if (mss) change.mss = static_cast<std::uint16_t>(*mss);
    if (window_scale) change.window_scale = static_cast<std::uint8_t>(*window_scale);
    if (tsval) change.tsval = static_cast<std::uint32_t>(*tsval);
    if (tsecr) change.tsecr = static_cast<std::uint32_t>(*tsecr);
    if (mask) change.mask = static_cast<std::uint8_t>(*mask);
    change.mask_at = static_cast<std::size_t>(at.value_or(0));
    change.mask_bytes = static_cast<std::size_t>(bytes.value_or(1));
    Fate fate;
    fate.change = std::move(change);
    return fate;
  }

  /// Why it cannot be done anywhere; empty where it can.
  std::string unfit() const {
    if (!names().empty()) return {};
    return "an `alter` that changes nothing; it takes one at least of `flags`, `seq`, `ack`, "
           "`window`, `sack`, `ttl`, `checksum`, `without`, `mss`, `window_scale`, `tsval`, "
           "`tsecr` and `xor`";
  }

  TraceFields told() const { return {{"fields", fmt::format("{}", fmt::join(names(), ","))}}; }

 private:
  /// Of what it changes.
  std::vector<std::string> names() const {
    auto names = keys.names();
    for (const auto& text : without.value_or(std::vector<std::string>{}))
      names.push_back("-" + text);
    if (mss) names.emplace_back("mss");
    if (window_scale) names.emplace_back("window_scale");
    if (tsval || tsecr) names.emplace_back("timestamps");
    if (mask) names.emplace_back("bytes");
    return names;
  }
  static bool are_options(const std::vector<std::string>& texts) {
    return std::ranges::all_of(
        texts, [](const std::string& text) { return parse_word<TcpOption>(text).has_value(); });
  }
  bool leaves_out(TcpOption option) const {
    return without && std::ranges::find(*without, word(option)) != without->end();
  }
};

}  // namespace misproxy
