// What the model of TCP answers in each situation of tests/oracle/situations, to be read as
// packetdrill's scripts are. That the kernel answers the same is what scripts/kernel-oracle shows.
// To write them anew:
//   MISPROXY_REWRITE_GOLDEN=1 build/release/tests/unit_tests --gtest_filter='Situations*'
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "oracle/virtual_host.hpp"
#include "support/tree.hpp"

namespace misproxy::oracle {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> situations() {
  std::vector<fs::path> found;
  for (const auto& entry :
       fs::directory_iterator(fs::path(MISPROXY_SOURCE_DIR) / "tests/oracle/situations")) {
    if (entry.path().extension() == ".txt") found.push_back(entry.path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::string text_of(const Played& played) {
  std::string text;
  for (const auto& answer : played.answers) {
    text += fmt::format("{:.1f} {}\n", std::chrono::duration<double, std::milli>(answer.at).count(),
                        answer.words);
  }
  for (const auto& told : played.told.value_or(std::vector<std::string>{}))
    text += fmt::format("told {}\n", told);
  return text;
}

std::string contents(const fs::path& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

class Situations : public testing::TestWithParam<fs::path> {};

TEST_P(Situations, AreAnsweredAsBefore) {
  const auto answers = text_of(play_virtual(read_situation(GetParam().string())));
  auto expected = GetParam();
  expected.replace_extension(".expected");
  if (std::getenv("MISPROXY_REWRITE_GOLDEN") != nullptr) std::ofstream(expected) << answers;
  EXPECT_EQ(answers, contents(expected));
}

INSTANTIATE_TEST_SUITE_P(Tcp, Situations, testing::ValuesIn(situations()), [](const auto& each) {
  auto name = each.param.stem().string();
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

TEST(ReadSituation, SaysWhichLineItCannotRead) {
  const auto path = fs::temp_directory_path() / fmt::format("situation-{}.txt", std::rand());
  std::ofstream(path) << "# a slip\n0 write many\n";
  try {
    read_situation(path.string());
    ADD_FAILURE() << "it was read";
  } catch (const std::exception& wrong) {
    EXPECT_EQ(wrong.what(), path.string() + ":2: a number is wanted");
  }
  fs::remove(path);
}

}  // namespace
}  // namespace misproxy::oracle
