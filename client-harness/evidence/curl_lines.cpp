#include "evidence/curl_lines.hpp"

#include <array>
#include <optional>
#include <string>

#include "evidence/curl_meter.hpp"
#include "evidence/text_line.hpp"
#include "evidence/trace_dump.hpp"

namespace misproxy::evidence {
namespace {

using Kind = LogLine::Kind;

/// What curl writes right behind a body that does not end its line.
constexpr std::array<std::string_view, 10> kGlued{"* Connection #",
                                                  "* Closing connection",
                                                  "* closing connection",
                                                  "* transfer closed with ",
                                                  "* Recv failure: ",
                                                  "* OpenSSL SSL_",
                                                  "* Operation ",
                                                  "* Send failure: ",
                                                  "curl: (",
                                                  "# exit="};

bool begins_glued(std::string_view text) {
  for (const auto mark : kGlued) {
    if (text.starts_with(mark)) return true;
  }
  return false;
}

/// Where, after the first character, such words begin; the end where they do not.
std::size_t find_glued(std::string_view text) {
  auto at = text.find_first_of("*c#", 1);
  while (at != std::string_view::npos && !begins_glued(text.substr(at)))
    at = text.find_first_of("*c#", at + 1);
  return at == std::string_view::npos ? text.size() : at;
}

/// `13:06:15.722293 ` goes, `2026-11-23T13:06:15.722293 ` too.
void take_stamp(std::string_view& text) {
  auto rest = text;
  const auto word = take_word(rest);
  if (word.size() < 8 || word.size() > 40 || !is_digit(word.front()) || !contains(word, ":"))
    return;
  if (word.find_first_not_of("0123456789:.-TZ") != std::string_view::npos) return;
  take(rest, " ");
  constexpr std::array<std::string_view, 9> marks{"* ",  "> ", "< ", "== ", "=> ",
                                                  "<= ", "{ ", "} ", "["};
  for (const auto mark : marks) {
    if (rest.starts_with(mark)) text = rest;
  }
}

/// `[0-0] ` goes: transfer and connection (curl 8).
void take_ids(std::string_view& text) {
  if (!text.starts_with('[')) return;
  const auto end = text.substr(0, 40).find("] ");
  if (end == std::string_view::npos) return;
  if (text.substr(1, end - 1).find_first_not_of("0123456789x-") != std::string_view::npos) return;
  text.remove_prefix(end + 2);
}

class Splitter {
 public:
  explicit Splitter(const std::function<void(const LogLine&)>& take) : take_(take) {}

  void line(const Line& line) {
    number_ = line.number;
    if (line.text.empty()) return piece({});
    auto rest = line.text;
    while (!rest.empty()) {
      const auto end = rest.find('\r');
      const auto one = rest.substr(0, end);
      if (!one.empty()) piece(one);
      rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    }
  }

  void end() { flush(dump_.end()); }

 private:
  void give(Kind kind, std::string_view text, std::string_view whole) {
    take_({kind, text, whole, number_, 0, 0});
  }

  void piece(std::string_view text) {
    while (const auto meter = read_meter(text)) {
      const auto whole = trimmed(text.substr(0, meter->length));
      take_({Kind::meter, {}, whole, number_, meter->received, meter->total});
      text.remove_prefix(meter->length);
      if (trimmed(text).empty()) return;
    }
    const auto whole = text;
    take_stamp(text);
    take_ids(text);
    if (traced(text, whole) || marked(text, whole)) return;
    plain(whole);
  }

  bool marked(std::string_view text, std::string_view whole) {
    const auto mark = text.substr(0, 2);
    const bool alone = text.size() == 1;
    if (mark == "* " || mark == "*\t") return give(Kind::remark, text.substr(2), whole), true;
    if (mark == "> " || (alone && mark == ">")) {
      return give(Kind::sent, text.substr(mark.size()), whole), true;
    }
    if (mark == "< " || (alone && mark == "<")) {
      return give(Kind::received, text.substr(mark.size()), whole), true;
    }
    return (mark == "{ " || mark == "} ") && text.ends_with("data]");
  }

  /// The lines of --trace and --trace-ascii.
  bool traced(std::string_view text, std::string_view whole) {
    if (take(text, "== Info: ")) {
      flush(dump_.end());
      give(Kind::remark, text, whole);
      return true;
    }
    if (text.starts_with("=> ") || text.starts_with("<= ")) {
      flush(dump_.end());
      return begin_section(text, whole);
    }
    if (!dump_.open()) return false;
    return dump_.line(text, number_, [this](const auto& head_line) { flush(head_line); });
  }

  bool begin_section(std::string_view text, std::string_view whole) {
    const bool sent = text.starts_with("=>");
    const auto what = text.substr(3);
    const auto comma = what.find(", ");
    if (comma == std::string_view::npos) return false;
    auto count = what.substr(comma + 2);
    const auto bytes = take_number(count);
    if (!bytes || !count.starts_with(" bytes")) return false;
    const auto name = what.substr(0, comma);
    const bool header = name == "Send header" || name == "Recv header";
    in_sent_head_ = sent;
    dump_.begin(header);
    if (name == "Recv data") take_({Kind::body, {}, whole, number_, *bytes, 0});
    return true;
  }

  void flush(const std::optional<TraceDump::HeadLine>& head_line) {
    if (!head_line) return;
    const auto kind = in_sent_head_ ? Kind::sent : Kind::received;
    take_({kind, head_line->text, head_line->text, head_line->number, 0, 0});
  }

  void plain(std::string_view text) {
    // A command may name `curl: (` or such in its arguments, but no prompt is split in practice.
    for (;;) {
      const auto end = find_glued(text);
      give_plain(text.substr(0, end));
      text.remove_prefix(end);
      if (text.empty()) return;
      if (text.starts_with("* ")) return give(Kind::remark, text.substr(2), text);
    }
  }

  void give_plain(std::string_view text) { give(Kind::plain, text, text); }

  const std::function<void(const LogLine&)>& take_;
  std::uint64_t number_ = 0;
  TraceDump dump_;
  bool in_sent_head_ = false;
};

}  // namespace

void for_each_log_line(std::string_view text, const std::function<void(const LogLine&)>& take) {
  Splitter splitter(take);
  LineReader reader(text);
  while (const auto line = reader.next())
    splitter.line(*line);
  splitter.end();
}

}  // namespace misproxy::evidence
