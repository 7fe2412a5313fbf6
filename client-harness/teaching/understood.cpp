#include "teaching/understood.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <sstream>

#include "core/ascii.hpp"
#include "core/nearest.hpp"
#include "diagnose/lesson.hpp"

namespace misproxy::teaching {
namespace {

constexpr std::size_t kMostMeant = 3;

/// Letters and digits in lower case, what stands between them as one blank.
std::string words_only(std::string_view text) {
  std::string made;
  for (const char raw : text) {
    const char c = lower(raw);
    const bool is_word = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (is_word) {
      made += c;
    } else if (!made.empty() && made.back() != ' ') {
      made += ' ';
    }
  }
  if (made.ends_with(' ')) made.pop_back();
  return made;
}

std::set<std::string> word_set(std::string_view text) {
  static const std::set<std::string> kSaysNothing{"a",  "an", "the", "is",   "it", "of",
                                                  "to", "in", "and", "that", "by", "not"};
  std::set<std::string> words;
  std::istringstream stream(words_only(text));
  for (std::string word; stream >> word;) {
    if (!kSaysNothing.contains(word)) words.insert(word);
  }
  return words;
}

/// Words of one root: `denied` and `denies`, `closed` and `closes`.
bool same_root(const std::string& a, const std::string& b) {
  constexpr std::size_t kRoot = 4;
  if (a == b) return true;
  return a.size() >= kRoot && b.size() >= kRoot && a.substr(0, kRoot) == b.substr(0, kRoot);
}

std::size_t shared(const std::set<std::string>& said, const std::set<std::string>& known) {
  return static_cast<std::size_t>(std::ranges::count_if(said, [&](const std::string& word) {
    return std::ranges::any_of(known,
                               [&](const std::string& other) { return same_root(word, other); });
  }));
}

std::vector<std::string> by_words(const std::string& words) {
  const auto said = word_set(words);
  std::vector<std::pair<std::size_t, std::string>> found;
  for (const auto& lesson : diagnose::lessons()) {
    const auto known = word_set(fmt::format("{} {}", lesson.id, lesson.title));
    if (const auto count = shared(said, known); count > 0) found.emplace_back(count, lesson.id);
  }
  std::ranges::stable_sort(found, std::greater{}, [](const auto& each) { return each.first; });
  std::vector<std::string> meant;
  for (const auto& [count, id] : found) {
    if (meant.size() < kMostMeant) meant.push_back(id);
  }
  return meant;
}

}  // namespace

Understood understand(const std::string& words) {
  const auto said = words_only(words);
  std::vector<std::string_view> ids;
  for (const auto& lesson : diagnose::lessons()) {
    const auto plain_title = lesson.title.substr(0, lesson.title.find(": "));
    if (said == words_only(lesson.id) || said == words_only(lesson.title) ||
        said == words_only(plain_title))
      return {std::string(lesson.id), {}};
    ids.push_back(lesson.id);
  }
  Understood understood;
  auto dashed = said;
  std::ranges::replace(dashed, ' ', '-');
  if (const auto close = nearest(dashed, ids)) understood.meant.emplace_back(*close);
  for (auto& id : by_words(words)) {
    const bool is_new = std::ranges::find(understood.meant, id) == understood.meant.end();
    if (is_new && understood.meant.size() < kMostMeant) understood.meant.push_back(std::move(id));
  }
  return understood;
}

}  // namespace misproxy::teaching
