#include "support/golden.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "support/tree.hpp"

namespace misproxy::test {

void expect_golden(const std::string& name, const std::string& text) {
  const auto path = std::string(MISPROXY_SOURCE_DIR "/tests/golden/") + name;
  if (std::getenv("MISPROXY_REWRITE_GOLDEN") != nullptr) std::ofstream(path) << text;
  std::ostringstream golden;
  golden << std::ifstream(path).rdbuf();
  EXPECT_EQ(golden.str(), text) << path;
}

}  // namespace misproxy::test
