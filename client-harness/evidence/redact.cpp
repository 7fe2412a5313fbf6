#include "evidence/redact.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "core/ascii.hpp"
#include "evidence/secret_words.hpp"
#include "evidence/text_line.hpp"

namespace misproxy::evidence {
namespace {

constexpr auto npos = std::string_view::npos;
constexpr std::string_view kBreaks = " \t\r\n\"'<>`";  // no word goes on behind these

bool is_letter(char c) { return lower(c) >= 'a' && lower(c) <= 'z'; }
bool is_key_byte(char c) { return is_letter(c) || is_digit(c) || c == '_' || c == '-' || c == '.'; }
bool is_quote(char c) { return c == '"' || c == '\'' || c == '`'; }
bool is_base64(char c) {
  return is_letter(c) || is_digit(c) || c == '+' || c == '/' || c == '=' || c == '-' || c == '_';
}

std::size_t find_from(std::string_view text, std::string_view any_of, std::size_t at) {
  return std::min(text.find_first_of(any_of, at), text.size());
}

/// The bytes that `text` is the base64 of, as far as it is.
std::string from_base64(std::string_view text) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    const auto digit = kDigits.find(c);
    if (digit == npos) break;
    bits = (bits << 6 | static_cast<std::uint32_t>(digit)) & 0xFFFFU;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    out += static_cast<char>(bits >> count & 0xFFU);
  }
  return out;
}

/// The user's name in Basic's credentials, where they are some.
std::optional<std::string> basic_user(std::string_view token) {
  const auto both = from_base64(token);
  const auto colon = both.find(':');
  const bool text =
      std::none_of(both.begin(), both.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; });
  if (colon == std::string::npos || !text) return std::nullopt;
  return both.substr(0, colon);
}

/// A short word is the end of many: `monkey`, `barcode`.
bool stands_alone(const SecretWord& each, std::string_view key) {
  if (each.secret != Secret::in_query || key.size() <= each.word.size()) return true;
  const char before = key[key.size() - each.word.size() - 1];
  return before == '-' || before == '_' || before == '.';
}

Secret secret_of_key(std::string_view key) {
  std::string plain;
  for (const char c : key) {
    if (c != '-' && c != '_' && c != '.') plain += lower(c);
  }
  for (const auto& each : kSecretKeys) {
    if (plain.ends_with(each.word) && stands_alone(each, key)) return each.secret;
  }
  return Secret::none;
}

Secret secret_of_option(std::string_view option) {
  const auto* const known =
      std::find_if(kSecretOptions.begin(), kSecretOptions.end(),
                   [&](const SecretWord& each) { return each.word == option; });
  return known == kSecretOptions.end() ? Secret::none : known->secret;
}

/// Looks a text over once, and notes what must not be seen of it.
class Redaction {
 public:
  explicit Redaction(std::string_view text) : text_(text) {}

  std::string done() {
    find_userinfo();
    find_words();
    return written();
  }

 private:
  struct Span {
    std::size_t begin = 0;
    std::size_t end = 0;
    std::string instead;
  };
  /// What a key has behind it.
  struct Value {
    std::size_t begin = 0;
    std::size_t end = 0;
    bool assigned = false;  // by `=`
    bool quoted_key = false;
    bool in_query = false;
  };

  char at(std::size_t place) const { return place < text_.size() ? text_[place] : '\0'; }
  std::string_view part(std::size_t begin, std::size_t end) const {
    return text_.substr(begin, end - begin);
  }
  std::size_t behind_blanks(std::size_t place) const {
    return std::min(text_.find_first_not_of(" \t", place), text_.size());
  }

  void hide(std::size_t begin, std::size_t end, std::string instead = std::string(kHidden)) {
    if (begin >= end || text_.substr(begin).starts_with(kHidden)) return;
    spans_.push_back({begin, end, std::move(instead)});
  }

  std::string written() {
    if (spans_.empty()) return std::string(text_);
    std::sort(spans_.begin(), spans_.end(), [](const Span& a, const Span& b) {
      return a.begin != b.begin ? a.begin < b.begin : a.end > b.end;
    });
    std::string out;
    std::size_t done = 0;
    for (const auto& span : spans_) {
      if (span.begin >= done) out.append(text_, done, span.begin - done).append(span.instead);
      done = std::max(done, span.end);
    }
    return out.append(text_, std::min(done, text_.size()));
  }

  // --- in front of an @

  void find_userinfo() {
    std::size_t done = 0;
    for (auto mark = text_.find("://"); mark != npos; mark = text_.find("://", done)) {
      done = mark + 3;
      url(done, find_from(text_, kBreaks, done));
    }
    for (auto mark = text_.find('@'); mark != npos; mark = text_.find('@', mark + 1))
      bare_userinfo(mark);
  }

  void url(std::size_t begin, std::size_t end) {
    const auto path = std::min(find_from(text_, "/?#", begin), end);
    const auto sign = part(begin, path).rfind('@');
    if (sign != npos) return hide_password(begin, begin + sign);
    const auto colon = at(begin) == '[' ? npos : part(begin, path).find(':');
    if (colon == npos) return;
    // What stands there is a port, or the beginning of a password: with a slash in it, or cut.
    auto port = part(begin + colon + 1, path);
    port = port.substr(0, port.find_last_not_of(".,;:)]}") + 1);
    if (port.empty() || all_digits(port)) return;
    if (const auto later = part(begin, end).rfind('@'); later != npos)
      return hide_password(begin, begin + later);
    if (end == text_.size()) hide(begin + colon + 1, end);
  }

  void hide_password(std::size_t begin, std::size_t end) {
    if (const auto colon = part(begin, end).find(':'); colon != npos) hide(begin + colon + 1, end);
  }

  /// `alice:secret@proxy:80`, as `curl -x` and git take it.
  void bare_userinfo(std::size_t sign) {
    const auto host = at(sign + 1);
    if (!is_letter(host) && !is_digit(host) && host != '[') return;
    const auto before = text_.substr(0, sign);
    auto begin = before.find_last_of(kBreaks);
    begin = begin == npos ? 0 : begin + 1;
    auto colon = before.find(':', begin);
    if (colon == npos || before.substr(colon).starts_with("://")) return;
    if (const auto assigned = before.find('=', begin); assigned < colon) begin = assigned + 1;
    // `Resolving u:secret@proxy (u:secret@proxy)...`
    if (const auto open = part(begin, colon).find_last_of("([{|,;"); open != npos) {
      begin += open + 1;
    }
    const auto user = part(begin, colon);
    const bool image = text_.substr(sign).starts_with("@sha256:") || user == "npm";
    if (image || user.find_first_of("@/[(") != npos || user == "mailto") return;
    hide(colon + 1, sign);
  }

  // --- behind a word

  void find_words() {
    for (std::size_t place = 0; place < text_.size();) {
      if (!is_key_byte(text_[place])) {
        ++place;
        continue;
      }
      auto end = place;
      while (end < text_.size() && is_key_byte(text_[end]))
        ++end;
      word(place, end);
      place = end;
    }
  }

  void word(std::size_t begin, std::size_t end) {
    const auto text = part(begin, end);
    if (text.front() == '-' && option(begin, end)) return;
    if (is_token(text)) return hide(begin, end);
    if (at(end) == ' ' || at(end) == '\t') {
      bare_scheme(text, behind_blanks(end));
      if (is_key_of_blanks(begin, end)) {
        const auto from = behind_blanks(end);
        return hide(from, trimmed_end(from, find_from(text_, kBreaks, from)));
      }
      if (same_but_for_case(text, "cookie")) return cookies(behind_blanks(end), end, true);
    }
    if (const auto value = value_behind(begin, end)) key(secret_of_key(text), *value, begin);
  }

  static bool is_token(std::string_view word) {
    if (word.size() < 20) return false;
    const bool known = std::any_of(kTokenBeginnings.begin(), kTokenBeginnings.end(),
                                   [&](auto each) { return word.starts_with(each); });
    return known && (!word.starts_with("eyJ") || contains(word, "."));
  }

  /// netrc's `password x`, the article's `PROXY_PASSWORD x`, FTP's `PASS x`: the key begins the
  /// line, or a login stands in front of it.
  bool is_key_of_blanks(std::size_t begin, std::size_t end) const {
    const auto key = part(begin, end);
    const auto line = text_.substr(0, begin);
    const auto front = line.substr(line.find_last_of('\n') + 1);
    const bool first = front.find_first_not_of("#*<> \t0123456789:|") == npos;
    const bool netrc = key == "password" && (first || contains(front, "login "));
    const bool loud =
        std::none_of(key.begin(), key.end(), [](char c) { return lower(c) == c && is_letter(c); });
    return netrc || (first && loud && secret_of_key(key) == Secret::value);
  }

  /// `Basic dXNl...` and its like without a header's name.
  void bare_scheme(std::string_view scheme, std::size_t begin) {
    auto end = begin;
    while (end < text_.size() && is_base64(text_[end]))
      ++end;
    const auto token = part(begin, end);
    if (same_but_for_case(scheme, "basic")) {
      if (const auto user = basic_user(token)) hide_basic(begin, end, *user);
    } else if (same_but_for_case(scheme, "ntlm") || same_but_for_case(scheme, "negotiate") ||
               same_but_for_case(scheme, "bearer")) {
      const bool mixed =
          token.find_first_of("0123456789+/=_-") != npos || token.starts_with("TlRM");
      if (token.size() >= 16 && mixed) hide(begin, end);
    }
  }

  void hide_basic(std::size_t begin, std::size_t end, const std::string& user) {
    hide(begin, end,
         user.empty() ? std::string(kHidden) : fmt::format("{} (user {})", kHidden, user));
  }

  /// Behind `key=`, `key: `, `"key": "`; to the end of the word, or of the quotes.
  std::optional<Value> value_behind(std::size_t begin, std::size_t end) const {
    Value value;
    auto place = end;
    if (at(place) == '\\') ++place;
    value.quoted_key = is_quote(at(place)) && begin > 0 && text_[begin - 1] == at(place);
    if (value.quoted_key) ++place;
    place = behind_blanks(place);
    const bool encoded = text_.substr(place).starts_with("%3D");
    value.assigned = at(place) == '=' || encoded;
    if (!value.assigned && at(place) != ':') return std::nullopt;
    place += encoded ? 3 : 1;
    if (text_.substr(place).starts_with("//")) return std::nullopt;
    value.in_query = begin > 0 && (text_[begin - 1] == '?' || text_[begin - 1] == '&' ||
                                   text_[begin - 1] == ';');
    value.begin = value.in_query ? place : behind_blanks(place);
    if (at(value.begin) == '\\') ++value.begin;
    const bool quoted = is_quote(at(value.begin));
    if (quoted) {
      const auto close = text_.find(at(value.begin), value.begin + 1);
      ++value.begin;
      value.end = close == npos ? text_.size() : close;
      if (value.end > value.begin && text_[value.end - 1] == '\\') --value.end;
      return value;
    }
    const auto stop = find_from(text_, kBreaks, value.begin);
    value.end = value.in_query ? std::min(find_from(text_, "&#", value.begin), stop)
                               : trimmed_end(value.begin, stop);
    return value;
  }

  std::size_t trimmed_end(std::size_t begin, std::size_t end) const {
    while (end > begin && std::string_view(";,)]}").find(text_[end - 1]) != npos)
      --end;
    return end;
  }

  void key(Secret secret, const Value& value, std::size_t begin) {
    switch (secret) {
      case Secret::none:
      case Secret::behind_a_colon:
      case Secret::next_word:
        return;
      case Secret::value:
        return hide(value.begin, value.end);
      case Secret::assigned:
        if (value.assigned || value.quoted_key) hide(value.begin, value.end);
        return;
      case Secret::in_query:
        if (value.in_query && value.assigned) hide(value.begin, value.end);
        return;
      case Secret::credentials:
        return credentials(value.begin, end_of_header(begin, value));
      case Secret::challenge:
        return challenge(value.begin, end_of_header(begin, value));
      case Secret::cookies:
        return cookies(value.begin, end_of_header(begin, value), false);
      case Secret::set_cookie:
        return cookies(value.begin, end_of_header(begin, value), true);
    }
  }

  /// A header goes to the end of its line, of the quotes around it, or of curl's brackets.
  std::size_t end_of_header(std::size_t begin, const Value& value) const {
    if (value.quoted_key || is_quote(at(value.begin - 1))) return value.end;
    auto end = find_from(text_, "\r\n", value.begin);
    const char before = begin > 0 ? text_[begin - 1] : '\0';
    if (is_quote(before)) end = std::min(end, find_from(text_, {&before, 1}, value.begin));
    if (before == '[') end = std::min(end, find_from(text_, "]", value.begin));
    for (const std::string_view written : {"\\r", "\\n"})
      end = std::min(end, std::min(text_.find(written, value.begin), text_.size()));
    return end;
  }

  void credentials(std::size_t begin, std::size_t end) {
    const auto blank = std::min(find_from(text_, " \t", begin), end);
    const auto scheme = part(begin, blank);
    const auto proof = std::min(behind_blanks(blank), end);
    if (proof == end) {
      const bool alone = scheme.size() < 12 && std::all_of(scheme.begin(), scheme.end(), is_letter);
      if (!alone) hide(begin, end);
      return;
    }
    if (same_but_for_case(scheme, "digest")) return digest(proof, end);
    const auto token_end = std::min(find_from(text_, kBreaks, proof), end);
    const auto user =
        same_but_for_case(scheme, "basic") ? basic_user(part(proof, token_end)) : std::nullopt;
    if (user) return hide_basic(proof, end, *user);
    hide(proof, end);
  }

  void digest(std::size_t begin, std::size_t end) {
    const auto found = part(begin, end).find("response=");
    if (found == npos) return;
    auto from = begin + found + std::string_view("response=").size();
    while (at(from) == '\\' || is_quote(at(from)))
      ++from;
    hide(from, std::min(find_from(text_, "\"\\, \t", from), end));
  }

  void challenge(std::size_t begin, std::size_t end) {
    const auto blank = std::min(find_from(text_, " \t", begin), end);
    const auto scheme = part(begin, blank);
    if (!same_but_for_case(scheme, "ntlm") && !same_but_for_case(scheme, "negotiate")) return;
    const auto from = std::min(behind_blanks(blank), end);
    hide(from, std::min(find_from(text_, ", \t", from), end));
  }

  /// `only_first`: what follows are attributes, or another's words.
  void cookies(std::size_t begin, std::size_t end, bool only_first) {
    if (end <= begin) end = find_from(text_, only_first ? " \t\r\n;" : "\r\n", begin);
    while (begin < end) {
      const auto pair_end = std::min(find_from(text_, ";", begin), end);
      const auto sign = part(begin, pair_end).find('=');
      const auto name = part(begin, begin + std::min(sign, pair_end - begin));
      if (sign == npos) {
        if (!only_first) hide(begin, pair_end);
      } else if (name.find_first_of(" \t") == npos) {
        hide(begin + sign + 1, pair_end);
      }
      if (only_first) return;
      begin = behind_blanks(std::min(pair_end + 1, text_.size()));
    }
  }

  // --- of a command

  /// True where it is an option that says something secret with its next word.
  bool option(std::size_t begin, std::size_t end) {
    const char before = begin > 0 ? text_[begin - 1] : ' ';
    if (before != ' ' && before != '\t' && !is_quote(before)) return false;
    auto secret = secret_of_option(part(begin, end));
    if (part(begin, end) == "-p" && (contains(text_, "login ") || contains(text_, "sshpass ")))
      secret = Secret::next_word;
    if (part(begin, end) == "-U" && contains(text_, "wget ")) return true;  // its name
    auto from = end;
    if (secret == Secret::none && joined_user(begin, end)) {
      secret = Secret::behind_a_colon;
      from = begin + 2;
    }
    if (secret == Secret::none) return false;
    from = std::min(text_.find_first_not_of("\"'`, =\t", from), text_.size());
    if (from == end) return false;
    const char open = text_[from - 1];
    const auto stop =
        is_quote(open) ? find_from(text_, {&open, 1}, from) : find_from(text_, kBreaks, from);
    if (secret == Secret::next_word) hide(from, stop);
    if (secret == Secret::behind_a_colon) hide_password(from, stop);
    if (secret == Secret::cookies && contains(part(from, stop), "=")) cookies(from, stop, false);
    return true;
  }

  /// `-ualice:secret`.
  bool joined_user(std::size_t begin, std::size_t end) const {
    return (at(begin + 1) == 'u' || at(begin + 1) == 'U') && end > begin + 2 && at(end) == ':';
  }

  std::string_view text_;
  std::vector<Span> spans_;
};

/// Most lines say nothing that a secret could stand behind.
bool may_hold_secret(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '@' || c == '=' || c == ':' || c == '-' || c == '_') return true;
    if (c == ' ' && i > 0) {
      const char last = lower(text[i - 1]);  // of basic, bearer, ntlm, negotiate, pass, password
      if (last == 'c' || last == 'r' || last == 'm' || last == 'e' || last == 's' || last == 'd')
        return true;
    }
  }
  return text.find("eyJ") != npos;
}

/// How much of a line is looked over at once: all, or, of a long one, up to where no word is cut.
std::size_t next_piece(std::string_view line) {
  constexpr std::size_t kLongest = 16 * 1024;
  if (line.size() <= kLongest) return line.size();
  const auto blank = line.substr(0, kLongest).find_last_of(kBreaks);
  return blank == npos ? kLongest : blank + 1;
}

}  // namespace

std::string redacted(std::string_view text) {
  return may_hold_secret(text) ? Redaction(text).done() : std::string(text);
}

std::string redacted_log(std::string_view log) {
  std::string out;
  while (!log.empty()) {
    auto line = log.substr(0, log.find('\n'));
    const bool ends = line.size() < log.size();
    log.remove_prefix(line.size() + (ends ? 1 : 0));
    while (!line.empty()) {
      const auto piece = next_piece(line);
      out += redacted(line.substr(0, piece));
      line.remove_prefix(piece);
    }
    if (ends) out += '\n';
  }
  return out;
}

}  // namespace misproxy::evidence
