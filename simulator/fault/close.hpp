#pragma once

#include "core/fields.hpp"
#include "core/life.hpp"

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
  enum class How { fin, rst, no_close_notify } how = How::fin;

  static constexpr std::array kPoints{
      Point::accept, Point::request_head,  Point::upstream_connect, Point::reply,
      Point::tunnel, Point::inner_request, Point::inner_response,   Point::path};

  Ending ending() const { return how == How::rst ? Ending::rst : Ending::fin; }

  template <class Visitor>
  void visit(Visitor& v);
};

template <>
struct WordsOf<Close::How> {
  static constexpr std::array<std::string_view, 3> words{"fin", "rst", "no_close_notify"};
};

template <class Visitor>
void Close::visit(Visitor& v) {
  v.required("how", how);
}

}  // namespace misproxy
