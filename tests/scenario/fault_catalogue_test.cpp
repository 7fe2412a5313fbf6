#include "scenario/fault_catalogue.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "fault/when.hpp"
#include "support/tree.hpp"

namespace misproxy {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Not;
using Words = std::set<std::string, std::less<>>;

const FaultCatalogue::DeedEntry& deed(const FaultCatalogue& all, std::string_view word) {
  for (const auto& each : all.deeds) {
    if (each.table.word == word) return each;
  }
  throw std::out_of_range(std::string(word));
}

TEST(FaultCatalogue, KnowsWhereEachDeedMayAct) {
  const auto all = fault_catalogue();
  EXPECT_THAT(deed(all, "drop").points, ElementsAre(Point::path, Point::lookup));
  EXPECT_THAT(deed(all, "resolve-failure").points, ElementsAre(Point::resolve));
  EXPECT_THAT(deed(all, "close").points, Contains(Point::path)) << "with `how = \"rst\"`";
  EXPECT_THAT(deed(all, "respond").points, Not(Contains(Point::tunnel)));
  for (const auto& at : all.points) {
    EXPECT_FALSE(at.deeds.empty()) << word(at.point);
    EXPECT_NE(at.point, Point::run);
  }
  for (const auto& each : all.deeds) {
    EXPECT_FALSE(each.points.empty()) << each.table.word;
    EXPECT_FALSE(each.table.help.empty()) << each.table.word;
  }
}

template <class T>
void has_a_help_for_each_key() {
  Words described;
  Words helped;
  for (const auto& key : describe<T>().keys)
    described.emplace(key.key);
  for (const auto& help : T::kHelps)
    helped.emplace(help.key);
  EXPECT_EQ(described, helped);
}

TEST(FaultCatalogue, EveryTriggerHasItsHelp) {
  has_a_help_for_each_key<When>();
  has_a_help_for_each_key<RecordTrigger>();
  has_a_help_for_each_key<SegmentTrigger>();
}

/// The words in code of a text.
Words words_in(std::string_view text) {
  Words words;
  for (auto at = text.find('`'); at != std::string_view::npos; at = text.find('`', at + 1)) {
    const auto end = text.find('`', at + 1);
    if (end == std::string_view::npos) break;
    words.emplace(text.substr(at + 1, end - at - 1));
    at = end;
  }
  return words;
}

using Row = std::pair<Words, std::string>;

/// The rows of the README's table under this head: the words of the first cell, and the rest.
std::vector<Row> table_of(std::string_view head) {
  std::ifstream file(std::filesystem::path(MISPROXY_SOURCE_DIR) / "scenarios/README.md");
  std::vector<Row> rows;
  const auto opening = "| `" + std::string(head) + "` |";
  bool in_table = false;
  bool is_meant = false;
  for (std::string line; std::getline(file, line);) {
    const bool is_head = !in_table && line.starts_with("| ");
    in_table = line.starts_with('|');
    if (is_head) is_meant = line.starts_with(opening);
    if (is_head || !in_table || !is_meant || line.starts_with("| ---")) continue;
    const auto cell = line.find(" | ");
    rows.emplace_back(words_in(line.substr(0, cell)), line.substr(cell));
  }
  return rows;
}

Words first_cells(const std::vector<Row>& rows) {
  Words all;
  for (const auto& [words, rest] : rows)
    all.insert(words.begin(), words.end());
  return all;
}

TEST(FaultCatalogue, TheReferenceNamesAllOfItAndNothingElse) {
  const auto all = fault_catalogue();
  Words points;
  Words keys;
  Words deeds;
  for (const auto& at : all.points)
    points.emplace(word(at.point));
  for (const auto& key : all.when.keys)
    keys.emplace(key.key);
  for (const auto& each : all.deeds)
    deeds.emplace(each.table.word);
  EXPECT_EQ(first_cells(table_of("point")), points);
  EXPECT_EQ(first_cells(table_of("when")), keys);
  EXPECT_EQ(first_cells(table_of("do")), deeds);
}

TEST(FaultCatalogue, TheReferenceNamesEveryKeyOfADeed) {
  const auto all = fault_catalogue();
  for (const auto& [deeds, meaning] : table_of("do")) {
    for (const auto& name : deeds) {
      for (const auto& key : deed(all, name).table.keys) {
        const auto named = "`" + std::string(key.key);
        EXPECT_NE(meaning.find(named), std::string::npos) << name << " " << key.key;
      }
    }
  }
}

TEST(FaultCatalogue, TheReferenceNamesEveryKeyOfRecordsAndSegments) {
  const auto all = fault_catalogue();
  for (const auto& [keys, meaning] : table_of("when")) {
    for (const auto& table : all.when.key(*keys.begin())->tables) {
      for (const auto& inner : table.keys)
        EXPECT_NE(meaning.find(inner.key), std::string::npos) << inner.key;
    }
  }
}

}  // namespace
}  // namespace misproxy
