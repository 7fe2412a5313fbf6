#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "core/fields.hpp"
#include "core/number_set.hpp"
#include "core/time.hpp"
#include "core/words.hpp"
#include "scenario/diagnostic.hpp"

namespace misproxy {

class TomlDocument;

/// Reads one TOML table into a value that describes itself (core/fields.hpp), and collects a
/// diagnostic for all that is wrong in it. Wrong values leave the member as it was, so that reading
/// goes on.
class TableReader {
 public:
  template <class T>
  void required(std::string_view key, T& value, Range range = {}) {
    note_key(key);
    if (!has(key)) return note_missing(key);
    read(key, value, range);
  }

  template <class T>
  void optional(std::string_view key, T& value, Range range = {}) {
    note_key(key);
    if (has(key)) read(key, value, range);
  }

  /// Required, unless the table has one of `others`.
  template <class T>
  void required_unless(std::initializer_list<std::string_view> others, std::string_view key,
                       T& value, Range range = {}) {
    const bool has_other = std::ranges::any_of(others, [&](auto other) { return has(other); });
    if (has_other) return optional(key, value, range);
    required(key, value, range);
  }

  /// A share: above 0, at most 1.
  void fraction(std::string_view key, std::optional<double>& value);

  /// Reports at `key`, where the table has it and its value could be read, unless `holds`.
  void check(std::string_view key, bool holds, std::string_view message);
  /// The same for what several keys decide together: reported only where nothing else in this table
  /// and its children is wrong, so that one mistake makes one diagnostic.
  void check_together(std::string_view key, bool holds, std::string_view message);

  /// Warns at `key` unless `holds`, where nothing in this table and its children is wrong.
  void warn(std::string_view key, bool holds, std::string_view message);
  /// Warns at a key of the table.
  void warn_at(std::string_view key, std::string message);

  /// A sub-table `key` with exactly one table in it, whose name is the `kWord` of one alternative
  /// of the variant, and describes that.
  template <class... Alternatives>
  void one_of(std::string_view key, std::variant<Alternatives...>& value) {
    static constexpr std::array words{Alternatives::kWord...};
    note_key(key);
    if (!has(key)) return note_missing(key);
    auto table = child(key);
    if (!table) return;
    const auto index = table->only_key(words);
    if (!index) return;
    std::size_t i = 0;
    ((i++ == *index ? table->required(words[*index], value.template emplace<Alternatives>())
                    : void()),
     ...);
  }

  /// The sub-table `key`, or nothing, with the reason reported. Its keys are checked by `finish`.
  std::optional<TableReader> child(std::string_view key);
  /// The index among `words` of the one key that this table has, or nothing, with the reason
  /// reported.
  std::optional<std::size_t> only_key(std::span<const std::string_view> words);
  /// Names a key that may stand in this table.
  void note_key(std::string_view key) { known_.emplace_back(key); }
  bool has(std::string_view key) const;
  void report_at(std::string_view key, std::string message, std::string hint = {});
  /// Of a key that this table has.
  std::size_t line_of(std::string_view key) const;
  /// The tables of the array `key`; what is no table is reported.
  std::vector<TableReader> children(std::string_view key);
  /// Reports every key that nobody asked for, and every required one that is absent and not just
  /// misspelled. Call once, last.
  void finish();

 private:
  friend class TomlDocument;
  TableReader(TomlDocument& document, const void* table, std::string name)
      : document_(&document), table_(table), name_(std::move(name)), problems_before_(problems()) {}

  void note_missing(std::string_view key) { missing_.emplace_back(key); }
  void report_missing(std::string_view key);
  void report_unreadable(std::string_view key, std::string message, std::string hint = {});
  std::vector<std::string> report_unknown();

  void read(std::string_view key, std::string& value, Range);
  void read(std::string_view key, std::int64_t& value, Range range);
  void read(std::string_view key, bool& value, Range);
  void read(std::string_view key, std::vector<std::string>& value, Range);
  void read(std::string_view key, NumberSet& value, Range range);
  std::optional<std::size_t> read_word(std::string_view key,
                                       std::span<const std::string_view> words);
  void read(std::string_view key, Milliseconds& value, Range range) {
    std::int64_t count = value.count();
    read(key, count, range);
    value = Milliseconds{count};
  }

  /// A range leaves out the enumerators behind its end.
  template <WordEnum Enum>
  void read(std::string_view key, Enum& value, Range range) {
    const std::span<const std::string_view> all(WordsOf<Enum>::words);
    const auto last = std::min(static_cast<std::int64_t>(all.size()) - 1, range.most);
    const auto words = all.first(static_cast<std::size_t>(last) + 1);
    if (const auto index = read_word(key, words)) value = static_cast<Enum>(*index);
  }

  template <class T>
  void read(std::string_view key, std::optional<T>& value, Range range) {
    T inner{};
    const auto before = problems();
    read(key, inner, range);
    if (problems() == before) value = std::move(inner);
  }

  template <class T>
  requires requires(T& t, TableReader& r) { t.visit(r); }
  void read(std::string_view key, T& value, Range) {
    if (auto table = child(key)) {
      read_into(*table, value);
      table->finish();
    }
  }

  template <class T>
  requires std::is_class_v<T>
  void read(std::string_view key, std::vector<T>& values, Range) {
    for (auto& table : children(key)) {
      read_into(table, values.emplace_back());
      table.finish();
    }
  }

  template <class T>
  requires requires(T& t, TableReader& r) { t.visit(r); }
  static void read_into(TableReader& table, T& value) {
    table.problems_before_ = table.problems();
    value.visit(table);
  }

  std::size_t problems() const;
  /// Lines of this table could not be read.
  bool is_damaged() const;

  TomlDocument* document_;
  const void* table_;            // a toml::table; the type stays in the files that know toml++
  std::string name_;             // as in a header, `fault.when`; empty for the file itself
  std::size_t problems_before_;  // in the document, when the reading of this table began
  std::vector<std::string> known_;
  std::vector<std::string> missing_;
  std::vector<std::string> unreadable_;
  using Remarks = std::vector<std::pair<std::string, std::string>>;  // key and message
  Remarks together_;                                                 // if nothing else is wrong
  Remarks warnings_;                                                 // the same
};

}  // namespace misproxy
