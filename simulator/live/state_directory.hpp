#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <variant>

namespace misproxy::live {

/// What decides where the state is kept.
struct StatePlaces {
  std::optional<std::string> asked;  // by `--state-dir`
  std::optional<std::string> state_home;
  std::optional<std::string> home;
  std::optional<std::string> passwd_home;

  /// Of this process: its environment, and its user's entry in the passwd database.
  static StatePlaces of_process(std::optional<std::string> asked);
};

/// The folder of the installation's state: the one that was asked for; or
/// `$XDG_STATE_HOME/misproxy`; or `.local/state/misproxy` below $HOME, or below the home that the
/// passwd database has. A variable that is empty or no absolute path counts as not set (XDG Base
/// Directory Specification). On an error, a sentence that says what to set.
std::variant<std::filesystem::path, std::string> state_directory(const StatePlaces& places);

}  // namespace misproxy::live
