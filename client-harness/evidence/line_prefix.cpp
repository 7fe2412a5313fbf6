#include "evidence/line_prefix.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <functional>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "evidence/recognize.hpp"
#include "evidence/text_line.hpp"

namespace misproxy::evidence {
namespace {

constexpr std::size_t kPrefixLooked = 256 * 1024;  // bytes in which a prefix has to show
constexpr std::size_t kLayers = 4;                 // a numbered, quoted, indented text has three

std::size_t indentation(std::string_view line) {
  return std::min(line.find_first_not_of(" \t"), line.size());
}

/// The lines of the beginning that hold anything.
std::vector<std::string_view> looked_at(std::string_view text) {
  std::vector<std::string_view> lines;
  LineReader reader(text.substr(0, kPrefixLooked));
  while (const auto line = reader.next()) {
    if (!trimmed(line->text).empty()) lines.push_back(line->text);
  }
  return lines;
}

bool nearly_all(std::size_t some, std::size_t all) { return some > 0 && some * 10 >= all * 9; }

// --- each gives the length of its prefix in a line, or 0

std::size_t quote_mark(std::string_view line) {
  if (!line.starts_with('>') && !line.starts_with('|')) return 0;
  return line.size() > 1 && line[1] == ' ' ? 2 : 1;
}

bool is_clock(std::string_view word) {
  constexpr std::string_view kForm = "00:00:00";
  if (word.size() < kForm.size()) return false;
  for (std::size_t i = 0; i < kForm.size(); ++i) {
    if (kForm[i] == ':' ? word[i] != ':' : !is_digit(word[i])) return false;
  }
  return true;
}

struct Numbered {
  std::uint64_t number = 0;
  std::size_t length = 0;
};

/// `     1\t`, `  1  `, `1: `, `1:`.
std::optional<Numbered> line_number(std::string_view line) {
  auto rest = line.substr(indentation(line));
  const auto number = take_number(rest);
  if (!number) return std::nullopt;
  const bool marked = take(rest, ":") || take(rest, "|");
  const bool apart = rest.empty() || is_blank(rest.front());
  // Of `10:59:59.123456`, the hour is no number of a line.
  if (!apart && (!marked || (is_digit(rest.front()) && !is_clock(rest)))) return std::nullopt;
  if (!take(rest, "\t") && take(rest, " ") && !marked) take(rest, " ");
  return Numbered{*number, line.size() - rest.size()};
}

std::size_t number_mark(std::string_view line) {
  const auto numbered = line_number(line);
  return numbered ? numbered->length : 0;
}

/// `Nov 23 17:00:01 host prog[123]: `, `2026-11-23T17:00:01.123456+00:00 host prog: `.
std::size_t syslog_head(std::string_view line) {
  constexpr std::string_view kMonths = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec";
  auto rest = line.substr(0, 400);
  const auto shown = rest.size();
  const auto first = take_word(rest);
  if (first.size() == 3 && contains(kMonths, first)) {
    if (!all_digits(take_word(rest)) || !is_clock(take_word(rest))) return 0;
  } else if (first.size() < 19 || first[10] != 'T' || !is_clock(first.substr(11))) {
    return 0;
  }
  take_word(rest);  // the host
  const auto program = take_word(rest);
  if (program.size() < 2 || !program.ends_with(':')) return 0;
  take(rest, " ");
  return shown - rest.size();
}

// --- whether a text has it

using Length = std::size_t (*)(std::string_view line);

std::size_t count_of(const std::vector<std::string_view>& lines, Length length) {
  return static_cast<std::size_t>(std::count_if(
      lines.begin(), lines.end(), [length](std::string_view line) { return length(line) > 0; }));
}

/// `curl -v` marks a request so, but neither its remarks nor the answer.
bool is_quoted(const std::vector<std::string_view>& lines) {
  if (!nearly_all(count_of(lines, quote_mark), lines.size())) return false;
  return std::none_of(lines.begin(), lines.end(), [](std::string_view line) {
    return line.starts_with("* ") || line.starts_with('<') || line.starts_with("curl: (");
  });
}

/// A mail that quoted tcpdump's lines and then broke them: the rest of each has no mark.
bool is_quoted_and_broken(const std::vector<std::string_view>& lines) {
  const auto marked = count_of(lines, quote_mark);
  if (marked * 4 < lines.size()) return false;
  const bool curls = std::any_of(lines.begin(), lines.end(), [](std::string_view line) {
    return line.starts_with("* ") || line.starts_with('<');
  });
  return !curls && std::any_of(lines.begin(), lines.end(), [](std::string_view line) {
    const auto mark = quote_mark(line);
    return mark > 0 && is_tcpdump_line(line.substr(mark));
  });
}

/// Such a rest may begin with tcpdump's own arrow: `> 10.10.10.1.80: Flags [S]`.
std::size_t mark_of_broken(std::string_view line) {
  const auto mark = quote_mark(line);
  auto rest = line.substr(mark);
  const auto word = take_word(rest);
  const bool address = !word.empty() && is_digit(word.front()) && word.ends_with(':') &&
                       word.find('.') != std::string_view::npos;
  return address ? 0 : mark;
}

/// Each number is the next: nothing else in such texts counts so.
bool is_numbered(const std::vector<std::string_view>& lines) {
  std::size_t counted = 0;
  std::optional<std::uint64_t> last;
  for (const auto line : lines) {
    const auto numbered = line_number(line);
    if (!numbered) continue;
    const bool next = !last || (numbered->number > *last && numbered->number - *last < 10);
    if (next) ++counted;
    last = numbered->number;
  }
  return lines.size() > 1 && nearly_all(counted, lines.size());
}

bool has_syslog_heads(const std::vector<std::string_view>& lines) {
  return nearly_all(count_of(lines, syslog_head), lines.size());
}

/// Common to all lines. A single blank may be tcpdump's own (-ttt).
std::size_t common_indentation(const std::vector<std::string_view>& lines) {
  std::size_t least = lines.empty() ? 0 : indentation(lines.front());
  for (const auto line : lines)
    least = std::min(least, indentation(line));
  return least == 1 && lines.front().starts_with(' ') ? 0 : least;
}

/// A table's row begins and ends with a bar.
std::string_view without_bar(std::string_view line) {
  line = trimmed(line);
  if (line.ends_with('|')) line.remove_suffix(1);
  return trimmed(line);
}

bool are_rows(const std::vector<std::string_view>& lines) {
  const auto count = std::count_if(lines.begin(), lines.end(), [](std::string_view line) {
    line = trimmed(line);
    return line.size() > 1 && line.starts_with('|') && line.ends_with('|');
  });
  return nearly_all(static_cast<std::size_t>(count), lines.size());
}

bool has_blank_ends(const std::vector<std::string_view>& lines) {
  const auto count = std::count_if(lines.begin(), lines.end(),
                                   [](std::string_view line) { return is_blank(line.back()); });
  return nearly_all(static_cast<std::size_t>(count), lines.size());
}

// --- taking it off

/// What is left of a line.
using Layer = std::function<std::string_view(std::string_view line)>;

Layer without(Length length) {
  return [length](std::string_view line) { return line.substr(length(line)); };
}

std::string_view without_blank_end(std::string_view line) {
  const auto last = line.find_last_not_of(" \t");
  return line.substr(0, last == std::string_view::npos ? 0 : last + 1);
}

/// Nothing where the lines have no prefix.
Layer layer_of(const std::vector<std::string_view>& lines) {
  if (lines.empty()) return nullptr;
  if (are_rows(lines)) {
    return [](std::string_view line) {
      line = without_bar(line);
      return line.substr(quote_mark(line));
    };
  }
  if (is_quoted(lines)) return without(quote_mark);
  if (is_quoted_and_broken(lines)) return without(mark_of_broken);
  if (has_syslog_heads(lines)) return without(syslog_head);
  if (is_numbered(lines)) return without(number_mark);
  if (const auto width = common_indentation(lines); width > 0) {
    return
        [width](std::string_view line) { return line.substr(std::min(width, indentation(line))); };
  }
  return has_blank_ends(lines) ? without_blank_end : Layer();
}

/// All that lie upon each other; nothing where there is none.
Layer layers_of(std::string_view text) {
  std::vector<Layer> layers;
  auto lines = looked_at(text);
  while (layers.size() < kLayers) {
    auto layer = layer_of(lines);
    if (!layer) break;
    for (auto& line : lines)
      line = layer(line);
    std::erase_if(lines, [](std::string_view line) { return trimmed(line).empty(); });
    layers.push_back(std::move(layer));
  }
  if (layers.empty()) return nullptr;
  return [layers = std::move(layers)](std::string_view line) {
    for (const auto& layer : layers)
      line = layer(line);
    return line;
  };
}

/// In its own place, for a text may be as large as memory allows; the line's end goes with CRLF as
/// without.
void shorten_lines(std::string& text, const Layer& layer) {
  std::size_t kept = 0;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find('\n', at), text.size());
    auto line = std::string_view(text).substr(at, end - at);
    while (line.ends_with('\r'))
      line.remove_suffix(1);
    line = layer(line);
    std::memmove(text.data() + kept, line.data(), line.size());
    kept += line.size();
    if (end < text.size()) text[kept++] = '\n';
    at = end + 1;
  }
  text.resize(kept);
}

// --- characters that stand for others

/// `to` is no longer than `from`: it goes in its own place.
void replace_all(std::string& text, std::string_view from, std::string_view to) {
  std::size_t kept = text.find(from);
  if (kept == std::string::npos) return;
  for (auto at = kept; at < text.size();) {
    const auto next = std::min(text.find(from, at), text.size());
    std::memmove(text.data() + kept, text.data() + at, next - at);
    kept += next - at;
    if (next == text.size()) break;
    std::memcpy(text.data() + kept, to.data(), to.size());
    kept += to.size();
    at = next + from.size();
  }
  text.resize(kept);
}

constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kEntities{
    {{"&gt;", ">"}, {"&lt;", "<"}, {"&quot;", "\""}, {"&nbsp;", " "}, {"&amp;", "&"}}};

/// A page's source escapes all of them, but those of its own tags. Where others are left bare, the
/// escaped ones are a body's.
bool is_pages_source(std::string_view text) {
  if (!contains(text, "&gt;") && !contains(text, "&lt;")) return false;
  if (text.find_first_of("<>") == std::string_view::npos) return true;
  for (const auto line : looked_at(text)) {
    if (line.starts_with("&lt; HTTP/") || line.starts_with("&gt; CONNECT ")) return true;
    if (!contains(line, " &gt; ")) continue;
    std::string read(line.substr(0, 400));
    replace_all(read, "&gt;", ">");
    if (is_tcpdump_line(read)) return true;
  }
  return false;
}

void replace_entities(std::string& text) {
  if (!is_pages_source(text)) return;
  for (const auto& [from, to] : kEntities)
    replace_all(text, from, to);
}

void replace_blanks(std::string& text) {
  replace_all(text, "\xC2\xA0", " ");
  if (contains(text, "\tIP\t") && contains(text, "\t>\t"))
    std::replace(text.begin(), text.end(), '\t', ' ');
}

}  // namespace

std::string without_prefixes(std::string text) {
  replace_entities(text);
  replace_blanks(text);
  const auto layers = layers_of(text);
  if (layers && is_recognized(text, layers)) shorten_lines(text, layers);
  return text;
}

}  // namespace misproxy::evidence
