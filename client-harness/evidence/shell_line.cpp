#include "evidence/shell_line.hpp"

#include <algorithm>
#include <array>

#include "evidence/text_line.hpp"

namespace misproxy::evidence {
namespace {

constexpr std::size_t kLongestPrompt = 120;  // bytes
constexpr std::size_t kLongestCommand = 64 * 1024;

class WordSplitter {
 public:
  std::vector<std::string> split(std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i)
      i += step(text, i);
    end_word();
    return std::move(words_);
  }

 private:
  /// Characters taken besides this one.
  std::size_t step(std::string_view text, std::size_t i) {
    const char c = text[i];
    if (quote_ != 0) {
      if (c == quote_) {
        quote_ = 0;
      } else if (c == '\\' && quote_ == '"' && i + 1 < text.size() && is_special(text[i + 1])) {
        word_ += text[i + 1];
        return 1;
      } else {
        word_ += c;
      }
      return 0;
    }
    return unquoted(text, i);
  }

  std::size_t unquoted(std::string_view text, std::size_t i) {
    const char c = text[i];
    if (c == '\'' || c == '"') {
      quote_ = c;
      begun_ = true;
    } else if (c == '\\' && i + 1 < text.size()) {
      word_ += text[i + 1];
      begun_ = true;
      return 1;
    } else if (c == ' ' || c == '\t') {
      end_word();
    } else {
      word_ += c;
      begun_ = true;
    }
    return 0;
  }

  static bool is_special(char c) { return c == '"' || c == '\\' || c == '$' || c == '`'; }

  void end_word() {
    if (begun_) words_.push_back(printable(word_, kLongestCommand));
    word_.clear();
    begun_ = false;
  }

  std::vector<std::string> words_;
  std::string word_;
  char quote_ = 0;
  bool begun_ = false;
};

bool is_assignment(std::string_view word) {
  const auto equals = word.find('=');
  if (equals == std::string_view::npos || equals == 0 || is_digit(word.front())) return false;
  return std::all_of(word.begin(), word.begin() + static_cast<std::ptrdiff_t>(equals), [](char c) {
    return c == '_' || is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  });
}

std::string_view without_folder(std::string_view word) {
  for (const char separator : {'/', '\\'}) {
    if (const auto at = word.rfind(separator); at != std::string_view::npos)
      word.remove_prefix(at + 1);
  }
  if (word.ends_with(".exe")) word.remove_suffix(4);
  return word;
}

std::string_view program_of(std::string_view command) {
  for (;;) {
    const auto word = take_word(command);
    if (is_assignment(word) || word == "sudo" || word == "time" || word == "env" ||
        word == "export") {
      continue;
    }
    if (word == "timeout") {
      take_word(command);
      continue;
    }
    return without_folder(word);
  }
}

bool is_client(std::string_view program) { return program == "curl" || program == "wget"; }

/// Without a prompt, only what nobody writes in a sentence.
bool is_surely_command(std::string_view line) {
  const auto program = program_of(line);
  if (program == "netstat" || program == "ss") return contains(line, " -");
  if (!is_client(program)) return false;
  auto rest = line;
  if (!is_client(without_folder(take_word(rest)))) return true;  // VARIABLE=value curl ...
  const auto next = take_word(rest);
  return next.starts_with('-') || next.starts_with("'-") || contains(next, "://");
}

/// Where the command begins behind `user@host:~$ `, `[root@fmc ~]# `, `PS C:\> `, `> `.
std::optional<std::string_view> behind_prompt(std::string_view line) {
  const auto front = line.substr(0, kLongestPrompt);
  for (std::size_t i = 0; i + 1 < front.size(); ++i) {
    const char c = front[i];
    if ((c != '$' && c != '#' && c != '>' && c != '%') || front[i + 1] != ' ') continue;
    const auto prompt = front.substr(0, i);
    const auto command = trimmed(line.substr(i + 1));
    const bool user_at_host = contains(prompt, "@") && !contains(prompt, ">");
    if (is_client(program_of(command)) && contains(command, " ")) return command;
    if (user_at_host) return command;
    if (prompt.empty()) return is_surely_command(command) ? std::optional(command) : std::nullopt;
  }
  return std::nullopt;
}

/// In a sentence, what can only be a command: `We tried: curl -u bob:secret -x a:3128 https://b/`.
std::optional<std::string_view> in_a_sentence(std::string_view line) {
  constexpr std::string_view kBegin = "curl -";
  const auto at = line.find(kBegin);
  if (at == std::string_view::npos || at == 0 || at > kLongestPrompt) return std::nullopt;
  const char before = line[at - 1];
  const auto command = line.substr(at, line.substr(at).find('`'));
  const bool asks_proxy = contains(command, " -x ") || contains(command, " --proxy ");
  if ((before != ' ' && before != '`') || !asks_proxy || !contains(command, "://"))
    return std::nullopt;
  return command;
}

}  // namespace

std::vector<std::string> shell_words(std::string_view command) {
  return WordSplitter().split(command.substr(0, kLongestCommand));
}

bool tells_of_signal(std::string_view line) {
  line = trimmed(line);
  for (const std::string_view word : {"Killed", "Terminated", "Interrupt", "Hangup"}) {
    const auto at = line.find(word);
    if (at == std::string_view::npos) continue;
    const auto behind = line.substr(at + word.size());
    if (at == 0 && behind.empty()) return true;
    const bool of_shell = line.front() == '[' || contains(line.substr(0, at), ": line ");
    if (of_shell && line[at == 0 ? 0 : at - 1] == ' ' && (behind.empty() || behind[0] == ' '))
      return true;
  }
  return false;
}

std::optional<ShellLine> shell_line(std::string_view line) {
  if (line.empty() || line.front() == '*' || line.front() == '<') return std::nullopt;
  if (const auto command = behind_prompt(line)) {
    return ShellLine{*command, printable(program_of(*command))};
  }
  const auto bare = trimmed(line);
  if (!is_surely_command(bare)) {
    const auto command = in_a_sentence(line);
    return command ? std::optional(ShellLine{*command, "curl"}) : std::nullopt;
  }
  return ShellLine{bare, printable(program_of(bare))};
}

std::optional<std::string> option_value(const std::vector<std::string>& words, char letter,
                                        std::string_view name) {
  // Letters of curl that take no value, so that others may follow in one word.
  constexpr std::string_view flags = "#0123456afgGiIjJklLnNOpqRsSvVZ";
  std::optional<std::string> found;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string_view word = words[i];
    const bool more = i + 1 < words.size();
    if (word == name && more) found = words[i + 1];
    if (word.starts_with(name) && word.substr(name.size()).starts_with('=')) {
      found = word.substr(name.size() + 1);
    }
    if (!word.starts_with('-') || word.starts_with("--")) continue;
    const auto at = word.find_first_not_of(flags, 1);
    if (at == std::string_view::npos || word[at] != letter) continue;
    if (at + 1 < word.size()) found = word.substr(at + 1);
    if (at + 1 == word.size() && more) found = words[i + 1];
  }
  return found;
}

}  // namespace misproxy::evidence
