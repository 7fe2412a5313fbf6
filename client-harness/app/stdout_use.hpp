#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "app/format.hpp"
#include "live/filled_file.hpp"

namespace misproxy::app {

/// `-` in the place of a path means stdout, which holds one thing: the first that wants it.
class StdoutUse {
 public:
  enum class Content { text, binary };

  void want(std::string_view flag, const std::optional<std::string>& path,
            Content content = Content::text);
  /// Of `--format json`: what a program reads is not moved away.
  void want(Format format);
  /// A folder cannot be written there.
  void refuse_folder(std::string_view flag, const std::optional<std::string>& path);

  /// One sentence where more than one thing wants it, or it cannot take what does; empty where all
  /// is well.
  const std::string& why() const { return why_; }
  /// By a `-`: what else is said belongs on stderr.
  bool taken() const { return by_path_; }

 private:
  void claim(std::string who);

  std::string owner_;
  std::string why_;
  bool by_path_ = false;
};

inline bool is_stdout(std::string_view path) { return path == "-"; }

/// Writes a whole file, or to stdout; on an error, a sentence with the path.
std::string write_output(const std::string& path, const std::string& text);
/// The same of what `fill` writes, which says whether it could.
std::string fill_output(const std::string& path, const live::Filling& fill);

}  // namespace misproxy::app
