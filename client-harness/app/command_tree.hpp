#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace misproxy::app {

/// What one flag, or one argument by its place, is called and says.
struct CommandArgument {
  std::vector<std::string> names;  // `-j`, `--jobs`; of an argument by its place its one name
  std::string value;               // `N`, `PATH`; empty: it takes none
  std::string what;
  bool by_place = false;
  bool required = false;
  bool repeated = false;

  /// The words that it may be, where `value` lists them: `text|json`.
  std::vector<std::string> words() const;
};

/// A command with all that is below it, as `--help` tells it.
struct CommandEntry {
  std::string name;
  std::string path;  // `misproxy trace show`
  std::string what;
  std::string footer;
  std::vector<CommandArgument> arguments;
  std::vector<CommandEntry> commands;
};

CommandEntry tree_of(const CLI::App& app);

}  // namespace misproxy::app
