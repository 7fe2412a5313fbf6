#pragma once

#include <functional>
#include <optional>
#include <string>
#include <variant>

#include "app/state_file.hpp"
#include "teaching/exercise_book.hpp"

namespace misproxy::app {

/// The exercise book in its file of the state folder; one that cannot be read is kept aside, and
/// said so.
class ExerciseMemory {
 public:
  /// On an error, a sentence.
  static std::variant<ExerciseMemory, std::string> open(
      const std::optional<std::string>& state_dir);

  teaching::ExerciseBook read();
  /// No other process changes it meanwhile. Empty, or a sentence.
  std::string change(const std::function<void(teaching::ExerciseBook&)>& how);

 private:
  explicit ExerciseMemory(StateFile file) : file_(std::move(file)) {}

  StateFile file_;
};

}  // namespace misproxy::app
