#include "evidence/status_word.hpp"

#include <algorithm>
#include <array>

#include "core/ascii.hpp"
#include "evidence/text_line.hpp"
#include "http/status_reason.hpp"

namespace misproxy::evidence {
namespace {

std::string_view without_marks(std::string_view text) {
  while (!text.empty() && contains(" \t\"'(=:,[", text.substr(text.size() - 1)))
    text.remove_suffix(1);
  return text;
}

/// What stands before a status says that it is one.
bool announces(std::string_view before) {
  constexpr std::array<std::string_view, 15> kWords{
      "code",  "status", "response", "returned", "replied", "error", "reply", "for connect",
      "proxy", "failed", "refused",  "got",      "answer",  "with",  "reason"};
  const auto text = without_marks(before);
  if (text.ends_with("HTTP/1.1") || text.ends_with("HTTP/1.0") || text.ends_with("HTTP/2"))
    return true;
  return std::ranges::any_of(kWords, [&](std::string_view word) {
    return text.size() >= word.size() &&
           same_but_for_case(text.substr(text.size() - word.size()), word);
  });
}

/// `Forbidden`, `Proxy Error`: its registered phrase, or another in words behind a blank.
bool is_reasoned(std::string_view behind, int status) {
  const auto reason = status_reason(status);
  if (!take(behind, " ")) return false;
  behind = trimmed(behind);
  if (!take(behind, "(")) take(behind, "\"");
  return !reason.empty() && same_but_for_case(behind.substr(0, reason.size()), reason);
}

/// `bad response Forbidden 403`.
bool is_reason_before(std::string_view before, int status) {
  const auto reason = status_reason(status);
  before = trimmed(before);
  return !reason.empty() && before.size() >= reason.size() &&
         same_but_for_case(before.substr(before.size() - reason.size()), reason);
}

bool begins_alone(std::string_view line, std::size_t at) {
  return at == 0 || contains(" \"'(=:[", line.substr(at - 1, 1));
}

bool ends_alone(std::string_view line, std::size_t at) {
  if (at == line.size()) return true;
  const bool goes_on = at + 1 < line.size() && is_digit(line[at + 1]);  // an address, a version
  return !is_digit(line[at]) && !(goes_on && (line[at] == '.' || line[at] == ':'));
}

std::optional<int> status_of(std::string_view reason) {
  constexpr std::array kKnown{301, 302, 303, 307, 308, 400, 401, 403, 404,
                              405, 407, 429, 500, 501, 502, 503, 504};
  for (const int status : kKnown) {
    if (reason == status_reason(status)) return status;
  }
  return std::nullopt;
}

}  // namespace

namespace {

/// The first number that is a status whose first digit is from `least` to `most`.
std::optional<int> status_in(std::string_view line, char least, char most) {
  for (std::size_t i = 0; i + 3 <= line.size(); ++i) {
    const bool digits =
        line[i] >= least && line[i] <= most && is_digit(line[i + 1]) && is_digit(line[i + 2]);
    if (!digits || !begins_alone(line, i) || !ends_alone(line, i + 3)) continue;
    const int status = (line[i] - '0') * 100 + (line[i + 1] - '0') * 10 + (line[i + 2] - '0');
    const auto before = line.substr(0, i);
    const bool is_port = before.ends_with("port ") || before.ends_with("length ");
    if (is_port) continue;
    if (announces(before) || is_reasoned(line.substr(i + 3), status) ||
        is_reason_before(before, status))
      return status;
  }
  return std::nullopt;
}

}  // namespace

std::optional<int> refusal_in(std::string_view line) { return status_in(line, '3', '5'); }

std::optional<int> odd_success_in(std::string_view line) {
  const auto status = status_in(line, '2', '2');
  return status == 200 ? std::nullopt : status;
}

std::optional<int> status_behind_version(std::string_view text) {
  constexpr std::string_view kForm = "HTTP/1.1 200";
  if (text.size() < kForm.size() || !text.starts_with("HTTP/1.") || text[8] != ' ')
    return std::nullopt;
  auto digits = text.substr(9, 3);
  if (!all_digits(digits) || !ends_alone(text, kForm.size())) return std::nullopt;
  const auto status = take_number(digits);
  return status && *status >= 100 && *status < 600 ? std::optional(static_cast<int>(*status))
                                                   : std::nullopt;
}

std::optional<int> go_refusal_in(std::string_view line) {
  if (!contains(line, "\"https://")) return std::nullopt;
  const auto behind = after_last(line, "\": ");
  if (!behind) return std::nullopt;
  auto reason = trimmed(*behind);
  while (reason.ends_with('"') || reason.ends_with('\\'))  // the message stands in quotes itself
    reason.remove_suffix(1);
  return status_of(reason);
}

std::optional<int> bare_status(std::string_view line) {
  line = trimmed(line);
  if (line.size() < 5 || line[3] != ' ' || !all_digits(line.substr(0, 3))) return std::nullopt;
  const auto status = status_of(line.substr(4));
  auto digits = line.substr(0, 3);
  return status && take_number(digits) == static_cast<std::uint64_t>(*status) ? status
                                                                              : std::nullopt;
}

std::optional<int> refusal_of_reason(std::string_view line) {
  const auto behind = after_last(line, "reason=");
  return behind ? status_of(trimmed(*behind)) : std::nullopt;
}

}  // namespace misproxy::evidence
