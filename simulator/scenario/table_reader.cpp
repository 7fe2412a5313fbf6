#include "scenario/table_reader.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <toml++/toml.h>

#include <algorithm>
#include <charconv>

#include "core/nearest.hpp"
#include "core/quantity.hpp"
#include "scenario/toml_document.hpp"

namespace misproxy {
namespace {

std::string quoted_list(std::span<const std::string_view> words) {
  std::vector<std::string> quoted;
  for (const auto w : words)
    quoted.push_back(fmt::format("`{}`", w));
  return fmt::format("{}", fmt::join(quoted, ", "));
}

std::string did_you_mean(std::string_view text, std::span<const std::string_view> words) {
  if (words.empty()) return "it has no keys";
  if (const auto close = nearest(text, words)) return fmt::format("did you mean `{}`?", *close);
  return fmt::format("one of {}", quoted_list(words));
}

const toml::table& as_table(const void* table) { return *static_cast<const toml::table*>(table); }

const toml::key* find_key(const toml::table& table, std::string_view name) {
  for (const auto& [key, node] : table) {
    if (key.str() == name) return &key;
  }
  return nullptr;
}

/// Of a value that should be a whole number: what would be right.
std::string number_hint(std::string_view key, const toml::node& node, Range range) {
  const auto unit = unit_of(key);
  std::string written;
  if (const auto* text = node.as_string()) written = text->get();
  if (const auto* number = node.as_floating_point()) written = fmt::format("{}", number->get());
  auto hint = what_to_write(written, unit, range.least, range.most);
  if (!hint.empty() || unit == Unit::none) return hint;
  if (range.most == Range{}.most)
    return fmt::format("at least {} ({})", range.least, words_of(unit));
  return fmt::format("from {} to {} ({})", range.least, range.most, words_of(unit));
}

/// Of a value that should be a share: `50%` is 0.5.
std::string share_hint(const toml::node& node) {
  const auto* text = node.as_string();
  if (text == nullptr) return {};
  const bool percent = text->get().ends_with('%');
  double number = 0;
  const auto* end = text->get().data() + text->get().size() - (percent ? 1 : 0);
  const auto [stop, error] = std::from_chars(text->get().data(), end, number);
  const double share = percent ? number / 100 : number;
  const bool good = error == std::errc{} && stop == end && share > 0.0 && share <= 1.0;
  return good ? fmt::format("write {}", share) : std::string();
}

std::string_view kind(const toml::node& node) {
  switch (node.type()) {
    case toml::node_type::table:
      return "a table";
    case toml::node_type::array:
      return "an array";
    case toml::node_type::string:
      return "a string";
    case toml::node_type::integer:
      return "a whole number";
    case toml::node_type::floating_point:
      return "a fraction";
    case toml::node_type::boolean:
      return "true or false";
    default:
      return "a date or time";
  }
}

}  // namespace

bool TableReader::has(std::string_view key) const { return as_table(table_).contains(key); }

std::size_t TableReader::problems() const {
  return document_->diagnostics_.size() + document_->unsaid_;
}

bool TableReader::is_damaged() const {
  return document_->is_damaged(as_table(table_).source().begin.line, name_.empty());
}

void TableReader::report_at(std::string_view key, std::string message, std::string hint) {
  const auto* found = find_key(as_table(table_), key);
  if (found == nullptr) return;
  const auto& source = found->source();
  const auto length =
      source.end.line == source.begin.line ? source.end.column - source.begin.column : 1;
  document_->report(source.begin.line, source.begin.column, length, std::move(message),
                    std::move(hint));
}

std::size_t TableReader::line_of(std::string_view key) const {
  return find_key(as_table(table_), key)->source().begin.line;
}

void TableReader::report_unreadable(std::string_view key, std::string message, std::string hint) {
  unreadable_.emplace_back(key);
  const auto& node = *as_table(table_).get(key);
  const auto& place = node.source();
  const bool shown = !node.is_table() && !node.is_array_of_tables() && place.begin.line != 0 &&
                     place.begin.line == place.end.line;
  if (!shown) return report_at(key, std::move(message), std::move(hint));
  document_->report(place.begin.line, place.begin.column, place.end.column - place.begin.column,
                    std::move(message), std::move(hint));
}

void TableReader::report_missing(std::string_view key) {
  if (is_damaged()) {  // it may stand in a line that could not be read
    ++document_->unsaid_;
    return;
  }
  const auto place = as_table(table_).source().begin;
  const auto where = name_.empty() ? std::string("the file") : fmt::format("[{}]", name_);
  document_->report(std::max<std::size_t>(place.line, 1), std::max<std::size_t>(place.column, 1), 1,
                    fmt::format("{} lacks `{}`", where, key));
}

void TableReader::check(std::string_view key, bool holds, std::string_view message) {
  const bool readable = std::find(unreadable_.begin(), unreadable_.end(), key) == unreadable_.end();
  if (holds || !readable || !has(key)) return;
  const auto* text = as_table(table_).get(key)->as_string();
  const auto found = text != nullptr ? fmt::format(" cannot be `{:.60}`", text->get()) : "";
  report_unreadable(key, fmt::format("`{}`{}: {}", key, found, message));
}

void TableReader::check_together(std::string_view key, bool holds, std::string_view message) {
  if (!holds && has(key)) together_.emplace_back(key, fmt::format("`{}`: {}", key, message));
}

void TableReader::warn(std::string_view key, bool holds, std::string_view message) {
  if (!holds && has(key)) warnings_.emplace_back(key, fmt::format("`{}`: {}", key, message));
}

void TableReader::warn_at(std::string_view key, std::string message) {
  const auto& place = find_key(as_table(table_), key)->source();
  const bool one_line = place.end.line == place.begin.line;
  document_->warn(place.begin.line, place.begin.column,
                  one_line ? place.end.column - place.begin.column : 1, std::move(message));
}

std::vector<std::string> TableReader::report_unknown() {
  std::vector<std::string> meant;
  const std::vector<std::string_view> known(known_.begin(), known_.end());
  for (const auto& [key, node] : as_table(table_)) {
    if (std::find(known.begin(), known.end(), key.str()) != known.end()) continue;
    const auto where = name_.empty() ? std::string{} : fmt::format(" in [{}]", name_);
    const auto& place = key.source();
    document_->report(
        place.begin.line, place.begin.column,
        place.end.line == place.begin.line ? place.end.column - place.begin.column : 1,
        fmt::format("unknown key `{}`{}", key.str(), where), did_you_mean(key.str(), known));
    if (const auto close = nearest(key.str(), known)) meant.emplace_back(*close);
  }
  return meant;
}

void TableReader::finish() {
  const auto misspelled = report_unknown();
  for (const auto& key : missing_) {
    const bool there = std::find(misspelled.begin(), misspelled.end(), key) != misspelled.end();
    if (!there) report_missing(key);
  }
  if (problems() > problems_before_) return;
  if (is_damaged()) {
    document_->unsaid_ += together_.size();
    return;
  }
  for (auto& [key, message] : together_)
    report_at(key, std::move(message));
  if (!together_.empty()) return;
  for (auto& [key, message] : warnings_)
    warn_at(key, std::move(message));
}

std::optional<std::size_t> TableReader::only_key(std::span<const std::string_view> words) {
  const auto& table = as_table(table_);
  std::optional<std::size_t> found;
  for (const auto& [key, node] : table) {
    note_key(key.str());
    const auto place = std::find(words.begin(), words.end(), key.str());
    if (place == words.end()) {
      report_at(key.str(), fmt::format("unknown word `{}` in [{}]", key.str(), name_),
                did_you_mean(key.str(), words));
    } else if (found) {
      report_at(key.str(), fmt::format("[{}] does one thing; `{}` is a second", name_, key.str()),
                "write a second fault");
    } else {
      found = static_cast<std::size_t>(place - words.begin());
    }
  }
  if (table.empty()) {
    const auto place = table.source().begin;
    document_->report(place.line, place.column, 1,
                      fmt::format("[{}] says nothing; one of {}", name_, quoted_list(words)));
  }
  return found;
}

std::optional<TableReader> TableReader::child(std::string_view key) {
  const auto name = name_.empty() ? std::string(key) : fmt::format("{}.{}", name_, key);
  const auto& node = *as_table(table_).get(key);
  if (const auto* table = node.as_table()) return TableReader(*document_, table, name);
  report_unreadable(key, fmt::format("`{}` is a table, not {}", key, kind(node)));
  return std::nullopt;
}

std::vector<TableReader> TableReader::children(std::string_view key) {
  std::vector<TableReader> found;
  const auto name = name_.empty() ? std::string(key) : fmt::format("{}.{}", name_, key);
  const auto& node = *as_table(table_).get(key);
  const auto* array = node.as_array();
  if (array != nullptr) {
    for (const auto& element : *array) {
      if (const auto* table = element.as_table()) found.push_back({*document_, table, name});
    }
  }
  if (array == nullptr || found.size() != array->size()) {
    report_unreadable(key,
                      fmt::format("`{}` is an array of tables, written [[{}]], not {}", key, name,
                                  array == nullptr ? kind(node) : "an array of other things"));
  }
  return found;
}

void TableReader::read(std::string_view key, std::string& value, Range) {
  const auto& node = *as_table(table_).get(key);
  if (const auto* text = node.as_string()) {
    value = text->get();
  } else {
    report_unreadable(key, fmt::format("`{}` is a string, not {}", key, kind(node)));
  }
}

void TableReader::read(std::string_view key, std::int64_t& value, Range range) {
  const auto& node = *as_table(table_).get(key);
  const auto* number = node.as_integer();
  if (number == nullptr) {
    return report_unreadable(key, fmt::format("`{}` is a whole number, not {}", key, kind(node)),
                             number_hint(key, node, range));
  }
  if (number->get() < range.least || number->get() > range.most) {
    const bool open = range.most == Range{}.most;
    return report_unreadable(
        key, fmt::format("`{}` is {}, but must be {}", key, number->get(),
                         range.least == range.most ? fmt::format("{}", range.least)
                         : open                    ? fmt::format("at least {}", range.least)
                                : fmt::format("from {} to {}", range.least, range.most)));
  }
  value = number->get();
}

void TableReader::read(std::string_view key, bool& value, Range) {
  const auto& node = *as_table(table_).get(key);
  const auto* truth = node.as_boolean();
  if (truth == nullptr) {
    return report_unreadable(key, fmt::format("`{}` is true or false, not {}", key, kind(node)));
  }
  value = truth->get();
}

void TableReader::fraction(std::string_view key, std::optional<double>& value) {
  note_key(key);
  if (!has(key)) return;
  const auto& node = *as_table(table_).get(key);
  const auto number = node.value<double>();
  if (!node.is_number() || !number || !(*number > 0.0 && *number <= 1.0)) {
    return report_unreadable(key, fmt::format("`{}` is a number above 0, at most 1", key),
                             share_hint(node));
  }
  value = *number;
}

void TableReader::read(std::string_view key, std::vector<std::string>& value, Range) {
  const auto* array = as_table(table_).get(key)->as_array();
  std::vector<std::string> texts;
  if (array != nullptr) {
    for (const auto& element : *array) {
      if (const auto* text = element.as_string()) texts.push_back(text->get());
    }
  }
  if (array == nullptr || texts.size() != array->size()) {
    return report_unreadable(key, fmt::format("`{}` is an array of strings", key));
  }
  value = std::move(texts);
}

void TableReader::read(std::string_view key, NumberSet& value, Range range) {
  const auto& node = *as_table(table_).get(key);
  NumberSet numbers;
  const auto take = [&](const toml::node& one) {
    std::optional<NumberSet::Span> span;
    if (const auto* number = one.as_integer()) {
      const bool inside = number->get() >= range.least && number->get() <= range.most;
      if (inside) span = NumberSet::Span{number->get(), number->get()};
    } else if (const auto* text = one.as_string()) {
      span = NumberSet::parse(text->get(), range.least);
      if (span && span->first > range.most) span.reset();
    }
    if (span) numbers.add(*span);
    return span.has_value();
  };
  const auto* array = node.as_array();
  bool good = array == nullptr ? take(node) : !array->empty();
  if (array != nullptr) {
    for (const auto& one : *array)
      good = take(one) && good;
  }
  if (good) {
    value = std::move(numbers);
    return;
  }
  report_unreadable(
      key, fmt::format("`{}` is a number from {} on, a range, or a list of both", key, range.least),
      "write 3, \"2..4\", \"5..\" or [1, \"5..\"]");
}

std::optional<std::size_t> TableReader::read_word(std::string_view key,
                                                  std::span<const std::string_view> words) {
  const auto& node = *as_table(table_).get(key);
  const auto* text = node.as_string();
  if (text == nullptr) {
    report_unreadable(
        key, fmt::format("`{}` is a word, not {}; one of {}", key, kind(node), quoted_list(words)));
    return std::nullopt;
  }
  const auto place = std::find(words.begin(), words.end(), text->get());
  if (place != words.end()) return static_cast<std::size_t>(place - words.begin());
  report_unreadable(key, fmt::format("`{}` cannot be `{}`", key, text->get()),
                    did_you_mean(text->get(), words));
  return std::nullopt;
}

}  // namespace misproxy
