#include "diagnose/report_complaint.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "core/ascii.hpp"
#include "diagnose/complaint_words.hpp"
#include "diagnose/reading.hpp"
#include "diagnose/report_tls.hpp"
#include "evidence/line_signs.hpp"
#include "evidence/logged_head.hpp"
#include "evidence/text_line.hpp"

namespace misproxy::diagnose {
namespace {

using evidence::ClientReport;
using evidence::LoggedConnection;
using evidence::Sign;

/// A firewall that prohibits says so by ICMP, and the system by one of these; of a file they mean
/// something else.
bool is_prohibited(std::string_view words) {
  return holds_in_any_case(words, "permission denied") ||
         holds_in_any_case(words, "operation not permitted");
}

/// Refused, mostly; the rule weighs it.
bool is_unconnected(std::string_view words) {
  return evidence::LineSigns(words).failure() == Sign::unconnected;
}

/// curl's exit code tells what its words may not. Source: curl(1), EXIT CODES.
Complaint complaint_of_exit(int exit) {
  switch (exit) {
    case 18:
    case 92:  // a stream of HTTP/2 that was not closed cleanly
      return Complaint::truncated;
    case 28:
      return Complaint::timed_out;
    case 52:
      return Complaint::closed;
    case 42:
      return Complaint::interrupted;
    case 47:
      return Complaint::redirects;
    default:
      return Complaint::none;
  }
}

/// A signal or a time limit ended the client. What the wire shows before that goes further: a
/// silence is why somebody lost patience.
Complaint complaint_of_stopped(const ClientReport& report, const Connection& connection) {
  constexpr int kTimeLimit = 124;                        // timeout(1)
  constexpr std::array<int, 3> kSignals{130, 137, 143};  // 128 + INT, KILL, TERM
  const int exit = report.exit ? report.exit->value : 0;
  const bool signal = std::find(kSignals.begin(), kSignals.end(), exit) != kSignals.end();
  if (exit == 130) return Complaint::interrupted;
  if (exit != kTimeLimit && !signal && !report.interrupted) return Complaint::none;
  const auto silence = final_silence(connection);
  if (connection.on_wire && silence && *silence >= kLongPause) return Complaint::none;
  const bool waited = exit == kTimeLimit && !connection.response;
  return waited ? Complaint::timed_out : Complaint::interrupted;
}

/// A log that breaks off behind the response's head proves nothing of its body, nor does a client
/// that says it failed.
bool is_told_in_part(const ClientReport& report, const LoggedConnection& logged,
                     const Connection& connection) {
  if (report.exit) return report.exit->value != 0 && connection.complaint == Complaint::none;
  const auto& last_word = connection.problem ? connection.problem : report.error;
  if (last_word && logged.response && connection.complaint == Complaint::none &&
      last_word->where.number > logged.response->where.number)
    return true;
  const bool verbose = logged.request.has_value() || report.tool == "wget";
  if (!verbose || !logged.response || logged.ended || report.error) return false;
  if (report.tool == "curl" && report.http_code) return false;  // of -w: the last word
  if (logged.request && logged.request->method == "HEAD") return false;
  const auto expected = evidence::content_length(logged.response->headers);
  return !expected || connection.body_received.value_or(0) < *expected;
}

/// curl: CURLE_PEER_FAILED_VERIFICATION, of which one half was 51 before 7.62.
bool refuses_peer(int exit) { return exit == 60 || exit == 51; }

/// curl could not connect (7), for a reason in words that nobody here knows, within a second: a
/// RST, for nothing else is told so soon.
bool is_refused_at_once(const ClientReport& report, const Connection& connection) {
  constexpr int kCouldNotConnect = 7;
  constexpr std::uint64_t kSoon = 1000;  // ms
  if (!connection.failed || !report.error || !report.exit) return false;
  if (report.exit->value != kCouldNotConnect) return false;
  const auto& words = report.error->value;
  const auto at = words.find(" after ");
  if (at == std::string::npos) return false;
  auto rest = std::string_view(words).substr(at + 7);
  const auto after = evidence::take_number(rest);
  return after && *after < kSoon && rest.starts_with(" ms");
}

/// What the connection's own words complain of.
Complaint complaint_of_words(const Connection& connection) {
  for (const auto* each : {&connection.failed, &connection.problem}) {
    const auto complaint = *each ? complaint_of((*each)->value) : Complaint::none;
    if (complaint != Complaint::none) return complaint;
  }
  if (!connection.failed) return Complaint::none;
  if (is_prohibited(connection.failed->value)) return Complaint::unreachable;
  return is_unconnected(connection.failed->value) ? Complaint::refused : Complaint::none;
}

/// What the report's end complains of, behind the connection's own words.
Complaint complaint_of_report(const ClientReport& report, const Connection& connection) {
  if (const auto stopped = complaint_of_stopped(report, connection); stopped != Complaint::none)
    return stopped;
  if (connection.complaint != Complaint::none) return connection.complaint;
  if (is_refused_at_once(report, connection)) return Complaint::refused;
  const auto told = report.error ? complaint_of(report.error->value) : Complaint::none;
  if (told != Complaint::none) return told;
  return report.exit ? complaint_of_exit(report.exit->value) : Complaint::none;
}

/// By its exit code alone, where nothing else tells of TLS.
void note_refused_peer(const ClientReport& report, TlsSeen& tls) {
  const bool told_more = !tls.verify_error.empty() || !tls.alerts.empty();
  if (told_more || !report.exit || !refuses_peer(report.exit->value)) return;
  tls.verify_error =
      report.error ? report.error->value : fmt::format("exit code {}", report.exit->value);
  tls.verify_error_at = report.error ? report.error->where : report.exit->where;
}

void note_exit(const evidence::Told<int>& exit, Connection& connection) {
  connection.report_ok = exit.value == 0;
  if (!connection.problem && exit.value != 0)
    connection.problem = {fmt::format("exit {}", exit.value), exit.where};
}

}  // namespace

void observe_complaint(const ClientReport& report, bool last, const LoggedConnection& logged,
                       Connection& connection) {
  if (logged.failed) connection.failed = logged.failed;
  if (logged.problem) connection.problem = logged.problem;
  if (last && !connection.problem) connection.problem = report.error;
  if (connection.complaint == Complaint::none)
    connection.complaint = complaint_of_words(connection);
  if (!last) return;
  note_refused_peer(report, connection.tls);
  note_tls_is_done(report, connection);
  connection.complaint = complaint_of_report(report, connection);
  if (report.exit) note_exit(*report.exit, connection);
  if (!connection.body_received && report.bytes_received)
    connection.body_received = report.bytes_received->value;
  if (report.bytes_expected) connection.body_expected = report.bytes_expected->value;
  connection.told_in_part = is_told_in_part(report, logged, connection);
  connection.broken_off = connection.broken_off || report.broken_off;
}

}  // namespace misproxy::diagnose
