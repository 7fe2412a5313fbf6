#pragma once

#include <optional>
#include <string>
#include <variant>

#include "fault/close.hpp"
#include "fault/delay.hpp"
#include "fault/drop.hpp"
#include "fault/duplicate.hpp"
#include "fault/icmp.hpp"
#include "fault/respond.hpp"
#include "fault/stall.hpp"
#include "fault/when.hpp"

namespace misproxy {

/// What a fault does: a closed set, visited exhaustively.
using Deed = std::variant<Respond, Close, Stall, Drop, Delay, Duplicate, Icmp>;

/// The deeds' words in a scenario, in the order of `Deed`.
enum class DeedWord { respond, close, stall, drop, delay, duplicate, icmp };

template <>
struct WordsOf<DeedWord> {
  static constexpr std::array<std::string_view, 7> words{"respond", "close",     "stall", "drop",
                                                         "delay",   "duplicate", "icmp"};
};
static_assert(WordsOf<DeedWord>::words.size() == std::variant_size_v<Deed>);

/// A rule of a scenario. `id` names it in traces and reports and keys its draws.
struct Fault {
  std::string id;
  When when;
  Deed deed;

  template <class Visitor>
  void visit(Visitor& v) {
    v.required("id", id);
    v.check("id", !id.empty() && id.size() <= 64 && id.front() != '-',
            "an id has 1 to 64 characters, the first of them no dash");
    v.required("when", when);
    v.template one_of<DeedWord>("do", deed);
    const auto why = misfit();
    v.check_together("do", !why, why.value_or(""));
  }

  DeedWord deed_word() const { return static_cast<DeedWord>(deed.index()); }
  /// Why this deed cannot be done at the point at which the fault acts; nothing where it can.
  std::optional<std::string> misfit() const;
};

}  // namespace misproxy
