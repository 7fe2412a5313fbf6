#pragma once

#include "session/session.hpp"

namespace misproxy {

/// The party that begins, and whose end is the end of a run.
class ClientSession : public Session {
 public:
  /// True once it will do nothing more.
  virtual bool done() const = 0;
};

}  // namespace misproxy
