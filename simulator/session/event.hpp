#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/life.hpp"
#include "core/words.hpp"

namespace misproxy {

/// What a session can be told. A session knows its neighbours by party: the proxy has a client and
/// an origin, the origin has a client (whatever stands between).

/// The world stands: for a party that begins by itself.
struct Begin {};

/// A neighbour is there: the client connected, or what `Open` asked for is open.
struct Opened {
  Party peer;
};

/// Bytes from a neighbour, cut anyhow. They are good until the step returns. `owned`: the string
/// that they are all of, which the session may take; where there is none, it copies them.
struct Received {
  Party peer;
  std::string_view bytes;
  std::string* owned = nullptr;
};

/// A neighbour sends no more: it sent FIN, or it reset the connection, or, where `timed_out`, it
/// has acknowledged nothing for so long that the connection is lost (ETIMEDOUT), as if it had.
struct Closed {
  Party peer;
  Ending how;
  bool timed_out = false;
};

/// All that was sent to a neighbour so far has been handed on; a large answer may go on.
struct Drained {
  Party peer;
};

/// The timers of a session; each has one purpose, and starting it again moves it. `fault`: the next
/// one that acts at a time; `to_origin`, `to_client`: what is bent in that direction goes on.
/// `inner_...`: those of a session that stands within another.
enum class Timer {
  limit,
  stall,
  work,
  attempt,
  fault,
  to_origin,
  to_client,
  inner_limit,
  inner_stall,
  inner_work,
  inner_attempt,
  inner_fault,
  inner_to_origin,
  inner_to_client,
};

inline constexpr std::size_t kTimers = 14;

constexpr bool is_inner(Timer timer) { return timer >= Timer::inner_limit; }
/// What the outer session calls a timer of the inner one, and back.
constexpr Timer inner(Timer timer) {
  return static_cast<Timer>(static_cast<std::size_t>(timer) + kTimers / 2);
}
constexpr Timer of_inner(Timer timer) {
  return static_cast<Timer>(static_cast<std::size_t>(timer) - kTimers / 2);
}

struct Fired {
  Timer timer;
};

/// What `Open` or `Resolve` asked for cannot be had. `reset`: it ended before it was of use;
/// `garbage`: what came is no answer; `prohibited`: nobody has said that a connection may lead
/// there; `exhausted`: this machine has no room for one more; `declined`: a parent proxy has said
/// no.
struct Failed {
  enum class Why {
    unresolved,
    refused,
    unreachable,
    timeout,
    reset,
    garbage,
    prohibited,
    exhausted,
    declined
  } why;
  std::string detail{};  // what may differ from run to run: addresses, a system's words
  int status = 0;        // where `declined`, and the next: what the client is to get, whole
  std::string reply{};
};

template <>
struct WordsOf<Failed::Why> {
  static constexpr std::array<std::string_view, 9> words{"unresolved", "refused",   "unreachable",
                                                         "timeout",    "reset",     "garbage",
                                                         "prohibited", "exhausted", "declined"};
};

/// The answer to `Resolve`: the address to try first, and those to try where it cannot be reached.
struct Resolved {
  std::string address;
  std::vector<std::string> others{};
};

/// The answer to `CountAttempt`, from 1.
struct AttemptCounted {
  std::int64_t attempt;
};

/// The answer to `Yield`.
struct Yielded {};

using Event = std::variant<Begin, Opened, Received, Closed, Drained, Fired, Failed, Resolved,
                           AttemptCounted, Yielded>;

}  // namespace misproxy
