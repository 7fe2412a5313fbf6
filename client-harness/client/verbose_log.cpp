#include "client/verbose_log.hpp"

namespace misproxy {

void VerboseLog::line(std::string_view mark, std::string_view text) {
  text_ += mark;
  for (const char c : text) {
    // What came from the other side may not draw on a terminal.
    const auto byte = static_cast<unsigned char>(c);
    text_ += byte < 0x20 && c != '\t' ? '?' : c;
  }
  text_ += '\n';
}

void VerboseLog::lines(std::string_view mark, std::string_view head) {
  while (!head.empty()) {
    const auto end = head.find('\n');
    auto one = head.substr(0, end);
    if (one.ends_with('\r')) one.remove_suffix(1);
    line(mark, one);
    if (end == std::string_view::npos) return;
    head.remove_prefix(end + 1);
  }
}

}  // namespace misproxy
