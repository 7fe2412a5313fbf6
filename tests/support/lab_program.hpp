#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "support/process.hpp"
#include "support/served.hpp"
#include "support/tree.hpp"

namespace misproxy::test {

/// `misproxy lab SCENARIO -- COMMAND`, the command a line for the shell.
inline Finished lab(const std::string& scenario, const std::string& command,
                    const std::vector<std::string>& flags = {}) {
  std::vector<std::string> words{"lab", scenario};
  words.insert(words.end(), flags.begin(), flags.end());
  words.insert(words.end(), {"--", "sh", "-c", command});
  return misproxy(words);
}

/// What this machine lacks for a lab, in misproxy's own words; empty where there can be one.
inline const std::string& lacking() {
  static const std::string said = [] {
    const auto tried = lab("allow", "true");
    return tried.code == 3 ? tried.err : std::string();
  }();
  return said;
}

/// A machine without labs skips by name.
class InTheLab : public testing::Test {
 protected:
  void SetUp() override {
    if (!lacking().empty()) GTEST_SKIP() << lacking();
  }
};

/// Every network, mount and host-name namespace that some process of the machine is in.
inline std::set<std::string> namespaces() {
  std::set<std::string> all;
  std::error_code gone;
  for (const auto& process : std::filesystem::directory_iterator("/proc", gone)) {
    for (const auto* kind : {"net", "mnt", "uts"}) {
      std::error_code unreadable;
      const auto link = std::filesystem::read_symlink(process.path() / "ns" / kind, unreadable);
      if (!unreadable) all.insert(link.string());
    }
  }
  return all;
}

}  // namespace misproxy::test
