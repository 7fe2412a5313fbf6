#pragma once

#include <optional>
#include <string>
#include <utility>

namespace misproxy::app {

/// The file that says that misproxy serves, and where, for as long as it does: one that an earlier
/// run has left is removed before all else, and its own when it ends.
class ReadyFile {
 public:
  /// Nothing where no file was asked for.
  explicit ReadyFile(std::optional<std::string> path) : path_(std::move(path)) {}
  /// Removes its own, unless another has taken its place meanwhile.
  ~ReadyFile();
  ReadyFile(const ReadyFile&) = delete;
  ReadyFile& operator=(const ReadyFile&) = delete;

  /// Removes what stands there; on an error, a sentence. A pipe or a terminal is left, a link to
  /// one too; any other link is refused.
  std::string clear();
  /// Writes the file whole. On an error, a sentence.
  std::string write(const std::string& text);

 private:
  std::optional<std::string> path_;
  std::string text_;  // that was written
};

}  // namespace misproxy::app
