#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

namespace misproxy::anonymize {

/// Names that stand for others, in order of appearance, each as long as what it stands for.
///
/// Hosts go label by label, so that `*.example.com` still holds `www.example.com`; what the world
/// has in common stays: a top-level domain, `www`, and words for a part that somebody plays, such
/// as `proxy` or `root`.
class NamePseudonyms {
 public:
  /// `tools.cisco.com`, `proxy01`, `*.example.com`: without port.
  std::string of_host(std::string_view name);
  std::string of_user(std::string_view name);
  /// A piece of a path: a folder or a file, whose extension stays.
  std::string of_path_word(std::string_view word);

  /// Whether some text has said where a host, or a user, of this name stands.
  bool is_host(std::string_view name) const;
  bool is_user(std::string_view name) const;

  /// All originals are known: a pseudonym that is one of them gives way to another.
  void settle();

 private:
  using Table = std::map<std::string, std::string, std::less<>>;

  std::string label(std::string_view label);
  std::string known_or_fresh(Table& table, std::string_view name, std::string_view stem);
  std::string fresh(std::string_view stem, std::size_t length);

  Table labels_;  // all in lower case
  Table users_;
  Table words_;
  std::set<std::string, std::less<>> hosts_;
  std::set<std::string, std::less<>> used_;
  std::map<std::string, std::uint64_t> next_;  // by stem and length
};

/// A word for the part that somebody plays, which names nobody.
bool is_role(std::string_view word);
/// Of the public ones, and those that companies use within: `com`, `de`, `local`.
bool is_top_level_domain(std::string_view label);

}  // namespace misproxy::anonymize
