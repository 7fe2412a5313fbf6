#include "trace/text_line.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "core/colour.hpp"

namespace misproxy {
namespace {

constexpr std::size_t kLongestValue = 120;

bool is_printable(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x20 && byte != 0x7f;
}

void add_printable(std::string& out, std::string_view text) {
  const auto shown = text.substr(0, kLongestValue);
  if (std::ranges::all_of(shown, is_printable)) {
    out += shown;
  } else {
    for (const char c : shown)
      is_printable(c) ? void(out += c)
                      : void(fmt::format_to(std::back_inserter(out), "\\x{:02x}",
                                            static_cast<unsigned char>(c)));
  }
  if (text.size() > kLongestValue) out += "...";
}

void add_number(std::string& out, std::int64_t value) {
  const fmt::format_int number(value);
  out.append(number.data(), number.size());
}

void add_value(std::string& out, const TraceValue& value) {
  const auto* text = std::get_if<std::string>(&value);
  if (text != nullptr) return add_printable(out, *text);
  add_number(out, std::get<std::int64_t>(value));
}

void add_values(std::string& out, const TraceFields& fields) {
  for (const auto& [key, value] : fields) {
    out.push_back(' ');
    out += key;
    out.push_back('=');
    add_value(out, value);
  }
}

void add_padded(std::string& out, std::string_view text, std::size_t width) {
  out.append(text).append(width + 1 - std::min(width, text.size()), ' ');
}

void add_connection(std::string& out, std::int64_t connection) {
  constexpr std::size_t kWidth = 5;
  if (connection == 0) return add_padded(out, "run", kWidth);
  const auto begin = out.size();
  out.push_back('#');
  add_number(out, connection);
  out.append(kWidth + 1 - std::min(kWidth, out.size() - begin), ' ');
}

/// Seconds with three digits, rounded as a reader would.
void add_time(std::string& out, std::int64_t us) {
  constexpr std::size_t kWidth = 9;
  const auto ms = (us + 500) / 1000;
  const fmt::format_int seconds(ms / 1000);
  const fmt::format_int rest(1000 + ms % 1000);  // of which the 1 is not told
  constexpr std::size_t kRest = 4;               // with the point
  out.append(kWidth - std::min(kWidth, seconds.size() + kRest), ' ');
  out.append(seconds.data(), seconds.size()).push_back('.');
  out.append(rest.data() + 1, rest.size() - 1).append("s ", 2);
}

void add_cause(std::string& out, const TraceEvent& event) {
  if (event.cause == Cause::peer) return;
  if (event.cause == Cause::environment) {
    out += "  [environment]";
    return;
  }
  out += "  [injected by ";
  add_printable(out, event.fault);
  out += "]";
}

}  // namespace

std::string to_text_line(const TraceLine& line, bool colour) {
  const auto& event = line.event;
  std::string text;
  text.reserve(256);
  add_time(text, line.t_us);
  text.append(line.scenario).push_back(' ');
  add_connection(text, line.connection);
  add_padded(text, word(event.party), 6);
  add_padded(text, word(event.point), 16);
  add_printable(text, event.name);
  add_values(text, event.fields);
  add_values(text, event.measured);
  add_cause(text, event);
  if (!colour || event.cause == Cause::peer) return text;
  return painted(text, event.cause == Cause::injected ? kRed : kYellow, colour);
}

}  // namespace misproxy
