#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "support/tree.hpp"

namespace misproxy::test {

inline std::string capture_folder() { return MISPROXY_SOURCE_DIR "/tests/captures"; }

/// The whole file, or nothing where there is none.
inline std::string file_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace misproxy::test
