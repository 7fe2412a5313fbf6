#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/progress.hpp"

namespace misproxy::app {

/// Tells on a terminal how far large files have been read, by where the kernel says that this
/// process is in them; whoever reads them knows nothing of it.
class FileProgress {
 public:
  explicit FileProgress(const std::vector<std::string>& files);

 private:
  std::optional<Progress> progress_;
};

/// How many bytes into a file this process is, by any of its descriptors; 0 where it has none open.
std::uint64_t read_so_far(const std::string& file);

}  // namespace misproxy::app
