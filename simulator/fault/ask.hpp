#pragma once

#include <cstdint>

namespace misproxy {

/// What a deed asks of the point at which it acts. A row of fault/points.hpp says what a point
/// offers; a deed can act where all that it asks is offered.
enum class Ask : std::uint8_t {
  answer,         // a reply in the place of the real one
  fin,            // an end in good order
  rst,            // an end by RST
  bare_fin,       // an end of TCP without the close_notify of TLS
  hold,           // silence
  hold_unread,    // silence, and a window that closes
  alert,          // a TLS alert
  resolution,     // a name that the proxy looks up
  question,       // one of the client to its resolver
  dialling,       // a connection that is opened
  upstream_gone,  // a connection to the origin that can end
  stream,         // bytes whose content or pace may change
  late,           // something that can come later: a stream, or a segment
  segment,        // a single segment
  cast,           // a part behind the proxy that somebody else can play
};

}  // namespace misproxy
