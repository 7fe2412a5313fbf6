#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/fields.hpp"
#include "core/life.hpp"
#include "core/words.hpp"
#include "fault/ask.hpp"
#include "fault/effect.hpp"
#include "fault/points.hpp"
#include "trace/event.hpp"

namespace misproxy {

/// What the router tells the sender of a segment that cannot go on.
///
/// `sent`: the segment is lost, and the sender is told `kind`. `lost` and `lying` concern segments
/// that are too large for the next link: nobody is told, or `mtu` is told in the place of the
/// link's own.
///
/// Units:  `mtu` in bytes of an IP packet, 68 to 65,535; it goes with `lying`, and with `sent` of
///         `fragmentation-needed`.
/// Errors: none; a sender takes no MTU below 552 (Linux's min_pmtu).
/// Source: RFC 792; RFC 1191 section 4; RFC 1812 section 5.2.7.1.
struct Icmp {
  static constexpr std::string_view kWord = "icmp";
  static constexpr std::string_view kHelp =
      "an ICMP error for the segment: sent, lost, or lying about the MTU";

  enum class How { sent, lost, lying } how = How::sent;
  using Kind = Fate::Icmp;
  Kind kind = Kind::host_unreachable;
  std::optional<std::int64_t> mtu;

  template <class Visitor>
  void visit(Visitor& v);

  unsigned asks(Point) const { return asks_of({Ask::segment}); }

  Effect effect(Point) const {
    Fate fate;
    fate.mute = how == How::lost;
    fate.mtu = mtu;
    if (how == How::sent) {
      fate.told = kind;
      fate.copies = 0;
    }
    return fate;
  }

  TraceFields told() const;

 private:
  bool tells_mtu() const {
    return how == How::lying || (how == How::sent && kind == Kind::fragmentation_needed);
  }
};

template <>
struct WordsOf<Icmp::How> {
  static constexpr std::array<std::string_view, 3> words{"sent", "lost", "lying"};
};

template <>
struct WordsOf<Icmp::Kind> {
  static constexpr std::array<std::string_view, 3> words{"host-unreachable", "fragmentation-needed",
                                                         "admin-prohibited"};
};

template <class Visitor>
void Icmp::visit(Visitor& v) {
  v.required("how", how);
  v.optional("kind", kind);
  v.optional("mtu", mtu, Range{68, 65'535});
  v.check_together("kind", how == How::sent, "`kind` goes with `how = \"sent\"`");
  v.check_together("how", !tells_mtu() || mtu.has_value(),
                   "this message tells an MTU; say which with `mtu`");
  v.check_together(
      "mtu", tells_mtu(),
      "`mtu` goes with `how = \"lying\"`, or \"sent\" with kind `fragmentation-needed`");
}

inline TraceFields Icmp::told() const { return {{"how", std::string(word(how))}}; }

}  // namespace misproxy
