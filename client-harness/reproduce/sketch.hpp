#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace misproxy::reproduce {

/// A key of a scenario: its value as TOML spells it, or keys within.
///
/// `fixed`: what the file cannot do without, or what a real client sees although no run in the
/// virtual world does.
struct Key {
  std::string name;
  std::string value;
  std::vector<Key> inside{};
  bool fixed = false;
};

/// Values as TOML spells them. A text may hold any bytes that are UTF-8: what a terminal or a
/// reader of the file could mistake is escaped.
std::string toml(std::string_view text);
std::string toml(const std::vector<std::string>& texts);
std::string toml(std::int64_t number);
std::string toml(bool truth);
inline std::string toml(const char* text) { return toml(std::string_view(text)); }

/// A key with others within: `when = { point = "tunnel" }`.
Key nested(std::string name, std::vector<Key> inside);

/// `[client]`, or, of several, `[[fault]]`.
struct Table {
  std::string path;
  bool several = false;
  bool fixed = false;
  std::vector<Key> keys{};

  /// Puts the value in the place of another of that name, or behind all.
  Table& set(std::string_view name, std::string value, bool stays = false);
  Table& set(Key key);
};

/// A scenario as parts that can be left out one by one, to be written as a file.
class Sketch {
 public:
  /// The one of that path; made where there is none.
  Table& table(std::string_view path);
  /// One more of that path.
  Table& add(std::string path);
  /// The keys of this path that are there: `fault.when.offset_bytes`.
  std::vector<Key*> find(std::string_view path);

  /// How many parts there are that are not fixed: keys, and keys and tables with all within.
  std::size_t parts() const;
  /// Without those parts.
  Sketch without(const std::set<std::size_t>& left_out) const;
  /// As a file, its tables in the order of the library's.
  std::string text() const;

 private:
  std::deque<Table> tables_;
};

}  // namespace misproxy::reproduce
