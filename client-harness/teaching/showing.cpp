#include "teaching/showing.hpp"

#include <algorithm>
#include <regex>
#include <sstream>

#include "core/ascii.hpp"

namespace misproxy::teaching {
namespace {

constexpr std::size_t kFewWords = 6;        // more is guessing
constexpr std::size_t kLongestLine = 1024;  // of what is longer, so much: std::regex recurses

bool holds(const std::string& line, const std::regex& pattern, std::smatch& match) {
  if (line.size() <= kLongestLine) return std::regex_search(line, match, pattern);
  return std::regex_search(line.begin(), line.begin() + kLongestLine, match, pattern);
}

std::size_t count_in(const std::vector<std::string>& lines, const std::regex& pattern) {
  std::smatch match;
  return static_cast<std::size_t>(std::ranges::count_if(
      lines, [&](const std::string& line) { return holds(line, pattern, match); }));
}

std::optional<std::string> captured_in(const std::vector<std::string>& lines,
                                       const std::regex& pattern, bool last) {
  std::optional<std::string> found;
  std::smatch match;
  for (const auto& line : lines) {
    if (!holds(line, pattern, match)) continue;
    found = match[1].str();
    if (!last) break;
  }
  return found;
}

/// In lower case, without what people put around a word, and without commas between digits.
std::string plain(std::string_view text) {
  std::string made;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const auto is_digit = [&](std::size_t at) {
      return at < text.size() && text[at] >= '0' && text[at] <= '9';
    };
    if (c == ',' && i > 0 && is_digit(i - 1) && is_digit(i + 1)) continue;
    if (c == '"' || c == '\'' || c == '`') continue;
    made += lower(c);
  }
  while (!made.empty() && (made.back() == '.' || made.back() == ' '))
    made.pop_back();
  return std::string(without_blanks(made));
}

std::string yes_or_no(const std::string& said) {
  if (said == "y" || said == "true") return "yes";
  if (said == "n" || said == "false") return "no";
  return said;
}

}  // namespace

const std::vector<std::string>& Showing::lines(Part part) const {
  switch (part) {
    case Part::output:
      return output;
    case Part::wire:
      return wire;
    case Part::verdict:
      return verdict;
  }
  return output;
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    auto line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.emplace_back(line);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

bool shows(const Showing& run, const Look& look) {
  return count_in(run.lines(look.in), std::regex(look.pattern)) > 0;
}

std::optional<std::string> answer_in(const std::vector<Showing>& runs, const Question& question) {
  const std::regex pattern(question.pattern());
  for (auto run = runs.rbegin(); run != runs.rend(); ++run) {
    const auto& lines = run->lines(question.in);
    const auto count = count_in(lines, pattern);
    if (question.holds) return count > 0 ? "yes" : "no";
    if (count == 0) continue;
    return question.count ? std::to_string(count) : captured_in(lines, pattern, question.last);
  }
  return std::nullopt;
}

bool is_answer(std::string_view said, std::string_view right) {
  const auto wanted = plain(right);
  const auto given = plain(said);
  if (given == wanted || yes_or_no(given) == wanted) return true;
  std::vector<std::string> words;
  std::istringstream stream(given);
  for (std::string word; stream >> word;)
    words.push_back(plain(word));
  return words.size() <= kFewWords && std::ranges::find(words, wanted) != words.end();
}

}  // namespace misproxy::teaching
