#pragma once

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/fields.hpp"
#include "core/words.hpp"
#include "fault/segment_change.hpp"
#include "trace/event.hpp"

namespace misproxy {

enum class SegmentChecksum { right, wrong };

template <>
struct WordsOf<SegmentChecksum> {
  static constexpr std::array<std::string_view, 2> words{"right", "wrong"};
};

/// The fields of a segment as a scenario says them: the keys that `alter` and `inject-segment`
/// share.
struct SegmentKeys {
  static constexpr std::array<std::string_view, 8> kFlags{"FIN", "SYN", "RST", "PSH",
                                                          "ACK", "URG", "ECE", "CWR"};
  static constexpr std::size_t kMostBlocks = 4;
  static constexpr std::int64_t kMostSeq = 0xffffffff;

  std::optional<std::vector<std::string>> flags;
  std::optional<std::int64_t> seq;
  std::optional<std::int64_t> ack;
  std::optional<std::int64_t> window;
  std::optional<std::vector<std::string>> sack;
  std::optional<std::int64_t> ttl;
  SegmentChecksum checksum = SegmentChecksum::right;

  template <class Visitor>
  void visit_keys(Visitor& v) {
    v.optional("flags", flags);
    v.optional("seq", seq, Range{0, kMostSeq});
    v.optional("ack", ack, Range{0, kMostSeq});
    v.optional("window", window, Range{0, 65'535});
    v.optional("sack", sack);
    v.optional("ttl", ttl, Range{1, 254});
    v.optional("checksum", checksum);
    v.check("flags", !flags || are_flags(*flags),
            "a list of `FIN`, `SYN`, `RST`, `PSH`, `ACK`, `URG`, `ECE` and `CWR` (RFC 9293), each "
            "once");
    v.check("sack", !sack || are_blocks(*sack),
            "up to four blocks, as tcpdump writes them: `[\"1449:2897\"]`, first byte and the one "
            "behind the last, relative to the SYN");
  }

  SegmentChange change() const {
    SegmentChange fields;
    if (flags) fields.flags = bits(*flags);
    if (seq) fields.seq = static_cast<std::uint32_t>(*seq);
    if (ack) fields.ack = static_cast<std::uint32_t>(*ack);
    if (window) fields.window = static_cast<std::uint16_t>(*window);
    if (ttl) fields.ttl = static_cast<std::uint8_t>(*ttl);
    if (sack) {
      auto& blocks = fields.sack.emplace();
      for (const auto& text : *sack)
        blocks.push_back(block_of(text).value_or(SegmentChange::Edges{}));
    }
    fields.wrong_checksum = checksum == SegmentChecksum::wrong;
    return fields;
  }

  /// The names of those that are given, for the trace.
  std::vector<std::string> names() const {
    std::vector<std::string> all;
    if (flags) all.emplace_back("flags");
    if (seq) all.emplace_back("seq");
    if (ack) all.emplace_back("ack");
    if (window) all.emplace_back("window");
    if (sack) all.emplace_back("sack");
    if (ttl) all.emplace_back("ttl");
    if (checksum == SegmentChecksum::wrong) all.emplace_back("checksum");
    return all;
  }

  static bool are_flags(const std::vector<std::string>& texts) {
    return std::ranges::all_of(texts, [&](const std::string& text) {
      return std::ranges::find(kFlags, text) != kFlags.end() &&
             std::ranges::count(texts, text) == 1;
    });
  }
  static bool are_blocks(const std::vector<std::string>& texts) {
    return texts.size() <= kMostBlocks && std::ranges::all_of(texts, [](const std::string& text) {
             return block_of(text).has_value();
           });
  }

 private:
  static ControlBits bits(const std::vector<std::string>& texts) {
    const auto has = [&](std::string_view flag) {
      return std::ranges::find(texts, flag) != texts.end();
    };
    return {has("FIN"), has("SYN"), has("RST"), has("PSH"),
            has("ACK"), has("URG"), has("ECE"), has("CWR")};
  }
  static std::optional<std::uint32_t> number(std::string_view text) {
    std::uint32_t value = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || stop != text.data() + text.size()) return std::nullopt;
    return value;
  }
  static std::optional<SegmentChange::Edges> block_of(std::string_view text) {
    const auto colon = text.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    const auto left = number(text.substr(0, colon));
    const auto right = number(text.substr(colon + 1));
    if (!left || !right || *right <= *left) return std::nullopt;
    return SegmentChange::Edges{*left, *right};
  }
};

}  // namespace misproxy
