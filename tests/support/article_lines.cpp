#include "support/article_lines.hpp"
#include "support/tree.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <regex>

namespace misproxy::test {
namespace {

std::optional<std::uint32_t> number_behind(const std::string& word, const std::string& text) {
  std::smatch found;
  if (!std::regex_search(text, found, std::regex("\\b" + word + " (\\d+)"))) return std::nullopt;
  return static_cast<std::uint32_t>(std::stoul(found[1]));
}

std::string role(const std::string& name) { return name == "fmc" ? "client" : name; }

ArticleLine read_line(const std::string& text) {
  static const std::regex form(
      R"((\d+):(\d+):(\d+\.\d+) IP (\w+)\.(\d+) > (\w+)\.(\d+): Flags \[([A-Z.]+)\](.*), )"
      R"(length (\d+)(?: \(([^)]+)\))?(?: # (.*))?)");
  ArticleLine line;
  line.text = text;
  std::smatch part;
  if (!std::regex_match(text, part, form)) return line;
  line.is_segment = true;
  line.at = std::stod(part[1]) * 3600 + std::stod(part[2]) * 60 + std::stod(part[3]);
  line.from = role(part[4]);
  line.from_port = static_cast<std::uint16_t>(std::stoul(part[5]));
  line.to = role(part[6]);
  line.to_port = static_cast<std::uint16_t>(std::stoul(part[7]));
  line.flags = part[8];
  const std::string numbers = part[9];
  line.seq = number_behind("seq", numbers);
  line.ack = number_behind("ack", numbers);
  line.win = number_behind("win", numbers);
  line.mss = number_behind("mss", numbers);
  line.length = static_cast<std::uint32_t>(std::stoul(part[10]));
  line.tls = part[11];
  line.remark = part[12];
  return line;
}

}  // namespace

std::vector<ArticleLine> read_article_lines(const std::vector<std::string>& lines) {
  std::vector<ArticleLine> read;
  for (const auto& text : lines)
    read.push_back(read_line(text));
  return read;
}

std::vector<ArticleLine> article_block(const std::string& name) {
  std::ifstream file(MISPROXY_SOURCE_DIR "/tests/capture/article/" + name + ".txt");
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);)
    lines.push_back(line);
  EXPECT_FALSE(lines.empty()) << name;
  return read_article_lines(lines);
}

}  // namespace misproxy::test
