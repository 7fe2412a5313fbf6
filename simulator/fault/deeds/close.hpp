#pragma once

#include <array>
#include <string>
#include <string_view>

#include "core/fields.hpp"
#include "core/words.hpp"
#include "fault/ask.hpp"
#include "fault/effect.hpp"
#include "fault/points.hpp"
#include "trace/event.hpp"

namespace misproxy {

/// Ends the connection, exactly where the trigger says: what stood before it has been sent, and
/// nothing after.
///
/// Units:  none; where is the trigger's business.
/// Errors: none; `no_close_notify` needs a point at which TLS ends here, `inner-request` or
///         `inner-response`. There, `fin` sends close_notify first. On the path `rst` is all
///         that a router can do: the segment is lost, and its sender gets a stateless RST.
/// Source: RFC 9293 section 3.5.2 (reset), RFC 8446 section 6.1 (close_notify).
struct Close {
  static constexpr std::string_view kWord = "close";
  static constexpr std::string_view kHelp =
      "ends the connection: FIN, RST, or FIN without TLS's close_notify";

  enum class How { fin, rst, no_close_notify } how = How::fin;

  template <class Visitor>
  void visit(Visitor& v);

  unsigned asks(Point) const {
    constexpr std::array asked{Ask::fin, Ask::rst, Ask::bare_fin};
    return asks_of({asked.at(static_cast<std::size_t>(how))});
  }

  Effect effect(Point point) const {
    if (point == Point::path) {
      Fate fate;
      fate.reset = true;
      return fate;
    }
    return End{how == How::rst ? Ending::rst : Ending::fin, how == How::fin};
  }

  TraceFields told() const;
};

template <>
struct WordsOf<Close::How> {
  static constexpr std::array<std::string_view, 3> words{"fin", "rst", "no_close_notify"};
};

template <class Visitor>
void Close::visit(Visitor& v) {
  v.required("how", how);
}

inline TraceFields Close::told() const { return {{"how", std::string(word(how))}}; }

}  // namespace misproxy
