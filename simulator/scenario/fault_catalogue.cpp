#include "scenario/fault_catalogue.hpp"

#include <algorithm>

#include "fault/fault.hpp"

namespace misproxy {
namespace {

/// A visitor (core/fields.hpp) that says one word of one key: what a deed asks of a point depends
/// on its words, and on no number or text.
class SayWord {
 public:
  SayWord(std::string_view key, std::size_t index) : key_(key), index_(index) {}

  template <class T>
  void required(std::string_view key, T& value, Range = {}) {
    if (key == key_) say(value);
  }
  template <class T>
  void optional(std::string_view key, T& value, Range = {}) {
    required(key, value);
  }
  template <class T>
  void required_unless(std::initializer_list<std::string_view>, std::string_view key, T& value,
                       Range = {}) {
    required(key, value);
  }
  void check(std::string_view, bool, std::string_view) {}
  void check_together(std::string_view, bool, std::string_view) {}
  void warn(std::string_view, bool, std::string_view) {}

 private:
  template <WordEnum Enum>
  void say(Enum& value) {
    value = static_cast<Enum>(index_);
  }
  void say(bool& value) { value = index_ != 0; }
  template <class T>
  void say(T&) {}

  std::string_view key_;
  std::size_t index_;
};

template <class Deed>
bool can_act(const Deed& deed, const PointRow& row) {
  const auto asks = deed.asks(row.point);
  return (row.asks & asks) == asks;
}

std::size_t words_of(const KeyDescription& key) {
  return key.kind == KeyDescription::Kind::truth ? 2 : key.words.size();
}

template <class Deed>
bool may_act(const TableDescription& table, const PointRow& row) {
  if (can_act(Deed{}, row)) return true;
  return std::ranges::any_of(table.keys, [&](const KeyDescription& key) {
    for (std::size_t i = 0; i < words_of(key); ++i) {
      Deed deed;
      SayWord visitor(key.key, i);
      deed.visit(visitor);
      if (can_act(deed, row)) return true;
    }
    return false;
  });
}

bool is_for_faults(const PointRow& row) { return row.point <= When::kLastPoint; }

template <class Deed>
FaultCatalogue::DeedEntry entry_of() {
  FaultCatalogue::DeedEntry entry{describe<Deed>(), {}};
  for (const auto& row : kPointRows) {
    if (is_for_faults(row) && may_act<Deed>(entry.table, row)) entry.points.push_back(row.point);
  }
  return entry;
}

template <class... Deeds>
std::vector<FaultCatalogue::DeedEntry> entries_of(const std::variant<Deeds...>&) {
  return {entry_of<Deeds>()...};
}

}  // namespace

FaultCatalogue fault_catalogue() {
  FaultCatalogue all{describe<When>(), {}, entries_of(Deed{})};
  for (const auto& row : kPointRows) {
    if (!is_for_faults(row)) continue;
    auto& at = all.points.emplace_back(FaultCatalogue::AtPoint{row.point, row.sentence, {}});
    for (const auto& deed : all.deeds) {
      const bool there = std::ranges::find(deed.points, row.point) != deed.points.end();
      if (there) at.deeds.push_back(deed.table.word);
    }
  }
  return all;
}

}  // namespace misproxy
