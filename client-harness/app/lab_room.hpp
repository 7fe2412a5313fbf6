#pragma once

#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "app/refusal.hpp"
#include "live/ca_store.hpp"
#include "runner/live_runner.hpp"

namespace misproxy::app {

/// The shell of the lab.
std::vector<std::string> lab_shell();

/// Where labs are: this process on its own ground, with the CA. One a process, before there is a
/// second thread.
class LabRoom {
 public:
  static std::variant<LabRoom, Refusal> enter(const std::optional<std::string>& state_dir);

  /// Runs a command that shares misproxy's streams at the client's host of a lab of its own.
  /// `ready` is called where the lab's files are, before the command. SIGTERM ends it, once
  /// RunBatch awaits signals.
  std::variant<Run, std::string> run(const RunRequest& request,
                                     const std::vector<std::string>& command,
                                     const std::function<void()>& ready);

  /// Why files could not be written for the last command; empty where all were.
  const std::string& unwritten() const { return unwritten_; }

 private:
  explicit LabRoom(live::StoredAuthority authority) : authority_(std::move(authority)) {}

  std::vector<std::string> environment_for(const Scenario& scenario, const std::string& proxy_url);

  live::StoredAuthority authority_;
  std::string unwritten_;
};

}  // namespace misproxy::app
