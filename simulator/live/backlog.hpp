#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace misproxy::live {

/// Whether what a connection has recorded is written as fast as it comes. Called from every thread.
class Backlog {
 public:
  virtual ~Backlog() = default;
  /// Too much of it is still to be written: the connection has to wait.
  virtual bool is_behind(const std::string& scenario, std::int64_t connection) = 0;
  /// Calls once it may go on, from any thread.
  virtual void await_room(const std::string& scenario, std::int64_t connection,
                          std::function<void()> call) = 0;
};

}  // namespace misproxy::live
