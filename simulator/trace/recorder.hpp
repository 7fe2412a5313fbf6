#pragma once

#include "trace/event.hpp"

namespace misproxy {

/// Takes the lines of a trace as they happen. Called from every thread of a world.
class Recorder {
 public:
  virtual ~Recorder() = default;
  virtual void record(const TraceLine& line) = 0;
};

}  // namespace misproxy
