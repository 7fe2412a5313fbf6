#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace misproxy::app {

/// Where a command's outputs are to go, by flag, judged before any file is emptied or removed.
class OutputFiles {
 public:
  /// `-` is stdout; nothing where the flag was not given.
  void want(std::string_view flag, const std::optional<std::string>& path);

  /// One sentence where two outputs lead to one file, which would keep the last of them alone.
  /// Empty where all is well.
  std::string refuse_shared() const;
  /// The same where one is among the scenarios that were named: it would be that one's end.
  std::string refuse_scenarios(const std::vector<std::string>& scenarios) const;

 private:
  struct Output {
    std::string_view flag;
    std::string path;
  };
  std::vector<Output> wanted_;
};

/// True where two paths lead to one file, there or not, by whatever links; a device or a pipe may
/// be named twice.
bool is_one_file(const std::string& one, const std::string& other);

}  // namespace misproxy::app
