#include "app/shared_command.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <csignal>

#include "app/run_batch.hpp"
#include "drivers/program_path.hpp"
#include "live/files.hpp"

namespace misproxy::app {
namespace {

const Parent* parent = nullptr;  // for the handler of its signal

/// Who has started us may also only have ended one of its threads.
void parent_signal(int) {
  if (parent->is_gone()) std::raise(SIGTERM);
}

/// Whether a Ctrl-C goes to the command as it comes to us: from a terminal to all of one group.
bool shares_terminal() {
  const live::File terminal(::open("/dev/tty", O_RDONLY | O_CLOEXEC | O_NOCTTY));
  return terminal.is_open() && ::tcgetpgrp(terminal.fd()) == ::getpgrp();
}

}  // namespace

std::optional<Refusal> SharedCommand::find(std::vector<std::string>& command) {
  const auto found = program_path(command.front());
  if (const auto* code = std::get_if<int>(&found)) {
    const auto* why = *code == kNoSuchProgram ? "there is no such program" : "it can't be run";
    return Refusal{static_cast<ExitCode>(*code), fmt::format("{}: {}", command.front(), why)};
  }
  command.front() = std::get<std::string>(found);
  return std::nullopt;
}

void SharedCommand::await_signals() {
  RunBatch::await_signals();
  if (shares_terminal()) std::signal(SIGINT, [](int) {});
  parent = &parent_;
  std::signal(Parent::kSignal, parent_signal);
  parent_.watch();
  if (parent_.is_gone()) std::raise(SIGTERM);
}

}  // namespace misproxy::app
