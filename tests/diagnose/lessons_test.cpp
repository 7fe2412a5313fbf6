// What `misproxy explain` teaches: every verdict has a lesson, and every lesson all its parts.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <sstream>

#include "diagnose/lesson.hpp"
#include "support/tree.hpp"

namespace misproxy::diagnose {
namespace {

constexpr std::size_t kWidth = 100;          // columns of a text
constexpr std::size_t kWidthOfPacket = 160;  // a line of tcpdump is as long as it is

std::vector<std::string> lines_of(std::string_view text) {
  std::istringstream stream{std::string(text)};
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);)
    lines.push_back(line);
  return lines;
}

bool is_packet(const std::string& line) { return line.starts_with("    "); }

std::string whole_file(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// Words of the rules that look like an id and are none.
const std::set<std::string> kOtherWords{"self-signed", "time-out"};

/// The ids that the rules name, as verdicts or as alternatives: whatever literal looks like one.
std::set<std::string> ids_in_rules() {
  const std::regex literal(R"re("([a-z0-9]+(?:-[a-z0-9]+)+)")re");
  std::set<std::string> ids;
  const std::filesystem::path folder = MISPROXY_SOURCE_DIR "/client-harness/diagnose/rules";
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    if (file.path().extension() != ".cpp") continue;
    const auto source = whole_file(file.path());
    for (std::sregex_iterator found(source.begin(), source.end(), literal), end; found != end;
         ++found) {
      if (!kOtherWords.contains((*found)[1])) ids.insert((*found)[1]);
    }
  }
  return ids;
}

TEST(Lessons, HaveAllTheirParts) {
  for (const auto& lesson : lessons()) {
    SCOPED_TRACE(lesson.id);
    for (const auto part :
         {lesson.title, lesson.blame, lesson.remedy, lesson.wire, lesson.causes, lesson.confirm})
      EXPECT_FALSE(part.empty());
    EXPECT_TRUE(lesson.remedy.ends_with(".") || lesson.remedy.ends_with("?")) << lesson.remedy;
  }
}

TEST(Lessons, ShowPacketsAsTcpdumpPrintsThem) {
  const std::regex packet(R"( {4}\d\d:\d\d:\d\d\.\d{6} IP [0-9.]+ > [0-9.]+: .*)");
  for (const auto& lesson : lessons()) {
    SCOPED_TRACE(lesson.id);
    const auto lines = lines_of(lesson.wire);
    EXPECT_GE(lines.size(), 3U);
    EXPECT_LE(lines.size(), 12U);
    EXPECT_GE(std::count_if(lines.begin(), lines.end(), is_packet), 1);
    for (const auto& line : lines) {
      EXPECT_TRUE(!is_packet(line) || std::regex_match(line, packet)) << line;
    }
  }
}

TEST(Lessons, ListCausesAndWaysToConfirm) {
  for (const auto& lesson : lessons()) {
    SCOPED_TRACE(lesson.id);
    for (const auto part : {lesson.causes, lesson.confirm}) {
      for (const auto& line : lines_of(part))
        EXPECT_TRUE(line.starts_with("- ") || line.starts_with("  ")) << line;
    }
  }
}

TEST(Lessons, FitOnAScreen) {
  for (const auto& lesson : lessons()) {
    SCOPED_TRACE(lesson.id);
    for (const auto part : {lesson.wire, lesson.causes, lesson.confirm}) {
      for (const auto& line : lines_of(part))
        EXPECT_LE(line.size(), is_packet(line) ? kWidthOfPacket : kWidth) << line;
    }
  }
}

TEST(Lessons, HaveIdsOfTheirOwn) {
  std::set<std::string_view> seen;
  const std::regex form("[a-z0-9]+(-[a-z0-9]+)*");
  for (const auto& lesson : lessons()) {
    EXPECT_TRUE(seen.insert(lesson.id).second) << lesson.id << " is there twice";
    EXPECT_TRUE(std::regex_match(std::string(lesson.id), form)) << lesson.id;
    EXPECT_EQ(find_lesson(lesson.id), &lesson);
  }
  EXPECT_EQ(find_lesson("no-such-verdict"), nullptr);
}

TEST(Lessons, AreThereForEveryVerdictOfTheRules) {
  const auto named = ids_in_rules();
  EXPECT_GT(named.size(), 40U) << "the rules are written in another way: this test finds no ids";
  for (const auto& id : named)
    EXPECT_NE(find_lesson(id), nullptr) << "client-harness/diagnose/lessons/ has no " << id;
}

}  // namespace
}  // namespace misproxy::diagnose
