#pragma once

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include "core/fields.hpp"
#include "core/number_set.hpp"
#include "core/time.hpp"
#include "core/words.hpp"

namespace misproxy {

struct TableDescription;

/// A key of a table: what may stand there.
struct KeyDescription {
  /// `numbers` is a NumberSet; `one_of` a table with exactly one of `tables` in it, by its word.
  enum class Kind { text, number, share, truth, word, numbers, texts, table, tables, one_of };
  using Default = std::variant<std::monostate, std::int64_t, bool, std::string>;

  std::string_view key;
  Kind kind = Kind::text;
  bool required = false;
  std::vector<std::string_view> unless;  // required where all of these are absent
  Range range;
  std::vector<std::string_view> words;
  std::vector<std::string_view> sentences;  // one a word, or none
  Default standard;                         // what counts where the key is absent
  std::vector<std::string> helps;           // what it means, and what is asked of it
  std::vector<TableDescription> tables;
};

/// A table: `word` and `help` where it is one of several.
struct TableDescription {
  std::string_view word;
  std::string_view help;
  std::vector<KeyDescription> keys;

  const KeyDescription* key(std::string_view name) const {
    const auto found = std::ranges::find(keys, name, &KeyDescription::key);
    return found == keys.end() ? nullptr : &*found;
  }
};

/// What a type that describes itself takes, from that description.
template <class T>
TableDescription describe();

/// A visitor (core/fields.hpp) of a value with its defaults, that notes what could be said.
class Describer {
 public:
  explicit Describer(TableDescription& table) : table_(table) {}

  template <class T>
  void required(std::string_view key, T& value, Range range = {}) {
    add(key, value, range).required = true;
  }
  template <class T>
  void optional(std::string_view key, T& value, Range range = {}) {
    note_default(add(key, value, range), value);
  }
  template <class T>
  void required_unless(std::initializer_list<std::string_view> others, std::string_view key,
                       T& value, Range range = {}) {
    add(key, value, range).unless = others;
  }
  void fraction(std::string_view key, std::optional<double>&) {
    add(key).kind = KeyDescription::Kind::share;
  }
  template <class... Alternatives>
  void one_of(std::string_view key, std::variant<Alternatives...>&) {
    auto& described = add(key);
    described.kind = KeyDescription::Kind::one_of;
    described.required = true;
    (described.tables.push_back(describe<Alternatives>()), ...);
  }
  /// What is asked of one key is help for who writes it.
  void check(std::string_view key, bool, std::string_view message) {
    const auto found = std::ranges::find(table_.keys, key, &KeyDescription::key);
    if (found != table_.keys.end()) found->helps.emplace_back(message);
  }
  void check_together(std::string_view, bool, std::string_view) {}
  void warn(std::string_view, bool, std::string_view) {}

 private:
  using Kind = KeyDescription::Kind;

  KeyDescription& add(std::string_view key) {
    table_.keys.emplace_back().key = key;
    return table_.keys.back();
  }
  template <class T>
  KeyDescription& add(std::string_view key, const T& value, Range range) {
    auto& described = add(key);
    described.range = range;
    note_kind(described, value);
    return described;
  }

  static void note_kind(KeyDescription& key, const std::string&) { key.kind = Kind::text; }
  static void note_kind(KeyDescription& key, std::int64_t) { key.kind = Kind::number; }
  static void note_kind(KeyDescription& key, Milliseconds) { key.kind = Kind::number; }
  static void note_kind(KeyDescription& key, bool) { key.kind = Kind::truth; }
  static void note_kind(KeyDescription& key, const NumberSet&) { key.kind = Kind::numbers; }
  static void note_kind(KeyDescription& key, const std::vector<std::string>&) {
    key.kind = Kind::texts;
  }
  template <WordEnum Enum>
  static void note_kind(KeyDescription& key, Enum) {
    key.kind = Kind::word;
    for (std::size_t i = 0; i < WordsOf<Enum>::words.size(); ++i) {
      if (static_cast<std::int64_t>(i) > key.range.most) break;
      key.words.push_back(WordsOf<Enum>::words.at(i));
      const std::span<const std::string_view> sentences(SentencesOf<Enum>::sentences);
      if (!sentences.empty()) key.sentences.push_back(sentences[i]);
    }
  }
  template <class T>
  static void note_kind(KeyDescription& key, const std::optional<T>&) {
    note_kind(key, T{});
  }
  template <class T>
  requires requires(T& t, Describer& d) { t.visit(d); }
  static void note_kind(KeyDescription& key, const T&) {
    key.kind = Kind::table;
    key.tables.push_back(describe<T>());
  }
  template <class T>
  requires requires(T& t, Describer& d) { t.visit(d); }
  static void note_kind(KeyDescription& key, const std::vector<T>&) {
    key.kind = Kind::tables;
    key.tables.push_back(describe<T>());
  }

  template <class T>
  static void note_default(KeyDescription&, const T&) {}
  static void note_default(KeyDescription& key, std::int64_t value) { key.standard = value; }
  static void note_default(KeyDescription& key, bool value) { key.standard = value; }
  static void note_default(KeyDescription& key, Milliseconds value) {
    key.standard = static_cast<std::int64_t>(value.count());
  }
  static void note_default(KeyDescription& key, const std::string& value) {
    if (!value.empty()) key.standard = value;
  }
  template <WordEnum Enum>
  static void note_default(KeyDescription& key, const Enum& value) {
    key.standard = std::string(word(value));
  }

  TableDescription& table_;
};

template <class T>
TableDescription describe() {
  TableDescription table;
  if constexpr (requires { T::kWord; }) table.word = T::kWord;
  if constexpr (requires { T::kHelp; }) table.help = T::kHelp;
  T value{};
  Describer describer(table);
  value.visit(describer);
  if constexpr (requires { T::kHelps; }) {
    for (auto& key : table.keys) {
      const auto help = std::ranges::find(T::kHelps, key.key, &KeyHelp::key);
      if (help != T::kHelps.end()) key.helps.emplace(key.helps.begin(), help->help);
    }
  }
  return table;
}

}  // namespace misproxy
