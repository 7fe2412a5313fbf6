#include "evidence/any_log.hpp"

#include <cstdint>
#include <optional>
#include <tuple>
#include <utility>

#include "core/ascii.hpp"
#include "evidence/client_words.hpp"
#include "evidence/line_signs.hpp"
#include "evidence/status_word.hpp"
#include "evidence/text_line.hpp"
#include "evidence/told_connections.hpp"
#include "evidence/told_server.hpp"

namespace misproxy::evidence {
namespace {

constexpr std::size_t kLongest = 4096;      // bytes of a line that are looked at
constexpr std::size_t kMostOfWords = 1000;  // bytes of a message that are kept

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

/// `504 Gateway Timeout`: of the answer, and no time-out of the client's.
bool is_only_a_reason(std::string_view line, Sign failure) {
  return failure == Sign::timed_out && holds_in_any_case(line, "504") &&
         holds_in_any_case(line, "gateway time");
}

/// A log's entry: with a time, or with a level behind who says it, as the FMC's have it where
/// syslog's head is taken off: `[4403] CloudAgent:IPReputation [WARN] ...`.
bool begins_event(std::string_view line) {
  if (begins_with_clock(line)) return true;
  constexpr std::size_t kFront = 100;
  const auto front = line.substr(0, kFront);
  for (const std::string_view level : {"[INFO] ", "[WARN] ", "[ERROR] "}) {
    const auto at = front.find(level);
    if (at != std::string_view::npos && at > 0) return true;
  }
  return false;
}

/// Reads line after line. What they tell is one connection, of which the first line that says a
/// thing counts for it; where lines begin with a time, each that tells of a failure is another's.
class AnyLog {
 public:
  explicit AnyLog(const std::string& file) : file_(file) {}

  void take(const Line& whole) {
    const auto line = whole.text.substr(0, kLongest);
    const LineSigns signs(line);
    note_url(line, whole.number);
    const auto bare = bare_status(line);
    if (signs.none() && !bare) return;
    line_ = {line, whole.number};
    if (bare) return *bare == 407 ? answered(*bare) : answered_by_somebody(*bare);
    if (signs.has(Sign::exit)) {
      if (const auto exit = exit_in(line)) report_.exit = {*exit, where()};
    }
    if (signs.has(Sign::head) && take_dialogue(line)) return;
    if (take_status(signs)) return;
    if (signs.has(Sign::works)) tell_works();
    if (is_sessions_lifetime(line) || !signs.is_message()) return;
    if (const auto failure = signs.failure()) take_failure(signs, *failure);
  }

  std::vector<ClientReport> finish() {
    close();
    if (!known_) return {};
    report_.read = report_.connections.size();
    return {std::move(report_)};
  }

 private:
  Citation where() const { return cite(file_, line_.number, line_.text); }

  // --- one connection after another

  /// The connection that the line tells of.
  LoggedConnection& current() {
    known_ = true;
    const bool other_event = begins_event(line_.text) && event_ != line_.number && any();
    if (other_event) close();
    if (!any()) event_ = line_.number;
    return connection_;
  }

  bool any() const {
    return connection_.failed || connection_.connect_reply || connection_.response ||
           connection_.verify_error || connection_.not_http || connection_.problem ||
           connection_.tls_done;
  }

  void close() {
    if (!any()) return;
    connection_.may_be_direct = !says_proxy_ && !connection_.connect && !connection_.tls_to_proxy;
    tell_of(report_, std::exchange(connection_, {}), [this] { return where(); });
    says_proxy_ = vague_ = false;
  }

  // --- answers

  /// A status, where the line says that a number, or a reason, is one.
  bool take_status(const LineSigns& signs) {
    const auto line = line_.text;
    if (signs.has(Sign::connect_answer) || signs.has(Sign::of_connect)) {
      if (const auto status = odd_success_in(line)) return taken_for_refusal(*status), true;
      const auto status = refusal_in(line);
      if (status) return answered(*status), true;
      if (const auto reasoned = refusal_of_reason(line)) return answered(*reasoned), true;
    }
    if (signs.has(Sign::inside)) {
      if (const auto status = refusal_in(line)) return answered_inside(*status), true;
    }
    if (signs.has(Sign::request)) {
      if (const auto status = go_refusal_in(line)) return answered(*status), true;
    }
    const auto failure = signs.failure();
    const bool other = failure && *failure != Sign::wants_credentials &&
                       *failure != Sign::problem && !is_only_a_reason(line, *failure);
    if (signs.has(Sign::answer) && !other) {
      if (const auto status = refusal_in(line)) return answered_by_somebody(*status), true;
    }
    if (signs.has(Sign::of_proxy) && signs.is_message() && !other) {
      if (const auto status = refusal_in(line)) return answered(*status), true;
    }
    return false;
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

  LoggedResponse response_of(int status) const {
    LoggedResponse response;
    response.status = status;
    response.where = where();
    return response;
  }

  void answered(int status) {
    auto& made = current();
    if (!made.connect_reply) made.connect_reply = response_of(status);
  }

  /// Some take nothing but a 200 for a tunnel.
  void taken_for_refusal(int status) {
    answered(status);
    if (!connection_.problem) connection_.problem = {printable(line_.text, kMostOfWords), where()};
  }

  /// `  403  Forbidden [IP: 10.1.1.1 3128]`, of a URL of http://. Of another, the log does not tell
  /// whether the proxy said it or the origin.
  void answered_by_somebody(int status) {
    auto& made = current();
    if (made.response || made.connect_reply) return;
    const bool plain = contains(line_.text, " [IP: ") || contains(line_.text, "http://");
    if (plain) made.request = LoggedRequest{"GET", {}, {}, where()};
    made.response = response_of(status);
  }

  /// A client that tells of a refused CONNECT in other words.
  void answered_inside(int status) {
    auto& made = current();
    if (made.response) return;
    made.request = LoggedRequest{"GET", {}, {}, where()};
    made.response = response_of(status);
  }

  // --- failures

  void take_failure(const LineSigns& signs, Sign failure) {
    switch (failure) {
      case Sign::unresolved:
        return unresolved(signs);
      case Sign::unconnected:
        return note(connection_slot(&LoggedConnection::failed), line_.text, signs);
      case Sign::refused:
        return note(connection_slot(&LoggedConnection::failed), "Connection refused", signs);
      case Sign::unreachable:
        return note(connection_slot(&LoggedConnection::failed), "No route to host", signs);
      case Sign::wants_credentials:
        return answered(407);
      default:
        break;
    }
    if (signs.has(Sign::plain_proxy) && (signs.has(Sign::of_connect) || says_proxy(line_.text))) {
      current().tls_to_proxy = true;
      return note(connection_slot(&LoggedConnection::problem), line_.text, signs);
    }
    if (signs.has(Sign::verify)) return refused_certificate(signs);
    if (failure == Sign::not_http)
      note(connection_slot(&LoggedConnection::not_http), line_.text, signs);
    if (failure == Sign::timed_out && signs.has(Sign::connecting))
      return note(connection_slot(&LoggedConnection::failed), line_.text, signs);
    auto& problem = connection_slot(&LoggedConnection::problem);
    if (vague_ && failure != Sign::problem) problem.reset();
    if (!problem) vague_ = failure == Sign::problem;
    note(problem, line_.text, signs);
    // The connection stands, and what failed was the CONNECT.
    const bool unasked = !connection_.connect && !connection_.connect_reply;
    if (signs.has(Sign::of_connect) && failure != Sign::timed_out && unasked)
      connection_.connect = LoggedRequest{"CONNECT", {}, {}, where()};
  }

  using Slot = std::optional<Told<std::string>> LoggedConnection::*;
  std::optional<Told<std::string>>& connection_slot(Slot slot) { return current().*slot; }

  void note(std::optional<Told<std::string>>& slot, std::string_view text, const LineSigns& signs) {
    if (!slot) slot = {printable(text, kMostOfWords), where()};
    says_proxy_ = says_proxy_ || signs.has(Sign::of_connect) || says_proxy(line_.text);
    if (!connection_.server.empty()) return;
    if (auto server = server_told(line_.text))
      std::tie(connection_.server, connection_.port) = *std::move(server);
  }

  /// The cause of a cause stands behind it: `PKIX path validation failed`, and then why.
  void refused_certificate(const LineSigns& signs) {
    auto& told = connection_slot(&LoggedConnection::verify_error);
    if (told && told->value.size() < kMostOfWords)
      told->value += "; " + printable(line_.text, kMostOfWords);
    note(told, line_.text, signs);
  }

  /// The host of the URL that the client is asked for, where this line or the one before names it.
  void note_url(std::string_view line, std::uint64_t number) {
    const auto at = line.find("://");
    if (at == std::string_view::npos) return;
    const auto url = line.substr(at + 3);
    url_host_ = url.substr(0, url.find_first_of(":/ '\"\\)"));
    url_at_ = number;
  }

  /// A client that goes through a proxy asks for the proxy's name alone, and not for the URL's.
  bool is_of_another(std::string_view name) const {
    return !name.empty() && contains(name, ".") && !url_host_.empty() &&
           line_.number - url_at_ <= 1 && !same_but_for_case(name, url_host_);
  }

  void unresolved(const LineSigns& signs) {
    known_ = true;
    const auto name = unresolved_name(line_.text);
    const bool says = signs.has(Sign::of_connect) || says_proxy(line_.text);
    const bool of_proxy = says || is_of_another(name);
    auto& slot = of_proxy ? report_.unresolved_proxy : report_.unresolved_host;
    if (slot) return;
    report_.proxy_is_inferred = of_proxy && !says;
    slot = {name.empty() ? "(a name that the log does not tell)" : printable(name), where()};
  }

  /// `Response code: 200`, or the end of a handshake.
  void tell_works() {
    auto& made = current();
    if (!contains(line_.text, "200")) {
      tell_handshake(made);
      return;
    }
    if (any()) return;
    made.request = LoggedRequest{"GET", {}, {}, where()};
    made.response = response_of(200);
    made.ended = true;
  }

  void tell_handshake(LoggedConnection& made) const {
    if (!made.tls_done) made.tls_done = {printable(trimmed(line_.text)), where()};
  }

  const std::string& file_;
  Line line_;
  ClientReport report_;
  LoggedConnection connection_;
  std::uint64_t event_ = 0;  // the line that began the connection
  std::string_view url_host_;
  std::uint64_t url_at_ = 0;
  bool says_proxy_ = false;
  bool vague_ = false;  // its problem says that it failed, and not how
  bool asked_connect_ = false;
  bool known_ = false;
};

}  // namespace

std::vector<ClientReport> read_any_log(std::string_view text, const std::string& file) {
  return read_any_log(text, file, [](std::string_view) { return true; });
}

std::vector<ClientReport> read_any_log(std::string_view text, const std::string& file,
                                       const std::function<bool(std::string_view)>& is_mine) {
  AnyLog log(file);
  LineReader lines(text);
  while (const auto line = lines.next_with_text()) {
    if (is_mine(line->text)) log.take(*line);
  }
  return log.finish();
}

}  // namespace misproxy::evidence
