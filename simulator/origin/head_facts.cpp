#include "origin/head_facts.hpp"

#include <charconv>

namespace misproxy {
namespace {

constexpr std::string_view kLineEnd = "\r\n";

/// Of `HTTP/1.1 200 OK`; 0 where there is none.
std::int64_t status_of(std::string_view line) {
  const auto space = line.find(' ');
  if (!line.starts_with("HTTP/") || space == std::string_view::npos) return 0;
  line.remove_prefix(space + 1);
  std::int64_t status = 0;
  std::from_chars(line.data(), line.data() + line.size(), status);
  return status;
}

}  // namespace

std::optional<std::size_t> end_of_head(std::string_view bytes) {
  constexpr std::string_view kEnd = "\r\n\r\n";
  const auto at = bytes.find(kEnd);
  if (at == std::string_view::npos) return std::nullopt;
  return at + kEnd.size();
}

void take_facts(std::string_view head, ConnectionFacts& facts) {
  facts.status = 0;
  facts.headers.clear();
  while (!head.empty()) {
    const auto line = head.substr(0, head.find(kLineEnd));
    head.remove_prefix(std::min(head.size(), line.size() + kLineEnd.size()));
    if (facts.status == 0) {
      facts.status = status_of(line);
      if (facts.status == 0) return;
    } else if (!line.empty()) {
      facts.headers.emplace_back(line);
    }
  }
}

}  // namespace misproxy
