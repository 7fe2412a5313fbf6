#include "app/list_faults.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <boost/json.hpp>

#include "app/say.hpp"
#include "core/overloaded.hpp"
#include "scenario/fault_catalogue.hpp"
#include "scenario/json_schema.hpp"

namespace misproxy::app {
namespace {

namespace json = boost::json;
using Kind = KeyDescription::Kind;

std::string range_text(Range range) {
  if (range.most == Range{}.most) return fmt::format("from {} on", range.least);
  return fmt::format("{} to {}", range.least, range.most);
}

std::string kind_text(const KeyDescription& key) {
  switch (key.kind) {
    case Kind::text:
      return "a string";
    case Kind::number:
      return range_text(key.range);
    case Kind::share:
      return "above 0, at most 1";
    case Kind::truth:
      return "true or false";
    case Kind::word:
      return fmt::format("{}", fmt::join(key.words, ", "));
    case Kind::numbers:
      return fmt::format("a number {}, a range \"2..4\", or a list of both", range_text(key.range));
    case Kind::texts:
      return "an array of strings";
    case Kind::table:
    case Kind::one_of:
      return "a table";
    case Kind::tables:
      return "an array of tables";
  }
  return {};
}

std::string default_text(const KeyDescription::Default& standard) {
  return std::visit(
      Overloaded{[](std::monostate) { return std::string(); },
                 [](const std::string& text) { return fmt::format(" (\"{}\")", text); },
                 [](const auto& value) { return fmt::format(" ({})", value); }},
      standard);
}

std::string need_text(const KeyDescription& key) {
  if (key.required) return ", required";
  if (key.unless.empty()) return {};
  return fmt::format(", required without `{}`", fmt::join(key.unless, "` or `"));
}

void print_keys(const TableDescription& table, std::size_t indent) {
  for (const auto& key : table.keys) {
    print(fmt::format("{:{}}{:<18} {}{}{}\n", "", indent, key.key, kind_text(key),
                      default_text(key.standard), need_text(key)));
    for (const auto& help : key.helps)
      print(fmt::format("{:{}}{}\n", "", indent + 19, help));
    if (key.kind == Kind::table || key.kind == Kind::tables)
      print_keys(key.tables.front(), indent + 2);
  }
}

std::vector<std::string_view> words_of(const std::vector<Point>& points) {
  std::vector<std::string_view> words;
  for (const auto point : points)
    words.push_back(word(point));
  return words;
}

void print_text(const FaultCatalogue& all) {
  print("when: all that is given must hold\n");
  print_keys(all.when, 2);
  print("\nwhen.point, in the order in which a CONNECT passes them\n");
  for (const auto& at : all.points) {
    print(fmt::format("  {:<18} {}\n  {:<18} {}\n", word(at.point), at.sentence, "",
                      fmt::join(at.deeds, ", ")));
  }
  print("\ndo: one of\n");
  for (const auto& deed : all.deeds) {
    print(fmt::format("  {:<18} {}\n  {:<18} at {}\n", deed.table.word, deed.table.help, "",
                      fmt::join(words_of(deed.points), ", ")));
    print_keys(deed.table, 4);
  }
}

void print_json(const json::object& line) { print(json::serialize(line) + "\n"); }

json::array array_of(const std::vector<std::string_view>& words) {
  return json::array(words.begin(), words.end());
}

void print_json_lines(const FaultCatalogue& all) {
  for (const auto& key : all.when.keys)
    print_json({{"kind", "trigger"}, {"key", key.key}, {"schema", schema_of(key)}});
  for (const auto& at : all.points) {
    print_json({{"kind", "point"},
                {"point", word(at.point)},
                {"help", at.sentence},
                {"deeds", array_of(at.deeds)}});
  }
  for (const auto& deed : all.deeds) {
    print_json({{"kind", "deed"},
                {"deed", deed.table.word},
                {"help", deed.table.help},
                {"points", array_of(words_of(deed.points))},
                {"schema", schema_of(deed.table)}});
  }
}

}  // namespace

void list_faults(Format format) {
  const auto all = fault_catalogue();
  return format == Format::json ? print_json_lines(all) : print_text(all);
}

}  // namespace misproxy::app
