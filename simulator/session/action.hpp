#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "core/cast.hpp"
#include "core/endpoint.hpp"
#include "core/life.hpp"
#include "core/time.hpp"
#include "session/event.hpp"
#include "trace/event.hpp"

namespace misproxy {

/// What a session can ask of its world.

/// Look up the address of a host; answered by `Resolved` or `Failed`.
struct Resolve {
  std::string host;
  bool operator==(const Resolve&) const = default;
};

/// How a parent proxy is asked that stands on the way.
///
/// `authority`: what the requests that follow name as their host, in absolute-form (RFC 9112
/// section 3.2.2); nothing where a tunnel is wanted. `credentials`: the client's, for the parent to
/// judge; secret.
struct Onward {
  std::optional<std::string> authority{};
  std::vector<std::string> credentials{};
  bool operator==(const Onward&) const = default;
};

/// Connect to a neighbour, in the place of the connection with it that there was; answered by
/// `Opened` or `Failed`. `cast`: who is to play the parts behind the proxy.
struct Open {
  Party peer;
  Endpoint to;
  Cast cast{};
  Onward onward{};
  bool operator==(const Open&) const = default;
};

struct Send {
  Party peer;
  std::string bytes;
  bool operator==(const Send&) const = default;
};

/// End the connection to a neighbour after all that was sent to it. FIN closes in stages: what the
/// neighbour still sends is read and let go, so that no RST overtakes the last bytes (RFC 9112
/// section 9.6). Still answered by `Closed` when the neighbour closes too, unless the ending is
/// RST.
struct Hangup {
  Party peer;
  Ending how;
  bool operator==(const Hangup&) const = default;
};

/// Deliver nothing more from this neighbour, until `Resume`. Pausing the origin also asks it for no
/// more.
struct Pause {
  Party peer;
  bool operator==(const Pause&) const = default;
};

struct Resume {
  Party peer;
  bool operator==(const Resume&) const = default;
};

/// `Fired` after this time; zero means when everything else at hand is done.
struct StartTimer {
  Timer timer;
  Duration after;
  bool operator==(const StartTimer&) const = default;
};

struct StopTimer {
  Timer timer;
  bool operator==(const StopTimer&) const = default;
};

/// Count one more request that leads to this host; answered by `AttemptCounted`.
struct CountAttempt {
  std::string host;
  bool operator==(const CountAttempt&) const = default;
};

/// Let the neighbours react to what has been sent, as far as they can at once; answered by
/// `Yielded` before anything else comes from outside. So a reaction stands where its cause does,
/// and not behind whatever came in the same read.
struct Yield {
  bool operator==(const Yield&) const = default;
};

/// Send no more to a neighbour, after all that was sent; it is still heard. FIN, RFC 9293
/// section 3.6.
struct HalfClose {
  Party peer;
  bool operator==(const HalfClose&) const = default;
};

/// End the connection as an application does that has gone: what was sent still goes out, then FIN;
/// nothing more is heard of it, and what the neighbour still sends is answered with RST.
struct Leave {
  Party peer;
  bool operator==(const Leave&) const = default;
};

/// TLS secrets, in lines of an NSS key log (RFC 9850), for captures; before what they encrypt.
struct Secrets {
  std::string key_log;
  bool operator==(const Secrets&) const = default;
};

/// An event for the trace.
using Note = TraceEvent;

using Action = std::variant<Resolve, Open, Send, Hangup, HalfClose, Leave, Pause, Resume,
                            StartTimer, StopTimer, CountAttempt, Yield, Secrets, Note>;
using ActionList = std::vector<Action>;

}  // namespace misproxy
