#include "evidence/tcpdump_chatter.hpp"

#include <algorithm>

#include "evidence/tcpdump_words.hpp"

namespace misproxy::evidence {
namespace {

constexpr std::size_t kChatterLooked = 256;
constexpr std::string_view kTcpdumpSays[] = {"tcpdump: ",
                                             "listening on ",
                                             "reading from file ",
                                             "dropped privs to ",
                                             "Warning: interface names",
                                             "data link type "};

bool mentions(std::string_view text, std::string_view word) {
  return text.substr(0, kChatterLooked).find(word) != std::string_view::npos;
}

bool is_counter(std::string_view text) {
  if (!take_number<std::uint64_t>(text)) return false;
  return text.starts_with(" packet") &&
         (mentions(text, " captured") || mentions(text, " received by filter") ||
          mentions(text, " dropped by ") || mentions(text, " shown"));
}

/// Behind a time, a protocol in capitals: `ARP, Request who-has`, `STP 802.1d`, `LLDP, length 60`.
bool is_other_protocol(const Front& front) {
  if (mentions(front.rest, "ethertype ") || mentions(front.rest, "ARP, ")) return true;
  if (front.stamp == Front::Stamp::none) return false;
  return front.rest.size() > 2 && front.rest[0] >= 'A' && front.rest[0] <= 'Z' &&
         front.rest[1] >= 'A' && front.rest[1] <= 'Z';
}

/// The command behind `admin@fmc:~$ `, `root@fmc:~# `, `$ ` or `# `; empty where there is no
/// prompt.
std::string_view command_of(std::string_view text) {
  constexpr std::size_t kLongestPrompt = 80;
  const auto looked = text.substr(0, kLongestPrompt);
  for (const std::string_view end : {"$ ", "# "}) {
    const auto at = looked.find(end);
    if (at == std::string_view::npos) continue;
    const bool bare = at == 0;
    const auto host = looked.substr(0, at);
    const bool named = host.find(' ') == host.npos
                           ? host.find('@') != host.npos
                           : host.find('@') < host.find(' ') || host[0] == '[';
    if (bare || named) return text.substr(at + end.size());
  }
  return {};
}

bool runs(std::string_view command, std::string_view program) {
  take(command, "sudo ");
  const auto word = command.substr(0, command.find(' '));
  return word == program || (word.ends_with(program) && word.find('/') != word.npos);
}

Chatter command_chatter(std::string_view text) {
  const auto command = command_of(text);
  if (command.empty()) return Chatter::none;
  if (runs(command, "tcpdump")) return Chatter::tcpdump;
  const bool hash = text.starts_with('#');  // a comment, but for these
  if (!hash || runs(command, "curl") || runs(command, "wget")) return Chatter::shell;
  return Chatter::none;
}

}  // namespace

Chatter chatter_of(const Front& front) {
  const auto text = front.text;
  for (const auto& words : kTcpdumpSays)
    if (text.starts_with(words)) return Chatter::tcpdump;
  if (text.starts_with("```") || text.starts_with("~~~") || text == "^C") return Chatter::fence;
  if (is_counter(text.starts_with("^C") ? text.substr(2) : text)) return Chatter::tcpdump;
  if (is_other_protocol(front)) return Chatter::tcpdump;
  return command_chatter(text);
}

bool begins_ascii_dump(std::string_view line) {
  constexpr std::size_t kLooking = 8;
  if (line.size() < 4 || line.substr(0, kLooking).find(' ') != line.npos) return false;
  return (line[0] == 'E' && line[1] == '.') || line[0] == '`';
}

}  // namespace misproxy::evidence
