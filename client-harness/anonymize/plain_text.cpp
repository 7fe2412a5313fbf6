#include "anonymize/plain_text.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "anonymize/mask.hpp"
#include "core/ascii.hpp"
#include "evidence/service_ports.hpp"
#include "evidence/text_line.hpp"

namespace misproxy::anonymize {
namespace {

using evidence::is_digit;

bool is_letter(char c) {
  return (lower(c) >= 'a' && lower(c) <= 'z') || static_cast<unsigned char>(c) >= 0x80;
}
bool is_word_byte(char c) {
  return is_digit(c) || is_letter(c) || c == '.' || c == '_' || c == '-' || c == '*';
}
bool is_address_byte(char c) {
  return is_digit(c) || (lower(c) >= 'a' && lower(c) <= 'f') || c == ':' || c == '.';
}

/// Behind these a host is meant, whatever its name.
constexpr auto kBeforeHost = std::to_array<std::string_view>(
    {"://", "\nhost: ", "host: ", "host name: ", "resolve host: ", "resolve proxy: ",
     ":authority: ", "servername: ", "server_name=", "getaddrinfo enotfound ",
     "proxyhost=", "proxy-host=", "proxy_host=", "lookup "});
/// Behind these as well, where it does not look like a word of the sentence.
constexpr auto kBeforeMachine = std::to_array<std::string_view>({"connect ",
                                                                 "connected to ",
                                                                 "connect to ",
                                                                 "connecting to ",
                                                                 "connection to ",
                                                                 "tunnel to ",
                                                                 "resolving ",
                                                                 "from ",
                                                                 "host ",
                                                                 "hostname ",
                                                                 "for ",
                                                                 "proxy ",
                                                                 "server ",
                                                                 "-x ",
                                                                 "--proxy ",
                                                                 "_proxy=",
                                                                 "proxy=",
                                                                 "host=",
                                                                 "ip ",
                                                                 "ip6 ",
                                                                 "> ",
                                                                 "via ",
                                                                 "'",
                                                                 "\""});
constexpr auto kBeforeUser = std::to_array<std::string_view>(
    {"user '", "user \"", "user=", "user=\"", "username=", "username=\"", "(user ", "/home/",
     "/users/", "\\users\\",
     "proxy-user=", "proxy_user=", "proxy_user: ", "user: ", "login=", "for user "});
constexpr auto kMethods =
    std::to_array<std::string_view>({"GET ", "POST ", "PUT ", "HEAD ", "DELETE ", "OPTIONS ",
                                     "PATCH ", "TRACE ", ":path: ", "PROPFIND "});

template <class Words>
bool ends_with_any(std::string_view text, const Words& words) {
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) {
    return text.size() >= word.size() &&
           same_but_for_case(text.substr(text.size() - word.size()), word);
  });
}

/// Labels of letters, digits and hyphens, at least two, and a known one at the end.
bool looks_like_domain(std::string_view name) {
  const auto dot = name.rfind('.');
  if (dot == std::string_view::npos || dot == 0 || name.find("..") != std::string_view::npos ||
      name.find('_') != std::string_view::npos)
    return false;
  const auto last = name.substr(dot + 1);
  const bool one_case =
      std::none_of(last.begin(), last.end(), [](char c) { return c >= 'A' && c <= 'Z'; }) ||
      std::none_of(name.begin(), name.end(), [](char c) { return c >= 'a' && c <= 'z'; });
  return one_case && is_top_level_domain(last);
}

/// As machines are called, and words of a sentence are not: `proxy01`, `fmc-berlin`, `a.b.c`.
bool looks_like_machine(std::string_view name) {
  const bool has_mark = name.find_first_of("0123456789-.") != std::string_view::npos;
  return has_mark && name.find('_') == std::string_view::npos && !is_digit(name.front()) &&
         name.front() != '-' && name.front() != '.' && name.find("--") == std::string_view::npos;
}

/// `C: `, or a file: no name of a host's ends so.
bool looks_like_file(std::string_view name) {
  constexpr auto kEnds = std::to_array<std::string_view>(
      {".conf", ".pem",  ".crt",  ".log", ".txt", ".so",   ".py",    ".js",   ".cpp",
       ".c",    ".html", ".json", ".rb",  ".pl",  ".go",   ".java",  ".php",  ".deb",
       ".gz",   ".cc",   ".h",    ".sh",  ".cfg", ".ini",  ".toml",  ".yaml", ".yml",
       ".xml",  ".exe",  ".dll",  ".zip", ".tar", ".pcap", ".pcapng"});
  return std::any_of(kEnds.begin(), kEnds.end(),
                     [&](std::string_view end) { return name.ends_with(end); });
}

/// The front of `text` that is an IPv4 address, or nothing.
std::string_view ipv4_at(std::string_view text) {
  std::size_t at = 0;
  for (int octet = 0; octet < 4; ++octet) {
    if (octet > 0) {
      if (at >= text.size() || text[at] != '.') return {};
      ++at;
    }
    const auto begin = at;
    while (at < text.size() && is_digit(text[at]) && at - begin < 4)
      ++at;
    if (at == begin || at - begin > 3) return {};
  }
  return text.substr(0, at);
}

/// One line, from its left to its right.
class Line {
 public:
  Line(std::string_view line, Pseudonyms& pseudonyms)
      : line_(line), pseudonyms_(pseudonyms), is_tcpdump_(evidence::is_tcpdump_line(line)) {}

  std::string run() {
    while (at_ < line_.size()) {
      if (escape() || target()) continue;
      const bool inner = at_ > 0 && is_word_byte(line_[at_ - 1]);
      if (is_word_byte(rest().front())) {
        if (!address()) word();
      } else if (inner || !rest().starts_with("::") || !address()) {
        copy(1);
      }
    }
    return std::move(out_);
  }

 private:
  std::string_view rest() const { return line_.substr(at_); }
  std::string_view before() const { return line_.substr(0, at_); }
  void copy(std::size_t count) { put(rest().substr(0, count), count); }
  void put(std::string_view text, std::size_t in_place_of) {
    out_ += text;
    at_ += in_place_of;
  }

  /// `\r\n`, `\17`, `\x0f`: strace's and JSON's, no part of the word behind it.
  bool escape() {
    if (rest().front() != '\\' || rest().size() < 2) return false;
    std::size_t size = 2;
    if (rest()[1] == 'x') size = 4;
    if (rest()[1] == 'u') size = 6;
    while (is_digit(rest()[1]) && size < 4 && size < rest().size() && is_digit(rest()[size]))
      ++size;
    const bool is_one = is_digit(rest()[1]) ||
                        std::string_view::npos != std::string_view("rntvfb\\\"/xu").find(rest()[1]);
    if (is_one && !ends_with_any(before().substr(0, at_), std::array<std::string_view, 1>{"users"}))
      copy(std::min(size, rest().size()));
    else
      copy(1);
    return true;
  }

  /// What is asked for: `GET /path`.
  bool target() {
    if (rest().front() != '/' || !ends_with_any(before(), kMethods)) return false;
    path();
    return true;
  }

  void path() {
    const auto size = std::min(rest().find_first_of(" \t\r\n\"'<>)],"), rest().size());
    put(disguised_path(rest().substr(0, size), pseudonyms_), size);
  }

  bool address() {
    if (const auto v4 = ipv4_at(rest()); !v4.empty()) {
      const auto other = pseudonyms_.addresses.of_text(v4);
      if (!other.empty()) {
        const bool url = before().ends_with("://") || before().ends_with('@');
        put(other, v4.size());
        if (url) behind_host();
        return true;
      }
    }
    std::size_t size = 0;
    while (size < rest().size() && is_address_byte(rest()[size]))
      ++size;
    auto wide = rest().substr(0, size);
    if (std::count(wide.begin(), wide.end(), ':') < 2) return false;
    if (size < rest().size() && is_word_byte(rest()[size]) && rest()[size] != '-') return false;
    return v6(wide) || pairs(wide);
  }

  /// Behind it may stand a port, as tcpdump writes it, or the colon of a sentence.
  bool v6(std::string_view wide) {
    for (auto text = wide; text.size() > 1;) {
      if (const auto other = pseudonyms_.addresses.of_text(text); !other.empty()) {
        put(other, text.size());
        return true;
      }
      const auto end = text.back() == ':' || text.back() == '.' ? text.size() - 1 : text.rfind('.');
      if (end == std::string_view::npos) return false;
      text = text.substr(0, end);
    }
    return false;
  }

  /// A MAC address, or a fingerprint.
  bool pairs(std::string_view text) {
    while (text.ends_with(':'))
      text.remove_suffix(1);
    if (text.size() < 17 || text.size() % 3 != 2) return false;
    std::string bytes;
    for (std::size_t i = 0; i < text.size(); i += 3) {
      const bool pair = text[i] != ':' && text[i + 1] != ':' && text[i] != '.' &&
                        text[i + 1] != '.' && (i + 2 == text.size() || text[i + 2] == ':');
      if (!pair) return false;
      bytes += static_cast<char>(std::stoi(std::string(text.substr(i, 2)), nullptr, 16));
    }
    if (bytes.size() != 6) return put(masked(text), text.size()), true;
    std::string out;
    constexpr std::string_view kHexDigits = "0123456789abcdef";
    for (const char c : pseudonyms_.addresses.of_mac(bytes)) {
      const auto byte = static_cast<unsigned char>(c);
      if (!out.empty()) out += ':';
      out += kHexDigits[byte >> 4U];
      out += kHexDigits[byte & 15U];
    }
    return put(out, text.size()), true;
  }

  void word() {
    std::size_t size = 0;
    while (size < rest().size() && is_word_byte(rest()[size]))
      ++size;
    auto word = rest().substr(0, size);
    while (word.size() > 1 && (word.back() == '.' || word.back() == '-' || word.back() == '*'))
      word.remove_suffix(1);
    const auto lead = std::min(word.find_first_not_of("._-"), word.size());
    if (lead > 0) return copy(lead);
    if (std::none_of(word.begin(), word.end(), is_letter)) return copy(word.size());
    word = without_port(word);
    const auto behind = line_.substr(at_ + word.size());
    if (is_user_here(word, behind)) return put(pseudonyms_.names.of_user(word), word.size());
    if (is_host_here(word, behind)) {
      const bool url = before().ends_with("://") || before().ends_with('@');
      put(pseudonyms_.names.of_host(word), word.size());
      if (url) behind_host();
      return;
    }
    if (looks_random(word)) return put(masked(word), word.size());
    copy(word.size());
  }

  /// `proxy.http`, `proxy.60706`: in tcpdump's lines a port hangs on the host's name.
  std::string_view without_port(std::string_view word) const {
    const auto dot = word.rfind('.');
    const bool end_of_packet =
        ends_with_any(before(), std::to_array<std::string_view>({"ip ", "ip6 ", " > "}));
    if (!is_tcpdump_ || !end_of_packet || dot == std::string_view::npos || dot == 0) return word;
    const auto port = word.substr(dot + 1);
    const bool number = std::all_of(port.begin(), port.end(), is_digit);
    return number || evidence::service_port(port) ? word.substr(0, dot) : word;
  }

  bool is_user_here(std::string_view word, std::string_view behind) const {
    if (is_role(word)) return false;
    if (ends_with_any(before(), kBeforeUser)) return true;
    if (pseudonyms_.names.is_user(word)) return true;
    if (before().ends_with("://"))  // alice@, alice:***@
      return behind.starts_with('@') || behind.starts_with(":***@");
    const bool mail = behind.size() > 1 && behind.front() == '@' && is_word_byte(behind[1]);
    return mail || behind.starts_with(":***");
  }

  bool is_host_here(std::string_view word, std::string_view behind) const {
    if (looks_like_domain(word) || pseudonyms_.names.is_host(word)) return true;
    if (looks_like_file(word)) return false;
    if (before().ends_with('@') && at_ > 1 &&
        (is_word_byte(line_[at_ - 2]) || line_[at_ - 2] == '*'))
      return true;
    if (ends_with_any(before(), kBeforeHost)) return !is_role(word);
    // CONNECT proxy01:443
    const bool port = behind.size() > 1 && behind.front() == ':' && is_digit(behind[1]);
    if (port && ends_with_any(before(), kBeforeMachine)) return !is_role(word);
    return looks_like_machine(word) && ends_with_any(before(), kBeforeMachine) &&
           !behind.starts_with('(') && !looks_random(word) && !behind.starts_with('=');
  }

  /// A port and a path, where what was put was a URL's host.
  void behind_host() {
    if (rest().starts_with(':')) {
      std::size_t size = 1;
      while (size < rest().size() && is_digit(rest()[size]))
        ++size;
      if (size > 1) copy(size);
    }
    if (!rest().empty() && rest().front() == '/') path();
  }

  std::string_view line_;
  Pseudonyms& pseudonyms_;
  bool is_tcpdump_;
  std::size_t at_ = 0;
  std::string out_;
};

bool is_path_mark(char c) { return std::string_view("/?#&=;:,").find(c) != std::string_view::npos; }

/// `O = Example Inc.`: whom a certificate names, in a line that quotes such a name.
std::string without_organisations(std::string line) {
  if (line.find("CN=") == std::string_view::npos && line.find("CN = ") == std::string_view::npos)
    return line;
  constexpr auto kKeys = std::to_array<std::string_view>(
      {"O", "OU", "L", "ST", "CN", "emailAddress", "serialNumber", "street", "DC", "UID"});
  for (const auto key : kKeys) {
    for (std::size_t at = 0; (at = line.find(key, at)) != std::string_view::npos;
         at += key.size()) {
      if (at > 0 && is_letter(line[at - 1])) continue;
      auto value = line.find_first_not_of(' ', at + key.size());
      if (value == std::string_view::npos || line[value] != '=') continue;
      value = std::min(line.find_first_not_of(' ', value + 1), line.size());
      const auto end = std::min(line.find_first_of(",;/\"\n", value), line.size());
      const auto text = line.substr(value, end - value);
      if (!looks_like_domain(text)) line.replace(value, end - value, masked(text));
    }
  }
  return line;
}

}  // namespace

std::string disguised_path(std::string_view path, Pseudonyms& pseudonyms) {
  std::string out;
  bool in_query = false;
  while (!path.empty()) {
    if (is_path_mark(path.front())) {
      in_query = in_query || path.front() == '?' || path.front() == '#';
      out += path.front();
      path.remove_prefix(1);
      continue;
    }
    const auto size = static_cast<std::size_t>(
        std::find_if(path.begin(), path.end(), is_path_mark) - path.begin());
    const auto word = path.substr(0, size);
    out += in_query ? masked(word) : pseudonyms.names.of_path_word(word);
    path.remove_prefix(size);
  }
  return out;
}

std::string disguised_line(std::string_view line, Pseudonyms& pseudonyms) {
  return Line(without_organisations(std::string(line)), pseudonyms).run();
}

}  // namespace misproxy::anonymize
