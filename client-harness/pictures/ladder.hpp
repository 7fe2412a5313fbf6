#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/words.hpp"

namespace misproxy::pictures {

enum class Lane : std::uint8_t { client, proxy, origin };

/// What a row is about, which a picture may show as a colour.
enum class Tone : std::uint8_t { tcp, head, tls, data, ending, trouble };

/// One rung: what one end sent, a remark at a lane, or how long nothing was said.
struct Row {
  enum class Kind : std::uint8_t { arrow, remark, silence };

  Kind kind = Kind::arrow;
  Lane from = Lane::client;
  Lane to = Lane::proxy;
  bool tunnelled = false;  // what it carries is meant for the lane behind `to`
  Tone tone = Tone::tcp;
  std::string label;
  std::string detail;                             // numbers, where there is room for them
  std::optional<std::chrono::nanoseconds> at;     // since the ladder's beginning
  std::optional<std::chrono::nanoseconds> until;  // of several
  std::uint64_t first = 0;                        // packets, lines or events that it stands for
  std::uint64_t last = 0;
  std::uint32_t count = 1;            // of segments or records that are one row
  std::uint64_t bytes = 0;            // of data
  std::vector<std::string> injected;  // what a fault did here, in words
  bool cited = false;                 // a verdict names it

  bool stands_for(std::uint64_t number) const { return first <= number && number <= last; }
};

/// A connection as a ladder diagram, for eyes: whoever draws it, in characters, as SVG or HTML,
/// draws these rows.
struct Ladder {
  std::string title;                 // `10.40.40.1:54321 > 10.10.10.1:80`
  std::string file;                  // whose packets or lines they are; empty: events of a proxy
  std::string unit;                  // `packet`, `line`, `event`
  std::array<std::string, 3> names;  // of the lanes; empty where a lane has no part
  std::deque<Row> rows;

  bool has(Lane lane) const { return !names[static_cast<std::size_t>(lane)].empty(); }
  const std::string& name(Lane lane) const { return names[static_cast<std::size_t>(lane)]; }
};

/// `10.012345`, from the ladder's beginning; empty where the evidence tells no time.
std::string time_text(const std::optional<std::chrono::nanoseconds>& at);
/// `17` or `17-45`.
std::string numbers_text(const Row& row);
/// `517 bytes`, `14 segments, 20,272 bytes`.
std::string amount_text(const Row& row, std::string_view many);

}  // namespace misproxy::pictures

namespace misproxy {

template <>
struct WordsOf<pictures::Lane> {
  static constexpr std::array<std::string_view, 3> words{"client", "proxy", "origin"};
};

template <>
struct WordsOf<pictures::Tone> {
  static constexpr std::array<std::string_view, 6> words{"tcp",  "head",   "tls",
                                                         "data", "ending", "trouble"};
};

}  // namespace misproxy
