#include "proxy/field_lines.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "core/ascii.hpp"

namespace misproxy {
namespace {

constexpr std::array<std::string_view, 8> kOfOneConnection{
    "connection", "proxy-connection", "keep-alive",          "te",
    "trailer",    "upgrade",          "proxy-authorization", "http2-settings"};

constexpr std::array<std::string_view, 3> kOfTheMessage{"content-length", "transfer-encoding",
                                                        "host"};

std::string_view name_of(std::string_view line) { return line.substr(0, line.find(':')); }

std::vector<std::string> members_of(std::string_view list) {
  std::vector<std::string> members;
  while (!list.empty()) {
    const auto member = list.substr(0, list.find(','));
    list.remove_prefix(std::min(member.size() + 1, list.size()));
    if (const auto word = without_blanks(member); !word.empty())
      members.push_back(in_lower_case(word));
  }
  return members;
}

}  // namespace

FieldLines::FieldLines(std::string_view head) {
  head.remove_prefix(std::min(head.find('\n'), head.size() - 1) + 1);
  while (!head.empty()) {
    auto line = head.substr(0, head.find('\n'));
    head.remove_prefix(std::min(line.size() + 1, head.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) return;
    const bool continues = line.front() == ' ' || line.front() == '\t';
    if (!continues) {
      lines_.emplace_back(line);
    } else if (!lines_.empty()) {
      lines_.back().append(" ").append(without_blanks(line));
    }
  }
}

void FieldLines::remove(std::string_view name) {
  std::erase_if(lines_, [&](const auto& line) { return same_but_for_case(name_of(line), name); });
}

void FieldLines::remove_hop_by_hop() {
  std::vector<std::string> named;
  for (const auto value : values("connection")) {
    for (auto& member : members_of(value))
      named.push_back(std::move(member));
  }
  for (const auto& name : named) {
    if (std::ranges::find(kOfTheMessage, name) == kOfTheMessage.end()) remove(name);
  }
  for (const auto name : kOfOneConnection)
    remove(name);
}

bool FieldLines::has(std::string_view name) const {
  return std::ranges::any_of(
      lines_, [&](const auto& line) { return same_but_for_case(name_of(line), name); });
}

std::vector<std::string_view> FieldLines::values(std::string_view name) const {
  std::vector<std::string_view> found;
  for (const std::string_view line : lines_) {
    const auto key = name_of(line);
    if (same_but_for_case(key, name) && key.size() < line.size())
      found.push_back(without_blanks(line.substr(key.size() + 1)));
  }
  return found;
}

std::string FieldLines::text() const {
  std::string text;
  for (const auto& line : lines_)
    text.append(line).append("\r\n");
  return text + "\r\n";
}

}  // namespace misproxy
