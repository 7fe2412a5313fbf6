// What curl prints without a mark, and what stands around it: command, exit code, -w, -I.
#include <array>
#include <boost/json.hpp>
#include <utility>

#include "evidence/curl_session.hpp"
#include "evidence/curl_timings.hpp"
#include "evidence/logged_head.hpp"
#include "evidence/shell_line.hpp"

namespace misproxy::evidence {
namespace {

namespace json = boost::json;

constexpr std::size_t kLongestCommand = 64 * 1024;
constexpr std::size_t kMostHeads = 50;

bool is_version_line(std::string_view text) {
  return text.starts_with("curl ") && text.size() > 5 && is_digit(text[5]) && contains(text, " (");
}

/// `"exit=56"`, `"exit: 56"`: the number behind the word, where nothing else is on the line.
std::optional<std::uint64_t> exit_number(std::string_view text) {
  text = trimmed(text);
  if (take(text, "#")) text = trimmed(text);
  constexpr std::array<std::string_view, 6> words{"exit code", "exit status", "exitcode",
                                                  "exit",      "EXIT",        "rc"};
  for (const auto word : words) {
    if (!take(text, word)) continue;
    text = trimmed(text);
    const bool apart = take(text, "=") || take(text, ":");
    if (!apart && (!contains(word, " ") || text.empty())) return std::nullopt;
    text = trimmed(text);
    const auto number = take_number(text);
    return number && text.empty() && *number < 256 ? number : std::nullopt;
  }
  return std::nullopt;
}

constexpr std::array<std::string_view, 6> kWritten{"http_connect", "http_code",     "response_code",
                                                   "exitcode",     "size_download", "errormsg"};

std::optional<std::uint64_t> number_of(std::string_view value) {
  const auto number = take_number(value);
  return number && value.empty() ? number : std::nullopt;
}

}  // namespace

void CurlSession::plain(const LogLine& line) {
  auto text = line.text;
  if (!unfinished_command_.empty()) {
    unfinished_command_ += " ";
    unfinished_command_ += text.substr(0, kLongestCommand);
    if (text.ends_with('\\') && unfinished_command_.size() < kLongestCommand) {
      return unfinished_command_.pop_back();
    }
    return begin_command(std::exchange(unfinished_command_, {}));
  }
  if (is_version_line(text)) {
    auto rest = text.substr(5);
    version_ = printable(take_word(rest), 32);
    return;
  }
  if (current_ && tells_of_signal(text)) {
    current_->interrupted = true;
    return tell_text(current_->error, text);
  }
  if (shell_line(text)) return prompt(text);
  if (ending(text)) return;
  if (is_tcpdump_line(text)) {
    tcpdump_ = true;
    if (current_ && current_->command.empty()) plain_.heads.clear();
    plain_.open = at_start_ = false;
    return;
  }
  if (plain_head(text) || written(text)) return;
  if (!trimmed(text).empty()) at_start_ = false;
}

void CurlSession::prompt(std::string_view line) {
  const auto typed = shell_line(line);
  close_report();
  forget_command();
  at_start_ = false;
  awaits_exit_ = typed->command == "echo $?";
  if (typed->program != "curl") return;
  command_at_ = here();
  if (!typed->command.ends_with('\\')) return begin_command(typed->command);
  unfinished_command_ = typed->command.substr(0, kLongestCommand);
  unfinished_command_.pop_back();
}

void CurlSession::begin_command(std::string_view command) {
  command_ = shell_words(command);
  if (auto proxy = option_value(command_, 'x', "--proxy")) {
    proxy_of_command_ = Told<std::string>{std::move(*proxy), *command_at_};
  }
  for (const auto& word : command_) {
    for (const std::string_view name :
         {"https_proxy=", "HTTPS_PROXY=", "all_proxy=", "http_proxy="}) {
      if (word.starts_with(name) && !proxy_of_command_) {
        proxy_of_command_ = Told<std::string>{word.substr(name.size()), *command_at_};
      }
    }
  }
  report();
  plain_.open = true;
}

bool CurlSession::ending(std::string_view text) {
  auto rest = text;
  if (take(rest, "curl: (")) {
    const auto code = take_number(rest);
    if (!code || *code > 255 || !take(rest, ")")) return false;
    if (told_end_) report(true);  // another end: of another transfer
    auto& made = report();
    made.exit = told(static_cast<int>(*code));
    interpret(trimmed(rest), false);
    tell_text(made.error, rest);
    told_end_ = true;
    return true;
  }
  if (trimmed(text) == "^C") {
    if (current_) current_->interrupted = true;
    return true;
  }
  auto code = exit_number(text);
  if (!code && awaits_exit_) code = number_of(trimmed(text));
  if (!code) return false;
  exit_code(*code);
  return true;
}

/// The number says of nothing what ended: it needs a report that it belongs to.
void CurlSession::exit_code(std::uint64_t code) {
  if (awaits_exit_ && !current_) {
    if (!reports_.empty() && !reports_.back().exit) {
      reports_.back().exit = told(static_cast<int>(code));
    }
    awaits_exit_ = false;
    return;
  }
  if (!current_) return forget_command();
  tell(current_->exit, static_cast<int>(code));
  close_report();
  forget_command();
}

// --- -w

bool CurlSession::written(std::string_view text) {
  if (written_json(text)) return true;
  constexpr std::size_t longest = 4096;
  if (text.size() > longest) return false;
  bool any = false;
  if (Timings read; read_timings(text, read)) {
    auto& made = report();
    if (!made.timings) made.timings = told(Timings{});
    auto& own = made.timings->value;
    for (const auto slot :
         {&Timings::connect, &Timings::appconnect, &Timings::starttransfer, &Timings::total})
      if (read.*slot) own.*slot = read.*slot;
    any = true;
  }
  for (const auto key : kWritten) {
    const auto at = text.find(key);
    if (at == std::string_view::npos ||
        (at > 0 && contains("_abcdefghijklmnopqrstuvwxyz\"", text.substr(at - 1, 1)))) {
      continue;
    }
    auto value = text.substr(at + key.size());
    if (!take(value, "=") && !take(value, ":")) continue;
    value = trimmed(value);
    if (key != "errormsg") value = value.substr(0, value.find_first_not_of("0123456789"));
    if (value.empty()) continue;
    written_value(key, value);
    any = true;
  }
  return any;
}

void CurlSession::written_value(std::string_view key, std::string_view value) {
  auto& made = report();
  if (key == "errormsg") return tell_text(made.error, value);
  const auto number = number_of(value);
  if (!number) return;
  if (key == "size_download") {
    if (*number > 0) tell(made.bytes_received, *number);
  } else if (*number > 999) {
    return;
  } else if (key == "http_connect") {
    tell(made.http_connect, static_cast<int>(*number));
  } else if (key == "exitcode") {
    tell(made.exit, static_cast<int>(*number));
  } else {
    tell(made.http_code, static_cast<int>(*number));
  }
}

/// `%{json}`: one flat object, which may stand right behind a body.
bool CurlSession::written_json(std::string_view text) {
  const auto key = text.find("\"http_connect\":");
  if (key == std::string_view::npos) return false;
  const auto begin = text.rfind("{\"", key);
  constexpr std::size_t longest = 256 * 1024;
  if (begin == std::string_view::npos || key - begin > longest) return false;
  json::stream_parser parser;
  boost::system::error_code error;
  parser.write_some(text.substr(begin, longest).data(), std::min(text.size() - begin, longest),
                    error);
  if (error || !parser.done()) return false;
  const auto value = parser.release();
  const auto* object = value.if_object();
  if (object == nullptr) return false;
  for (const auto name : kWritten) {
    const auto* member = object->if_contains(name);
    if (member == nullptr) continue;
    if (const auto* string = member->if_string()) written_value(name, *string);
    if (const auto* number = member->if_int64()) written_value(name, std::to_string(*number));
  }
  Timings times;
  constexpr std::array<std::pair<std::string_view, std::optional<double> Timings::*>, 4> kTimes{
      {{"time_connect", &Timings::connect},
       {"time_appconnect", &Timings::appconnect},
       {"time_starttransfer", &Timings::starttransfer},
       {"time_total", &Timings::total}}};
  for (const auto& [name, slot] : kTimes) {
    const auto* member = object->if_contains(name);
    if (member == nullptr || !member->is_number()) continue;
    boost::system::error_code lost;
    times.*slot = member->to_number<double>(lost);
  }
  if (times.total && !report().timings) report().timings = told(times);
  if (const auto* version = object->if_contains("curl_version"); version && version->is_string()) {
    std::string_view whole = version->get_string();
    if (take(whole, "libcurl/") && report().version.empty()) {
      report().version = printable(take_word(whole), 32);
    }
  }
  return true;
}

// --- -I

/// Heads right behind the command, or at the beginning of a text that holds nothing else.
bool CurlSession::plain_head(std::string_view text) {
  const bool wanted = plain_.open || (at_start_ && !tcpdump_);
  if (!wanted) return false;
  if (auto head = read_status_line(text)) {
    head->where = here();
    report();
    plain_.open = plain_.in_head = true;
    if (plain_.heads.size() < kMostHeads) plain_.heads.push_back(std::move(*head));
    return true;
  }
  if (trimmed(text).empty()) {
    plain_.in_head = false;
    return true;
  }
  const bool meter_title = contains(text, "% Total") || contains(text, "Dload  Upload");
  if (meter_title) return true;
  // A sentence with a colon is no header.
  const bool named = !contains(text.substr(0, text.find(':')), " ");
  if (plain_.in_head && named && add_header(plain_.heads.back().headers, text)) return true;
  plain_.open = plain_.in_head = false;
  return false;
}

}  // namespace misproxy::evidence
