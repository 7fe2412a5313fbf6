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
};

}  // namespace misproxy
