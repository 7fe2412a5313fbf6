#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace misproxy {

/// The header lines of a message on its way through a proxy.
class FieldLines {
 public:
  /// `head`: of a message, whole, its first line included; that one is none of them. A continued
  /// line becomes one (RFC 9112 section 5.2).
  explicit FieldLines(std::string_view head);

  void remove(std::string_view name);
  /// What is meant for this connection alone: Connection, what it names, and those that old proxies
  /// and clients know without being told. What frames the message stays, whoever names it. Source:
  /// RFC 9110 section 7.6.1.
  void remove_hop_by_hop();
  void add(std::string line) { lines_.push_back(std::move(line)); }
  void add_first(std::string line) { lines_.insert(lines_.begin(), std::move(line)); }

  bool has(std::string_view name) const;
  /// The values of every line of that name, without the blanks around them.
  std::vector<std::string_view> values(std::string_view name) const;
  /// Each with its end, and the empty line.
  std::string text() const;

 private:
  std::vector<std::string> lines_;
};

}  // namespace misproxy
