#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/parent.hpp"
#include "app/refusal.hpp"

namespace misproxy::app {

/// A command that shares misproxy's streams and terminal: how it is found, and when it ends.
class SharedCommand {
 public:
  static constexpr int kNoSuchProgram = 127;

  /// The first word becomes a path; the exit codes are a shell's.
  static std::optional<Refusal> find(std::vector<std::string>& command);

  /// It is to end when misproxy is to, and whoever has started that ends; a Ctrl-C of a terminal
  /// that both hear is the command's alone. The object outlives the command.
  void await_signals();

 private:
  const Parent parent_;
};

}  // namespace misproxy::app
