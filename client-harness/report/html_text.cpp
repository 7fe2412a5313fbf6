#include "report/html_text.hpp"

#include "core/utf8.hpp"

namespace misproxy {

std::string html_text(std::string_view text) {
  std::string out;
  for (const char c : visible(as_utf8(text))) {
    switch (c) {
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '&':
        out += "&amp;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

}  // namespace misproxy
