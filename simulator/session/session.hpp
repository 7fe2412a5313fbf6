#pragma once

#include "core/time.hpp"
#include "session/action.hpp"
#include "session/event.hpp"

namespace misproxy {

/// A party of the dialogue as a pure state machine: no socket, no clock, no entropy, no file.
class Session {
 public:
  virtual ~Session() = default;

  /// Takes one event at time `now` and appends what is to be done about it. Never blocks.
  virtual void step(const Event& event, Instant now, ActionList& actions) = 0;

  /// True while nothing in this session can act on what client and origin say to each other: all of
  /// it would pass, unchanged and at once, until one of the two ends or a timer fires. A world may
  /// then pass the bytes by itself.
  virtual bool passes_all() const { return false; }
  /// A world has done so, last at that time.
  virtual void passed(Instant) {}
};

}  // namespace misproxy
