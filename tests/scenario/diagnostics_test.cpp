#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "core/draw.hpp"
#include "scenario/bundled.hpp"
#include "scenario/loader.hpp"
#include "support/tree.hpp"

namespace misproxy {
namespace {

namespace fs = std::filesystem;

const fs::path kInvalid = fs::path(MISPROXY_SOURCE_DIR) / "tests/scenario/invalid";

std::string contents(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

/// Each `x.toml` that must be refused has its diagnostics, word for word, in `x.expected` beside
/// it. MISPROXY_REWRITE_GOLDEN=1 writes them anew, to be read in the diff.
TEST(Diagnostics, AreWordForWordAsExpected) {
  int files = 0;
  for (const auto& entry : fs::directory_iterator(kInvalid)) {
    if (entry.path().extension() != ".toml") continue;
    ++files;
    const auto loaded = load_scenario(entry.path().filename().string(), contents(entry.path()));
    EXPECT_FALSE(loaded.problems.empty()) << entry.path();
    const auto text = to_text(loaded.problems);
    const auto expected = fs::path(entry.path()).replace_extension(".expected");
    if (std::getenv("MISPROXY_REWRITE_GOLDEN") != nullptr) std::ofstream(expected) << text;
    EXPECT_EQ(text, contents(expected)) << entry.path();
  }
  EXPECT_GE(files, 60);
}

/// A good file with one line changed: how many diagnostics, and on which lines.
std::vector<std::size_t> lines_of_problems(const std::string& text) {
  std::vector<std::size_t> lines;
  for (const auto& d : load_scenario("x.toml", text).problems)
    lines.push_back(d.line);
  return lines;
}

TEST(Diagnostics, OneMistakeMakesOne) {
  const std::vector<std::string> good{"schema = 1",
                                      "[about]",
                                      "id = 'x'",
                                      "title = 't'",
                                      "teaches = 'u'",
                                      "[[origin]]",
                                      "host = 'a.test'",
                                      "[[fault]]",
                                      "id = 'f'",
                                      "[fault.when]",
                                      "point = 'tunnel'",
                                      "direction = 'to_origin'",
                                      "offset_bytes = 5",
                                      "[fault.do.close]",
                                      "how = 'rst'",
                                      "[client]",
                                      "url = 'https://a.test'"};
  const auto with = [&](std::size_t line, const std::string& replacement) {
    auto lines = good;
    lines[line - 1] = replacement;
    std::string text;
    for (const auto& l : lines)
      text += l + "\n";
    return lines_of_problems(text);
  };
  using Lines = std::vector<std::size_t>;
  EXPECT_EQ(with(1, "schema = 1"), Lines{});
  EXPECT_EQ(with(1, "schema = 2"), Lines{1});
  EXPECT_EQ(with(1, "schma = 1"), Lines{1});
  EXPECT_EQ(with(3, "id = 3"), Lines{3});
  EXPECT_EQ(with(3, "id = 'No Id'"), Lines{3});
  EXPECT_EQ(with(4, "titel = 't'"), Lines{4});
  EXPECT_EQ(with(4, ""), Lines{2}) << "where [about] begins";
  EXPECT_EQ(with(4, "title = "), Lines{4});
  EXPECT_EQ(with(4, "title = 't"), Lines{4});
  EXPECT_EQ(with(4, "title 't'"), Lines{4});
  EXPECT_EQ(with(4, "title = \"\\q\""), Lines{4});
  EXPECT_EQ(with(7, "host = 'a b'"), Lines{7});
  EXPECT_EQ(with(7, "host = ['a.test'"), Lines{7}) << "where it opens";
  EXPECT_EQ(with(7, "host = 'a.test'\ntls = ['1.2'\n,"), Lines{8});
  EXPECT_EQ(with(7, "host = { a = 1,\nb = 2 }"), Lines{7});
  EXPECT_EQ(with(5, "teaches = \"\"\"\na\n\\q\nb\"\"\""), Lines{7});
  EXPECT_EQ(with(5, "teaches = \"\"\"\na\n\xff\"\"\""), Lines{7});
  EXPECT_EQ(with(5, "teaches = 'u'\nteaches = \"\"\"\nx\ny\n\"\"\""), Lines{6});
  EXPECT_EQ(with(6, "[[\xffrigin]]"), Lines{6});
  EXPECT_EQ(with(11, "point = tunnel"), Lines{11});
  EXPECT_EQ(with(12, "direction = to_origin"), Lines{12});
  EXPECT_EQ(with(13, "offset_bytes = 1\nflight_over_bytes = 2\nrecord = {}"), Lines{15});
  EXPECT_EQ(with(9, "id = 'f'\nid = 'g'"), Lines{10});
  EXPECT_EQ(with(11, "point = 'tunel'"), Lines{11});
  EXPECT_EQ(with(11, "point = 'run'"), Lines{11});
  EXPECT_EQ(with(11, "point = 'accept'"), (Lines{12, 13})) << "both lines have no meaning there";
  EXPECT_EQ(with(12, "direction = 'to_orign'"), Lines{12});
  EXPECT_EQ(with(12, ""), Lines{11});
  EXPECT_EQ(with(13, "offset_bytes = -1"), Lines{13});
  EXPECT_EQ(with(13, "ofset_bytes = 5"), Lines{13});
  EXPECT_EQ(with(13, "offset_bytes = '5'"), Lines{13});
  EXPECT_EQ(with(14, "[fault.do.clsoe]"), Lines{14});
  EXPECT_EQ(with(15, "how = 'no_close_notify'"), Lines{14});
  EXPECT_EQ(with(15, "hwo = 'rst'"), Lines{15});
  EXPECT_EQ(with(16, "[clinet]"), Lines{16});
  EXPECT_EQ(with(17, "url = 'ftp://a.test'"), Lines{17});
  EXPECT_EQ(with(17, "url = 'https://a.test' oops"), Lines{17});
}

TEST(Diagnostics, SyntaxErrorsDoNotHideWhatFollows) {
  const auto text = R"(schema = 1
[about]
id = 'x'
title = 't
teaches = 'u'
[[origin]
host = 'a.test'
[[origin]]
host = 'a.test'
prot = 1
[client]
url = 7
method = "GTE"
)";
  EXPECT_EQ(lines_of_problems(text), (std::vector<std::size_t>{4, 6, 10, 12, 13}));
}

TEST(Diagnostics, WhatOneTableLacksIsSaidWhereAnotherIsBroken) {
  EXPECT_EQ(lines_of_problems("schema = 1\n[about]\nid = 'x'\nteaches = 'u'\n"
                              "[[origin]]\nhost = 'a.test'\nport = x\n"),
            (std::vector<std::size_t>{2, 7}));
  EXPECT_EQ(lines_of_problems("schema = 1\norigin = []\n[about]\nid='x'\ntitle='t'\nteaches='u'\n"),
            (std::vector<std::size_t>{2}));
}

TEST(Diagnostics, LargeFilesAreReadInTheirTime) {
  std::string parts;
  for (int i = 0; i < 50'000; ++i)
    parts += "a.";
  EXPECT_FALSE(lines_of_problems(parts + "b = 1\n").empty());
  std::string keys;
  for (int i = 0; i < 20'000; ++i)
    keys += "key" + std::to_string(i) + " = 1\n";
  EXPECT_GE(lines_of_problems(keys).size(), 20'000U);
}

TEST(Diagnostics, CaretsStandUnderWhatTheyMean) {
  const auto loaded = load_scenario("x.toml",
                                    "schema = 1\n[about]\nid = 'x'\n\ttitle = 't'\nteaches = "
                                    "'ü'\nbogus = 1 # ü\n[[origin]]\nhost='a.test'\n");
  ASSERT_EQ(loaded.problems.size(), 1U);
  EXPECT_EQ(to_text(loaded.problems.front()),
            "x.toml:6:1: error: unknown key `bogus` in [about]\n"
            "    6 | bogus = 1 # ü\n"
            "      | ^~~~~ one of `id`, `title`, `teaches`, `article`\n");
}

TEST(Diagnostics, AnyBytesAreRefusedAndNoneCrash) {
  const std::string good(bundled_scenarios().front().text);
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    auto text = good;
    for (std::uint64_t i = 0; i < 3; ++i) {
      const auto at = draw(seed, "place", "", i) % text.size();
      text[at] = static_cast<char>(draw(seed, "byte", "", i));
      if (seed % 3 == 0) text.erase(at, draw(seed, "length", "", i) % 40);
    }
    const auto loaded = load_scenario("x.toml", text);
    for (const auto& d : loaded.problems) {
      ASSERT_GE(d.line, 1U);
      ASSERT_FALSE(d.message.empty());
      ASSERT_FALSE(to_text(d).empty());
    }
  }
  for (const auto* text :
       {"", "\n", "=", "[", "[[[", "\xff\xfe", "'''", "\"\"\"", "a = [", "a = {", "]"}) {
    EXPECT_FALSE(load_scenario("x.toml", text).problems.empty()) << text;
  }
}

}  // namespace
}  // namespace misproxy
