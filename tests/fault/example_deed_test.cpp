// What simulator/fault/README.md shows is what is built, and it works.
#include "fault/example_deed.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "fault/bend.hpp"
#include "scenario/description.hpp"
#include "scenario/toml_document.hpp"
#include "support/tree.hpp"

namespace misproxy {
namespace {

std::string contents(const std::filesystem::path& path) {
  std::ifstream file(std::filesystem::path(MISPROXY_SOURCE_DIR) / path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST(ExampleDeed, IsTheOneThatThePageShows) {
  const auto page = contents("simulator/fault/README.md");
  const std::string opening = "```cpp\n";
  const auto begin = page.find(opening);
  ASSERT_NE(begin, std::string::npos);
  const auto from = begin + opening.size();
  EXPECT_EQ(page.substr(from, page.find("```\n", from) - from),
            contents("tests/fault/example_deed.hpp"));
}

Shout read(std::string_view text, std::vector<Diagnostic>& problems) {
  TomlDocument document("x.toml", text);
  auto root = document.root();
  Shout shout;
  root.required(Shout::kWord, shout);
  root.finish();
  problems = document.take_diagnostics();
  return shout;
}

TEST(ExampleDeed, IsReadFromATableAndBendsAStream) {
  std::vector<Diagnostic> problems;
  const auto shout = read("shout = { bytes = 3 }", problems);
  ASSERT_TRUE(problems.empty()) << to_text(problems);
  const auto effect = shout.effect(Point::tunnel);
  Bends bends;
  bends.add(std::get<Bend>(effect), {1, "f", "a.test#1", 0});
  bends.put("hello", Instant{});
  EXPECT_EQ(bends.take(Instant{}), std::vector<std::string>{"HELlo"});
  EXPECT_TRUE(row_of(Point::tunnel).offers(Ask::stream));
}

TEST(ExampleDeed, SaysWhatIsWrongWithItsKeys) {
  std::vector<Diagnostic> problems;
  read("shout = { bytes = 0, loud = true }", problems);
  ASSERT_EQ(problems.size(), 2U);
  EXPECT_NE(to_text(problems).find("must be at least 1"), std::string::npos);
  const auto table = describe<Shout>();
  EXPECT_EQ(table.help, Shout::kHelp);
  EXPECT_TRUE(table.key("bytes")->required);
}

}  // namespace
}  // namespace misproxy
