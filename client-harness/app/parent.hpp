#pragma once

#include <sys/types.h>
#include <unistd.h>

#include <csignal>

namespace misproxy::app {

/// The process that has started this one, known from when the object is made.
class Parent {
 public:
  /// Sent by the kernel when it ends, or when only the thread of it that started us does.
  static constexpr int kSignal = SIGUSR2;

  /// Asks for the signal, for which a handler has to be in place. From the main thread.
  void watch() const;
  /// No signal any more. From the main thread, too: the kernel keeps this for each thread.
  void forget() const;
  /// It may have ended before anybody asked for a signal.
  bool is_gone() const { return ::getppid() != id_; }

 private:
  pid_t id_ = ::getppid();
};

}  // namespace misproxy::app
