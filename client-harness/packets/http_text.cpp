#include "packets/http_text.hpp"

#include <algorithm>
#include <array>

namespace misproxy {
namespace {

constexpr std::size_t kLongestWord = 128;

constexpr std::array<std::string_view, 38> kMethods{"GET",
                                                    "PUT",
                                                    "COPY",
                                                    "HEAD",
                                                    "LOCK",
                                                    "MOVE",
                                                    "POLL",
                                                    "POST",
                                                    "BCOPY",
                                                    "BMOVE",
                                                    "MKCOL",
                                                    "TRACE",
                                                    "LABEL",
                                                    "MERGE",
                                                    "DELETE",
                                                    "SEARCH",
                                                    "UNLOCK",
                                                    "REPORT",
                                                    "UPDATE",
                                                    "NOTIFY",
                                                    "BDELETE",
                                                    "CONNECT",
                                                    "OPTIONS",
                                                    "CHECKIN",
                                                    "PROPFIND",
                                                    "CHECKOUT",
                                                    "CCM_POST",
                                                    "SUBSCRIBE",
                                                    "PROPPATCH",
                                                    "BPROPFIND",
                                                    "BPROPPATCH",
                                                    "UNCHECKOUT",
                                                    "MKACTIVITY",
                                                    "MKWORKSPACE",
                                                    "UNSUBSCRIBE",
                                                    "RPC_CONNECT",
                                                    "VERSION-CONTROL",
                                                    "BASELINE-CONTROL"};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_printable(char c) { return c >= ' ' && c <= '~'; }
bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

/// The first word of `text`, which then begins behind it and the blanks after it; empty where there
/// is no word, or where `cut` text ends with it.
std::string_view take_word(std::string_view& text, bool cut) {
  const auto* const stop = std::find_if(text.begin(), text.end(), is_space);
  const auto word = text.substr(0, static_cast<std::size_t>(stop - text.begin()));
  if (word.size() > kLongestWord || !std::all_of(word.begin(), word.end(), is_printable)) return {};
  if (cut && word.size() == text.size()) return {};
  text.remove_prefix(word.size());
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  return word;
}

bool is_method(std::string_view word) {
  return std::any_of(kMethods.begin(), kMethods.end(), [&](std::string_view method) {
    return std::equal(word.begin(), word.end(), method.begin(), method.end(),
                      [](char a, char b) { return upper(a) == b; });
  });
}

/// The first line without its end; not printable where something stands in it that is no text.
struct FirstLine {
  std::string_view text;
  bool printable = true;
};

FirstLine first_line(std::string_view payload) {
  std::size_t size = 0;
  while (size < payload.size() && (is_printable(payload[size]) || payload[size] == '\t'))
    ++size;
  FirstLine line{payload.substr(0, size)};
  const auto rest = payload.substr(size);
  line.printable = rest.empty() || rest.starts_with('\n') || rest.starts_with("\r\n");
  return line;
}

}  // namespace

bool begins_http(std::string_view payload, bool cut) {
  const auto word = take_word(payload, cut);
  if (word.empty()) return false;
  if (is_method(word)) return true;
  const auto status = take_word(payload, cut);
  return status.size() == 3 && std::all_of(status.begin(), status.end(), is_digit);
}

std::string http_text(std::string_view payload, bool cut) {
  if (!begins_http(payload, cut)) return "HTTP";
  const auto line = first_line(payload);
  const auto rest = payload.substr(line.text.size());
  if (cut && (rest.empty() || rest == "\r")) return "HTTP [|http]";
  if (!line.printable) return "HTTP";
  return "HTTP: " + std::string(line.text) + (rest.empty() ? " [|http]" : "");
}

}  // namespace misproxy
