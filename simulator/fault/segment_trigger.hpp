#pragma once

#include <array>
#include <optional>

#include "core/fields.hpp"
#include "core/life.hpp"
#include "core/number_set.hpp"
#include "core/time.hpp"

namespace misproxy {

/// Which of the two TCP connections of a tunnel: the client's with the proxy, or the proxy's with
/// the origin.
enum class Leg { client, origin };

template <>
struct WordsOf<Leg> {
  static constexpr std::array<std::string_view, 2> words{"client", "origin"};
};

/// What a TCP segment is for. `data`: it has a payload, FIN or not.
enum class SegmentKind { syn, syn_ack, data, ack, fin, rst };

template <>
struct WordsOf<SegmentKind> {
  static constexpr std::array<std::string_view, 6> words{"syn", "syn_ack", "data",
                                                         "ack", "fin",     "rst"};
};

/// Segments at the router, on their way along one leg. All that is given must hold.
///
/// Units:  `over_bytes` counts the IP packet with its headers, as an MTU does; `first` and `count`
///         choose among the segments of a leg for which the rest holds, resent ones included, from
///         1: `first = 3, count = 2` is the third and the fourth, `first` alone the one segment,
///         neither all of them; `idle_over_ms` is the time since any segment has passed this leg.
///         `seq`: the number of its first byte, counted as Wireshark does: the SYN of its direction
///         is 0, the first byte 1. `first_sending`: it brings something that has not come by yet,
///         so that what is resent is neither meant nor counted.
struct SegmentTrigger {
  Leg leg = Leg::client;
  std::optional<SegmentKind> kind;
  std::optional<std::int64_t> over_bytes;
  std::optional<std::int64_t> first;
  std::optional<std::int64_t> count;
  std::optional<Milliseconds> idle_over_ms;
  std::optional<NumberSet> seq;
  std::optional<bool> first_sending;

  static constexpr std::array kHelps{
      KeyHelp{"leg", "the client's connection with the proxy, or the proxy's with the origin"},
      KeyHelp{"kind", "what the segment is for"},
      KeyHelp{"over_bytes", "an IP packet larger than that"},
      KeyHelp{"first", "from the nth of those for which the rest holds"},
      KeyHelp{"count", "so many of them"},
      KeyHelp{"idle_over_ms", "nothing has passed this leg for longer"},
      KeyHelp{"seq", "the number of its first byte, relative to its SYN"},
      KeyHelp{"first_sending", "what is resent is neither meant nor counted"},
  };

  template <class Visitor>
  void visit(Visitor& v) {
    v.optional("leg", leg);
    v.optional("kind", kind);
    v.optional("over_bytes", over_bytes, Range{0, 65'535});
    v.optional("first", first, Range{1});
    v.optional("count", count, Range{1});
    v.optional("idle_over_ms", idle_over_ms, Range{1, 24LL * 3600 * 1000});
    v.optional("seq", seq, Range{0, 0xffffffff});
    v.optional("first_sending", first_sending);
  }

  /// Whether the `ordinal`th of the segments for which the rest holds is meant.
  bool means(std::int64_t ordinal) const {
    const auto from = first.value_or(1);
    const auto none_named = !first && !count;
    return none_named || (ordinal >= from && ordinal < from + count.value_or(1));
  }
};

}  // namespace misproxy
