#include "evidence/any_log.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "core/ascii.hpp"
#include "evidence/text_line.hpp"

namespace misproxy::evidence {
namespace {

template <std::size_t N>
bool says_any(std::string_view line, const std::array<std::string_view, N>& words) {
  return std::any_of(words.begin(), words.end(),
                     [&](auto each) { return holds_in_any_case(line, each); });
}

constexpr std::array<std::string_view, 3> kRefused{"connection refused", "econnrefused",
                                                   "couldn't connect to server"};
constexpr std::array<std::string_view, 5> kUnreachable{"no route to host", "network is unreachable",
                                                       "host is unreachable", "ehostunreach",
                                                       "enetunreach"};
constexpr std::array<std::string_view, 9> kUnresolved{"name or service not known",
                                                      "temporary failure in name resolution",
                                                      "could not resolve",
                                                      "couldn't resolve",
                                                      "getaddrinfo",
                                                      "unknownhost",
                                                      "enotfound",
                                                      "no address associated",
                                                      "unable to resolve"};
constexpr std::array<std::string_view, 9> kVerify{"certificate verify failed",
                                                  "certificate has expired",
                                                  "self-signed certificate",
                                                  "self signed certificate",
                                                  "unable to get local issuer",
                                                  "hostname mismatch",
                                                  "certificate is not trusted",
                                                  "doesn't match",
                                                  "unable to find valid certification path"};
constexpr std::array<std::string_view, 13> kProblem{"connection reset",
                                                    "econnreset",
                                                    "timed out",
                                                    "timeout",
                                                    "wrong version number",
                                                    "unexpected eof",
                                                    "incompleteread",
                                                    "broken pipe",
                                                    "handshake failure",
                                                    "alert",
                                                    "connection closed",
                                                    "closed connection",
                                                    "aborted"};
constexpr std::array<std::string_view, 3> kOfProxy{"proxy", "tunnel", "connect"};

/// `2026-11-27`, `10:20:58`, `27/Nov`, `1764237600.123`.
bool begins_with_time(std::string_view line) {
  const auto digits = std::min(line.find_first_not_of("0123456789"), line.size());
  return digits > 0 && digits < line.size() && contains("-:/.", line.substr(digits, 1));
}

/// Behind who says it stands what happened: `connect: timed out`. A setting names it in front.
bool tells_behind_colon(std::string_view line) {
  const auto colon = line.find(": ");
  if (colon == std::string_view::npos) return false;
  const auto what = line.substr(colon + 2);
  return says_any(what, kRefused) || says_any(what, kUnreachable) || says_any(what, kUnresolved) ||
         says_any(what, kVerify) || says_any(what, kProblem);
}

/// A message says what it is, or begins as one: with a time, or with who says it. What else has
/// the words of a failure is prose, or a setting.
bool is_message(std::string_view line) {
  constexpr std::array<std::string_view, 13> kSigns{
      "error", "err:",  "err!", "invalid",   "cannot ",  "can't ",   "exception",
      "fail",  "fatal", "warn", "could not", "couldn't", "unable to"};
  if (says_any(line, kSigns)) return true;
  line = trimmed(line);
  if (line.empty()) return false;
  return line.front() == '[' || line.front() == '*' || begins_with_time(line) ||
         tells_behind_colon(line);
}

/// `    Timeout   : 7200 (sec)`: of a TLS session, as `openssl s_client` prints it.
bool is_sessions_lifetime(std::string_view line) {
  return trimmed(line).starts_with("Timeout ") && line.ends_with("(sec)");
}

/// A number from 300 to 599 that stands alone, and is no packet's length.
std::optional<int> status_in(std::string_view line) {
  for (std::size_t i = 0; i + 3 <= line.size(); ++i) {
    const bool begins = i == 0 || line[i - 1] == ' ' || line[i - 1] == '"' || line[i - 1] == '(';
    const bool alone = begins && !line.substr(0, i).ends_with("length ") &&
                       (i + 3 == line.size() || !(is_digit(line[i + 3]) || line[i + 3] == '.'));
    if (!alone || line[i] < '3' || line[i] > '5' || !is_digit(line[i + 1]) ||
        !is_digit(line[i + 2]))
      continue;
    return (line[i] - '0') * 100 + (line[i + 1] - '0') * 10 + (line[i + 2] - '0');
  }
  return std::nullopt;
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
  void take(std::string_view line, const Citation& where) {
    if (const auto exit = exit_in(line)) report_.exit = {*exit, where};
    if (is_sessions_lifetime(line) || !is_message(line)) return;
    if (says_any(line, kUnresolved)) return unresolved(line, where);
    if (says_any(line, kRefused)) return note(connection_.failed, "Connection refused", where);
    if (says_any(line, kUnreachable)) return note(connection_.failed, "No route to host", where);
    if (const auto status = status_in(line); status && says_any(line, kOfProxy))
      return answered(*status, where);
    if (says_any(line, kVerify)) return note(connection_.verify_error, std::string(line), where);
    if (says_any(line, kProblem)) note(connection_.problem, std::string(line), where);
  }

  std::vector<ClientReport> finish() {
    if (!known_) return {};
    const bool any = connection_.failed || connection_.connect_reply || connection_.verify_error ||
                     connection_.problem;
    if (any) report_.connections.push_back(std::move(connection_));
    return {std::move(report_)};
  }

 private:
  void note(std::optional<Told<std::string>>& slot, std::string text, const Citation& where) {
    known_ = true;
    if (!slot) slot = {text.substr(0, 300), where};
  }

  void unresolved(std::string_view line, const Citation& where) {
    auto& slot =
        holds_in_any_case(line, "proxy") ? report_.unresolved_proxy : report_.unresolved_host;
    note(slot, "(a name that the log does not tell)", where);
  }

  void answered(int status, const Citation& where) {
    known_ = true;
    if (connection_.connect_reply) return;
    LoggedResponse reply;
    reply.status = status;
    reply.where = where;
    connection_.connect_reply = std::move(reply);
  }

  ClientReport report_;
  LoggedConnection connection_;
  bool known_ = false;
};

}  // namespace

std::vector<ClientReport> read_any_log(std::string_view text, const std::string& file) {
  AnyLog log;
  LineReader lines(text);
  while (const auto line = lines.next())
    log.take(line->text.substr(0, 4096), cite(file, line->number, line->text));
  return log.finish();
}

}  // namespace misproxy::evidence
