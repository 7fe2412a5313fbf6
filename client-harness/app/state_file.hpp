#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <variant>

namespace misproxy::app {

/// A file of the state folder that this user's processes read and change, one at a time.
class StateFile {
 public:
  /// Makes the folder. On an error, a sentence.
  static std::variant<StateFile, std::string> open(const std::optional<std::string>& state_dir,
                                                   const std::string& name);

  /// Gives its text (empty where there is none) to `change`, and writes what that returns; nobody
  /// else does so meanwhile. Empty, or a sentence.
  std::string update(const std::function<std::string(const std::string& text)>& change) const;

  /// Moves it to a name that is free, so that nothing is lost; the new path, empty where that
  /// cannot be.
  std::string set_aside() const;

 private:
  explicit StateFile(std::filesystem::path path) : path_(std::move(path)) {}

  std::filesystem::path path_;
};

}  // namespace misproxy::app
