#include "evidence/any_log.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

#include "core/ascii.hpp"
#include "evidence/client_words.hpp"
#include "evidence/status_word.hpp"
#include "evidence/text_line.hpp"
#include "evidence/word_finder.hpp"

namespace misproxy::evidence {
namespace {

constexpr std::size_t kLongest = 4096;  // bytes of a line that are looked at

/// The signs that a line gives.
class Signs {
 public:
  using Found = WordFinder::Found;

  Signs() : finder_(words()) {
    for (std::size_t i = 0; i < kClientWords.size(); ++i)
      bits_[static_cast<std::size_t>(kClientWords[i].sign)].set(i);
  }

  Found in(std::string_view line) const { return finder_.in(line); }
  bool has(const Found& found, Sign sign) const {
    return (found & bits_[static_cast<std::size_t>(sign)]).any();
  }

 private:
  static std::array<std::string_view, kClientWords.size()> words() {
    std::array<std::string_view, kClientWords.size()> all;
    std::ranges::transform(kClientWords, all.begin(), &ClientWords::words);
    return all;
  }

  WordFinder finder_;
  std::array<Found, static_cast<std::size_t>(Sign::count)> bits_{};
};

/// `2026-11-27`, `10:20:58`, `27/Nov`, `1764237600.123`.
bool begins_with_time(std::string_view line) {
  const auto digits = std::min(line.find_first_not_of("0123456789"), line.size());
  return digits > 0 && digits < line.size() && contains("-:/.", line.substr(digits, 1));
}

/// Behind who says it stands what happened: `connect: timed out`. A setting names it in front.
bool tells_behind_colon(const Signs& signs, std::string_view line) {
  const auto colon = line.find(": ");
  if (colon == std::string_view::npos) return false;
  const auto found = signs.in(line.substr(colon + 2));
  constexpr std::array kTold{Sign::plain_proxy, Sign::refused, Sign::unreachable,
                             Sign::unresolved,  Sign::verify,  Sign::problem};
  return std::any_of(kTold.begin(), kTold.end(), [&](Sign sign) { return signs.has(found, sign); });
}

/// A message says what it is, or begins as one: with a time, or with who says it. What else has
/// the words of a failure is prose, or a setting.
bool is_message(const Signs& signs, const Signs::Found& found, std::string_view line) {
  if (signs.has(found, Sign::message)) return true;
  line = trimmed(line);
  if (line.empty()) return false;
  return line.front() == '[' || line.front() == '*' || begins_with_time(line) ||
         tells_behind_colon(signs, line);
}

/// `    Timeout   : 7200 (sec)`: of a TLS session, as `openssl s_client` prints it.
bool is_sessions_lifetime(std::string_view line) {
  return trimmed(line).starts_with("Timeout ") && line.ends_with("(sec)");
}

/// `# exit=56`, the last line that a careful person writes.
std::optional<int> exit_in(std::string_view line) {
  const auto at = line.find("exit=");
  if (at == std::string_view::npos || at + 5 >= line.size() || !is_digit(line[at + 5]))
    return std::nullopt;
  int value = 0;
  for (auto i = at + 5; i < line.size() && is_digit(line[i]) && value < 1000; ++i)
    value = value * 10 + (line[i] - '0');
  return value;
}

/// Reads line after line; the first line that says a thing counts for it.
class AnyLog {
 public:
  explicit AnyLog(const std::string& file) : file_(file) {}

  void take(const Line& whole) {
    const auto line = whole.text.substr(0, kLongest);
    const auto found = signs_.in(line);
    if (found.none()) return;
    const auto has = [&](Sign sign) { return signs_.has(found, sign); };
    line_ = whole;
    if (has(Sign::exit)) {
      if (const auto exit = exit_in(line)) report_.exit = {*exit, where()};
    }
    if (has(Sign::head) && take_dialogue(line)) return;
    if (has(Sign::request)) {
      if (const auto status = go_refusal_in(line)) return answered(*status);
    }
    if (has(Sign::answer)) {
      if (const auto status = refusal_in(line)) return plainly_answered(*status);
    }
    if (is_sessions_lifetime(line) || !is_message(signs_, found, line)) return;
    if (has(Sign::unresolved)) return unresolved(line);
    if (has(Sign::refused)) return note(connection_.failed, "Connection refused");
    if (has(Sign::unreachable)) return note(connection_.failed, "No route to host");
    if (has(Sign::plain_proxy) && has(Sign::of_connect)) {
      connection_.tls_to_proxy = true;
      return note(connection_.problem, line);
    }
    if (has(Sign::of_proxy)) {
      if (const auto status = refusal_in(line)) return answered(*status);
    }
    if (has(Sign::wants_credentials)) return answered(407);
    if (has(Sign::verify)) return note(connection_.verify_error, line);
    if (!has(Sign::problem)) return;
    note(connection_.problem, line);
    if (has(Sign::of_connect)) at_connect(line);
  }

  std::vector<ClientReport> finish() {
    if (!known_) return {};
    const bool any = connection_.failed || connection_.connect_reply || connection_.response ||
                     connection_.verify_error || connection_.problem;
    if (any) report_.connections.push_back(std::move(connection_));
    return {std::move(report_)};
  }

 private:
  Citation where() const { return cite(file_, line_.number, line_.text); }

  void note(std::optional<Told<std::string>>& slot, std::string_view text) {
    known_ = true;
    if (!slot) slot = {std::string(text.substr(0, 300)), where()};
  }

  /// The heads of a CONNECT and of its answer, as some print them: `-> CONNECT a:443 HTTP/1.1`,
  /// `<- HTTP/1.1 403 Forbidden`.
  bool take_dialogue(std::string_view line) {
    if (contains(line, "CONNECT ")) {
      asked_connect_ = asked_connect_ || !contains(line, "\"");
      return false;
    }
    const auto at = line.find("HTTP/1.");
    if (!asked_connect_ || at == std::string_view::npos) return false;
    const auto status = status_behind_version(line.substr(at));
    if (!status || *status < 200) return false;
    answered(*status);
    return true;
  }

  /// Go names it: `lookup gw.example.com on 192.0.2.53:53: no such host`.
  void unresolved(std::string_view line) {
    auto& slot =
        holds_in_any_case(line, "proxy") ? report_.unresolved_proxy : report_.unresolved_host;
    const auto at = line.find("lookup ");
    auto rest = at == std::string_view::npos ? std::string_view() : line.substr(at + 7);
    const auto name = rest.substr(0, rest.find_first_of(" :"));
    note(slot, name.empty() ? "(a name that the log does not tell)" : name);
  }

  /// The connection stands, and what failed was the CONNECT.
  void at_connect(std::string_view line) {
    const bool made = !holds_in_any_case(line, "timed out") && !holds_in_any_case(line, "timeout");
    if (!made || connection_.connect || connection_.connect_reply) return;
    connection_.connect = LoggedRequest{"CONNECT", {}, {}, where()};
  }

  /// `  403  Forbidden [IP: 10.1.1.1 3128]`, of a URL of http://.
  void plainly_answered(int status) {
    known_ = true;
    if (connection_.response) return;
    connection_.request = LoggedRequest{"GET", {}, {}, where()};
    connection_.response = LoggedResponse{};
    connection_.response->status = status;
    connection_.response->where = where();
  }

  void answered(int status) {
    known_ = true;
    if (connection_.connect_reply) return;
    LoggedResponse reply;
    reply.status = status;
    reply.where = where();
    connection_.connect_reply = std::move(reply);
  }

  const std::string& file_;
  const Signs signs_;
  Line line_;
  ClientReport report_;
  LoggedConnection connection_;
  bool asked_connect_ = false;
  bool known_ = false;
};

}  // namespace

std::vector<ClientReport> read_any_log(std::string_view text, const std::string& file) {
  AnyLog log(file);
  LineReader lines(text);
  while (const auto line = lines.next_with_text())
    log.take(*line);
  return log.finish();
}

}  // namespace misproxy::evidence
