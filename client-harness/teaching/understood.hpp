#pragma once

#include <optional>
#include <string>
#include <vector>

namespace misproxy::teaching {

/// What a student's words mean: a verdict, or those that they may mean, the likeliest first; what
/// the truth is plays no part.
struct Understood {
  std::optional<std::string> verdict;
  std::vector<std::string> meant;
};

/// An id, a title, or words about it.
Understood understand(const std::string& words);

}  // namespace misproxy::teaching
