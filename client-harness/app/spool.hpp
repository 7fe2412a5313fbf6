#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "live/files.hpp"

namespace misproxy::app {

/// Text that is wanted only once all of it is there: the first MiB in memory, the rest in a file
/// without a name, in TMPDIR or /tmp.
class Spool {
 public:
  static constexpr std::size_t kInMemory = 1 << 20;

  void add(std::string_view text);
  /// Gives all of it, in pieces; false where one was not taken, or could not be read again.
  bool give(const std::function<bool(std::string_view piece)>& take);
  /// The same, line by line, without their ends.
  bool give_lines(const std::function<bool(std::string_view line)>& take);
  /// Why something could not be kept, in a sentence; empty where all was.
  const std::string& why() const { return why_; }

 private:
  void put_aside();

  std::string recent_;  // behind what is in the file
  std::unique_ptr<live::File> file_;
  std::string why_;
};

}  // namespace misproxy::app
