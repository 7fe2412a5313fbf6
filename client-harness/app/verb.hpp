#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/exit_code.hpp"

namespace misproxy::app {

/// One of misproxy's commands: described to CLI11, and done where the command line names it.
struct Verb {
  const CLI::App* command = nullptr;
  std::function<ExitCode()> perform;
  /// Where it is to start another program, that one's words: all behind `--`.
  std::vector<std::string>* behind_dashes = nullptr;
};

/// `options`: what its flags fill in; they stay for as long as the verb does.
template <class Options>
Verb verb(const CLI::App* command, std::shared_ptr<Options> options,
          ExitCode (*perform)(const Options&)) {
  return {command, [options = std::move(options), perform] { return perform(*options); }};
}

}  // namespace misproxy::app
