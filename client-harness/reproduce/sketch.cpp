#include "reproduce/sketch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/utf8.hpp"

namespace misproxy::reproduce {
namespace {

constexpr std::size_t kWidest = 110;  // columns of a line with keys within

std::string escaped(unsigned char c) {
  switch (c) {
    case '\n':
      return "\\n";
    case '\r':
      return "\\r";
    case '\t':
      return "\\t";
    case '"':
      return "\\\"";
    case '\\':
      return "\\\\";
    default:
      return fmt::format("\\u{:04x}", c);
  }
}

std::string inline_value(const Key& key) {
  if (!key.value.empty()) return key.value;
  std::string text;
  for (const auto& each : key.inside)
    text += fmt::format("{}{} = {}", text.empty() ? "" : ", ", each.name, inline_value(each));
  return text.empty() ? "{}" : fmt::format("{{ {} }}", text);
}

/// Short ones in their line; what is long in a table of its own, behind them.
void write(std::string& text, const std::string& path, const std::vector<Key>& keys) {
  std::vector<const Key*> long_ones;
  for (const auto& key : keys) {
    const auto line = fmt::format("{} = {}\n", key.name, inline_value(key));
    if (key.inside.empty() || line.size() <= kWidest)
      text += line;
    else
      long_ones.push_back(&key);
  }
  for (const auto* key : long_ones) {
    const auto below = fmt::format("{}.{}", path, key->name);
    const auto& first = key->inside.front();
    const bool bare = key->inside.size() == 1 && !first.inside.empty() &&
                      fmt::format("{} = {}\n", first.name, inline_value(first)).size() > kWidest;
    if (!bare) text += fmt::format("\n[{}]\n", below);
    write(text, below, key->inside);
  }
}

std::size_t rank(std::string_view path) {
  constexpr std::array<std::string_view, 7> kOrder{"about", "network", "proxy", "origin",
                                                   "fault", "client",  "expect"};
  const auto* const found = std::ranges::find(kOrder, path.substr(0, path.find('.')));
  return static_cast<std::size_t>(found - kOrder.begin());
}

/// Numbers the parts, in their order, and keeps those that are not left out.
class Sieve {
 public:
  explicit Sieve(const std::set<std::size_t>* left_out) : left_out_(left_out) {}

  bool keeps(bool fixed) {
    if (fixed) return true;
    return !left_out_->contains(number_++);
  }
  /// The parts within something that is left out have numbers too.
  void pass(const std::vector<Key>& keys) {
    for (const auto& key : keys) {
      if (!key.fixed) ++number_;
      pass(key.inside);
    }
  }
  std::vector<Key> sift(const std::vector<Key>& keys) {
    std::vector<Key> kept;
    for (const auto& key : keys) {
      if (!keeps(key.fixed)) {
        pass(key.inside);
        continue;
      }
      kept.push_back({key.name, key.value, sift(key.inside), key.fixed});
    }
    return kept;
  }
  std::size_t number() const { return number_; }

 private:
  const std::set<std::size_t>* left_out_;
  std::size_t number_ = 0;
};

void find_in(std::vector<Key>& keys, std::string_view path, std::vector<Key*>& found) {
  const auto dot = path.find('.');
  for (auto& key : keys) {
    if (key.name != path.substr(0, dot)) continue;
    if (dot == std::string_view::npos)
      found.push_back(&key);
    else
      find_in(key.inside, path.substr(dot + 1), found);
  }
}

}  // namespace

std::string toml(std::string_view text) {
  std::string quoted = "\"";
  while (!text.empty()) {
    const auto first = static_cast<unsigned char>(text.front());
    const auto length = std::max<std::size_t>(1, utf8_sequence(text));
    const bool plain =
        length == 1 && first >= 0x20 && first < 0x7f && first != '"' && first != '\\';
    // C1 controls are two bytes of UTF-8, and some beyond turn the text around.
    if (plain)
      quoted += text.front();
    else if (length == 1 && first < 0x80)
      quoted += escaped(first);
    else
      quoted += '?';
    text.remove_prefix(length);
  }
  return quoted + '"';
}

std::string toml(const std::vector<std::string>& texts) {
  std::string all;
  for (const auto& each : texts)
    all += (all.empty() ? "" : ", ") + toml(each);
  return "[" + all + "]";
}

std::string toml(std::int64_t number) { return fmt::format("{}", number); }

std::string toml(bool truth) { return truth ? "true" : "false"; }

Key nested(std::string name, std::vector<Key> inside) {
  return {std::move(name), {}, std::move(inside), false};
}

Table& Table::set(std::string_view name, std::string value, bool stays) {
  return set(Key{std::string(name), std::move(value), {}, stays});
}

Table& Table::set(Key key) {
  const auto known = std::ranges::find(keys, key.name, &Key::name);
  if (known != keys.end())
    *known = std::move(key);
  else
    keys.push_back(std::move(key));
  return *this;
}

Table& Sketch::table(std::string_view path) {
  const auto known = std::ranges::find(tables_, path, &Table::path);
  if (known != tables_.end()) return *known;
  return tables_.emplace_back(Table{std::string(path)});
}

Table& Sketch::add(std::string path) { return tables_.emplace_back(Table{std::move(path), true}); }

std::vector<Key*> Sketch::find(std::string_view path) {
  std::vector<Key*> found;
  for (auto& table : tables_) {
    if (!path.starts_with(table.path) || path.size() <= table.path.size()) continue;
    if (path[table.path.size()] == '.')
      find_in(table.keys, path.substr(table.path.size() + 1), found);
  }
  return found;
}

std::size_t Sketch::parts() const {
  const std::set<std::size_t> none;
  Sieve sieve(&none);
  for (const auto& table : tables_) {
    (void)sieve.keeps(table.fixed);
    (void)sieve.sift(table.keys);
  }
  return sieve.number();
}

Sketch Sketch::without(const std::set<std::size_t>& left_out) const {
  Sieve sieve(&left_out);
  Sketch rest;
  for (const auto& table : tables_) {
    if (!sieve.keeps(table.fixed)) {
      sieve.pass(table.keys);
      continue;
    }
    auto keys = sieve.sift(table.keys);
    if (keys.empty() && !table.several) continue;
    rest.tables_.push_back({table.path, table.several, table.fixed, std::move(keys)});
  }
  return rest;
}

std::string Sketch::text() const {
  std::vector<const Table*> ordered;
  for (const auto& table : tables_) {
    if (!table.keys.empty()) ordered.push_back(&table);
  }
  std::ranges::stable_sort(ordered, {}, [](const Table* each) { return rank(each->path); });
  std::string text = "schema = 1\n";
  for (const auto* table : ordered) {
    text += fmt::format(fmt::runtime(table->several ? "\n[[{}]]\n" : "\n[{}]\n"), table->path);
    write(text, table->path, table->keys);
  }
  return text;
}

}  // namespace misproxy::reproduce
