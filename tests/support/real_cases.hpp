#pragma once

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "support/tree.hpp"

namespace misproxy::test {

/// Evidence of real programs, a folder a case.
inline const std::filesystem::path kCases =
    std::filesystem::path(MISPROXY_SOURCE_DIR) / "tests" / "captures";

inline std::vector<std::string> case_names() {
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(kCases)) {
    if (entry.is_directory()) names.insert(entry.path().filename().string());
  }
  return {names.begin(), names.end()};
}

inline std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace misproxy::test
