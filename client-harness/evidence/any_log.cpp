#include "evidence/any_log.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

#include "core/ascii.hpp"
#include "evidence/text_line.hpp"
#include "evidence/word_finder.hpp"

namespace misproxy::evidence {
namespace {

constexpr std::size_t kLongest = 4096;  // bytes of a line that are looked at

/// What a word in a line is a sign of.
enum class Sign : std::uint8_t {
  unresolved,
  refused,
  unreachable,
  of_proxy,
  verify,
  problem,
  message,
  exit,
  count
};

struct SignWord {
  std::string_view word;  // in lower case
  Sign sign;
};

constexpr std::array<SignWord, 56> kWords{{
    {"name or service not known", Sign::unresolved},
    {"temporary failure in name resolution", Sign::unresolved},
    {"could not resolve", Sign::unresolved},
    {"couldn't resolve", Sign::unresolved},
    {"getaddrinfo", Sign::unresolved},
    {"unknownhost", Sign::unresolved},
    {"enotfound", Sign::unresolved},
    {"no address associated", Sign::unresolved},
    {"unable to resolve", Sign::unresolved},
    {"connection refused", Sign::refused},
    {"econnrefused", Sign::refused},
    {"couldn't connect to server", Sign::refused},
    {"no route to host", Sign::unreachable},
    {"network is unreachable", Sign::unreachable},
    {"host is unreachable", Sign::unreachable},
    {"ehostunreach", Sign::unreachable},
    {"enetunreach", Sign::unreachable},
    {"proxy", Sign::of_proxy},
    {"tunnel", Sign::of_proxy},
    {"connect", Sign::of_proxy},
    {"certificate verify failed", Sign::verify},
    {"certificate has expired", Sign::verify},
    {"self-signed certificate", Sign::verify},
    {"self signed certificate", Sign::verify},
    {"unable to get local issuer", Sign::verify},
    {"hostname mismatch", Sign::verify},
    {"certificate is not trusted", Sign::verify},
    {"doesn't match", Sign::verify},
    {"unable to find valid certification path", Sign::verify},
    {"connection reset", Sign::problem},
    {"econnreset", Sign::problem},
    {"timed out", Sign::problem},
    {"timeout", Sign::problem},
    {"wrong version number", Sign::problem},
    {"unexpected eof", Sign::problem},
    {"incompleteread", Sign::problem},
    {"broken pipe", Sign::problem},
    {"handshake failure", Sign::problem},
    {"alert", Sign::problem},
    {"connection closed", Sign::problem},
    {"closed connection", Sign::problem},
    {"aborted", Sign::problem},
    {"error", Sign::message},
    {"err:", Sign::message},
    {"err!", Sign::message},
    {"invalid", Sign::message},
    {"cannot ", Sign::message},
    {"can't ", Sign::message},
    {"exception", Sign::message},
    {"fail", Sign::message},
    {"fatal", Sign::message},
    {"warn", Sign::message},
    {"could not", Sign::message},
    {"couldn't", Sign::message},
    {"unable to", Sign::message},
    {"exit=", Sign::exit},
}};

/// The signs that a line gives.
class Signs {
 public:
  Signs() : finder_(words()) {
    for (std::size_t i = 0; i < kWords.size(); ++i)
      bits_[static_cast<std::size_t>(kWords[i].sign)] |= std::uint64_t{1} << i;
  }

  std::uint64_t in(std::string_view line) const { return finder_.in(line); }
  bool has(std::uint64_t found, Sign sign) const {
    return (found & bits_[static_cast<std::size_t>(sign)]) != 0;
  }

 private:
  static std::array<std::string_view, kWords.size()> words() {
    std::array<std::string_view, kWords.size()> all;
    std::transform(kWords.begin(), kWords.end(), all.begin(),
                   [](const SignWord& each) { return each.word; });
    return all;
  }

  WordFinder finder_;
  std::array<std::uint64_t, static_cast<std::size_t>(Sign::count)> bits_{};
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
  constexpr std::array kTold{Sign::refused, Sign::unreachable, Sign::unresolved, Sign::verify,
                             Sign::problem};
  return std::any_of(kTold.begin(), kTold.end(), [&](Sign sign) { return signs.has(found, sign); });
}

/// A message says what it is, or begins as one: with a time, or with who says it. What else has
/// the words of a failure is prose, or a setting.
bool is_message(const Signs& signs, std::uint64_t found, std::string_view line) {
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
  explicit AnyLog(const std::string& file) : file_(file) {}

  void take(const Line& whole) {
    const auto line = whole.text.substr(0, kLongest);
    const auto found = signs_.in(line);
    if (found == 0) return;
    const auto has = [&](Sign sign) { return signs_.has(found, sign); };
    line_ = whole;
    if (has(Sign::exit)) {
      if (const auto exit = exit_in(line)) report_.exit = {*exit, where()};
    }
    if (is_sessions_lifetime(line) || !is_message(signs_, found, line)) return;
    if (has(Sign::unresolved)) return unresolved(line);
    if (has(Sign::refused)) return note(connection_.failed, "Connection refused");
    if (has(Sign::unreachable)) return note(connection_.failed, "No route to host");
    if (has(Sign::of_proxy)) {
      if (const auto status = status_in(line)) return answered(*status);
    }
    if (has(Sign::verify)) return note(connection_.verify_error, line);
    if (has(Sign::problem)) note(connection_.problem, line);
  }

  std::vector<ClientReport> finish() {
    if (!known_) return {};
    const bool any = connection_.failed || connection_.connect_reply || connection_.verify_error ||
                     connection_.problem;
    if (any) report_.connections.push_back(std::move(connection_));
    return {std::move(report_)};
  }

 private:
  Citation where() const { return cite(file_, line_.number, line_.text); }

  void note(std::optional<Told<std::string>>& slot, std::string_view text) {
    known_ = true;
    if (!slot) slot = {std::string(text.substr(0, 300)), where()};
  }

  void unresolved(std::string_view line) {
    auto& slot =
        holds_in_any_case(line, "proxy") ? report_.unresolved_proxy : report_.unresolved_host;
    note(slot, "(a name that the log does not tell)");
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
