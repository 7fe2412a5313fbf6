#include "app/prose.hpp"

#include <algorithm>
#include <sstream>

#include "app/capture_picture.hpp"

namespace misproxy::app {
namespace {

constexpr std::size_t kWidest = 96;
constexpr std::size_t kNarrowest = 20;

/// Letters as a terminal counts them, near enough: the first byte of each UTF-8 sequence.
std::size_t width(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

class Filled {
 public:
  Filled(std::size_t columns, std::string_view indent) : columns_(columns), indent_(indent) {}

  void add_word(const std::string& word) {
    if (!line_.empty() && width(indent_) + width(line_) + 1 + width(word) > columns_) end_line();
    if (!line_.empty()) line_ += ' ';
    line_ += word;
  }
  void end_line() {
    if (!line_.empty()) made_ += std::string(indent_) + line_ + "\n";
    line_.clear();
  }
  void add_line(std::string_view line) {
    end_line();
    made_ += line.empty() ? "\n" : std::string(indent_) + std::string(line) + "\n";
  }
  std::string take() {
    end_line();
    return std::move(made_);
  }

 private:
  std::size_t columns_;
  std::string_view indent_;
  std::string line_;
  std::string made_;
};

}  // namespace

std::size_t prose_columns() { return std::clamp(terminal_columns(), kNarrowest, kWidest); }

std::string prose(std::string_view text, std::size_t columns, std::string_view indent) {
  Filled filled(columns, indent);
  std::istringstream lines{std::string(text)};
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || line.starts_with(' ')) {
      filled.add_line(line);
      continue;
    }
    if (line.starts_with("- ")) filled.end_line();
    std::istringstream words(line);
    for (std::string word; words >> word;)
      filled.add_word(word);
  }
  return filled.take();
}

}  // namespace misproxy::app
