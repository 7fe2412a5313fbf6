#include "trace/text_line.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/colour.hpp"

namespace misproxy {
namespace {

constexpr std::size_t kLongestValue = 120;

bool is_printable(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x20 && byte != 0x7f;
}

/// Writes where there is known to be room (`room_for`): a line has some forty pieces, and each that
/// a string is asked to take costs more than its few bytes.
class Pen {
 public:
  explicit Pen(char* at) : at_(at) {}

  void put(std::string_view text) { at_ = std::ranges::copy(text, at_).out; }
  void put(char c) { *at_++ = c; }
  void put(std::int64_t value) {
    const fmt::format_int number(value);
    put({number.data(), number.size()});
  }
  void put_spaces(std::size_t count) { at_ = std::fill_n(at_, count, ' '); }
  void put_printable(std::string_view text);
  void put_padded(std::string_view text, std::size_t width) {
    put(text);
    put_spaces(width + 1 - std::min(width, text.size()));
  }

  char* at() const { return at_; }

 private:
  char* at_;
};

void Pen::put_printable(std::string_view text) {
  for (const char c : text.substr(0, kLongestValue))
    is_printable(c) ? put(c)
                    : void(at_ = fmt::format_to(at_, "\\x{:02x}", static_cast<unsigned char>(c)));
  if (text.size() > kLongestValue) put("...");
}

constexpr std::size_t kNumber = 20;    // the longest
constexpr std::size_t kEscaped = 4;    // a byte that is not printable
constexpr std::size_t kOfALine = 128;  // time, connection, party, point, cause, and all between

std::size_t room_for(std::string_view text) {
  return kEscaped * std::min(text.size(), kLongestValue) + 3;
}

std::size_t room_for(const TraceFields& fields) {
  std::size_t room = 0;
  for (const auto& [key, value] : fields) {
    const auto* text = std::get_if<std::string>(&value);
    room += key.size() + 2 + (text != nullptr ? room_for(*text) : kNumber);
  }
  return room;
}

std::size_t room_for(const TraceLine& line) {
  const auto& event = line.event;
  return kOfALine + line.scenario.size() + room_for(event.name) + room_for(event.fault) +
         room_for(event.fields) + room_for(event.measured);
}

void put_values(Pen& pen, const TraceFields& fields) {
  for (const auto& [key, value] : fields) {
    pen.put(' ');
    pen.put(key);
    pen.put('=');
    const auto* text = std::get_if<std::string>(&value);
    text != nullptr ? pen.put_printable(*text) : pen.put(std::get<std::int64_t>(value));
  }
}

void put_connection(Pen& pen, std::int64_t connection) {
  constexpr std::size_t kWidth = 5;
  if (connection == 0) return pen.put_padded("run", kWidth);
  const auto* const begin = pen.at();
  pen.put('#');
  pen.put(connection);
  pen.put_spaces(kWidth + 1 - std::min(kWidth, static_cast<std::size_t>(pen.at() - begin)));
}

/// Seconds with three digits, rounded as a reader would.
void put_time(Pen& pen, std::int64_t us) {
  constexpr std::size_t kWidth = 9;
  const auto ms = (us + 500) / 1000;
  const fmt::format_int seconds(ms / 1000);
  const fmt::format_int rest(1000 + ms % 1000);  // of which the 1 is not told
  constexpr std::size_t kRest = 4;               // with the point
  pen.put_spaces(kWidth - std::min(kWidth, seconds.size() + kRest));
  pen.put({seconds.data(), seconds.size()});
  pen.put('.');
  pen.put({rest.data() + 1, rest.size() - 1});
  pen.put("s ");
}

void put_cause(Pen& pen, const TraceEvent& event) {
  if (event.cause == Cause::peer) return;
  if (event.cause == Cause::environment) return pen.put("  [environment]");
  pen.put("  [injected by ");
  pen.put_printable(event.fault);
  pen.put(']');
}

}  // namespace

void add_text_line(std::string& text, const TraceLine& line, bool colour) {
  const auto& event = line.event;
  const auto begin = text.size();
  text.resize(begin + room_for(line));
  Pen pen(text.data() + begin);
  put_time(pen, line.t_us);
  pen.put(line.scenario);
  pen.put(' ');
  put_connection(pen, line.connection);
  pen.put_padded(word(event.party), 6);
  pen.put_padded(word(event.point), 16);
  pen.put_printable(event.name);
  put_values(pen, event.fields);
  put_values(pen, event.measured);
  put_cause(pen, event);
  text.resize(static_cast<std::size_t>(pen.at() - text.data()));
  if (!colour || event.cause == Cause::peer) return;
  const auto told = text.substr(begin);
  text.resize(begin);
  text += painted(told, event.cause == Cause::injected ? kRed : kYellow, colour);
}

std::string to_text_line(const TraceLine& line, bool colour) {
  std::string text;
  add_text_line(text, line, colour);
  return text;
}

}  // namespace misproxy
