#include "diagnose/report_end.hpp"

#include <fmt/format.h>

#include <string>
#include <tuple>

namespace misproxy::diagnose {
namespace {

using evidence::ClientReport;
using evidence::LoggedConnection;
using evidence::LoggedRequest;
using evidence::LoggedResponse;

LoggedResponse status_of(const evidence::Told<int>& told) {
  LoggedResponse response;
  response.status = told.value;
  response.where = told.where;
  return response;
}

bool is_zero(const std::optional<double>& seconds) { return seconds && *seconds == 0; }

/// How far it came, by the first of curl's timings that is zero; a second without is a wait.
LoggedConnection told_by_timings(const evidence::Told<evidence::Timings>& told) {
  constexpr double kWait = 1;
  LoggedConnection made;
  const auto& times = told.value;
  const bool waited = times.total.value_or(0) - times.connect.value_or(0) >= kWait;
  const auto says = [&](std::string_view words) {
    return evidence::Told<std::string>{fmt::format("{} (by curl's timings)", words), told.where};
  };
  if (!times.connect) return made;
  if (is_zero(times.connect)) {
    made.may_be_direct = true;
    made.failed = says(waited ? "connecting timed out" : "couldn't connect to server");
    return made;
  }
  made.connected = told.where;
  if (is_zero(times.starttransfer) || (is_zero(times.appconnect) && !times.starttransfer)) {
    const bool in_tls = is_zero(times.appconnect);
    made.problem = says(waited ? in_tls ? "timed out before the end of the TLS handshake"
                                        : "timed out before any response"
                               : "closed the connection");
  }
  return made;
}

bool has_failed(const ClientReport& report) { return report.exit && report.exit->value != 0; }

/// curl could not resolve a name, of which its exit code tells whose: nothing else was tried.
void tell_unresolved(ClientReport& report) {
  constexpr int kProxy = 5;
  constexpr int kHost = 6;
  if (report.tool != "curl" || !report.exit || !report.connections.empty()) return;
  const evidence::Told<std::string> unnamed{"", report.exit->where};
  if (report.unresolved_proxy || report.unresolved_host) return;
  if (report.exit->value == kProxy) report.unresolved_proxy = unnamed;
  if (report.exit->value == kHost) report.unresolved_host = unnamed;
}

/// Of a line of `-w`, or a last line in words that nobody knows: a connection all the same.
bool tells_of_itself(const ClientReport& report) {
  if (!report.connections.empty() || report.unresolved_proxy || report.unresolved_host)
    return false;
  const bool answered = (report.http_connect && report.http_connect->value > 0) ||
                        (report.http_code && report.http_code->value > 0);
  const bool failed = has_failed(report) && (report.error || report.tool == "curl");
  return answered || failed || report.timings;
}

/// A proxy's answer and the origin's are told apart by curl.
LoggedConnection told_by_end(const ClientReport& report) {
  LoggedConnection made;
  const auto& [connect, code] = std::tie(report.http_connect, report.http_code);
  const bool answered = (connect && connect->value > 0) || (code && code->value > 0);
  const bool failed = report.error || has_failed(report);
  constexpr int kCouldNotConnect = 7;
  if (report.tool == "curl" && report.exit && report.exit->value == kCouldNotConnect) {
    made.may_be_direct = true;
    made.failed = {"couldn't connect to server (by curl's exit code)", report.exit->where};
  }
  if (report.timings && !answered && !failed) return told_by_timings(*report.timings);
  if (connect && connect->value > 0) {
    made.connect = LoggedRequest{"CONNECT", {}, {}, connect->where};
    made.connect_reply = status_of(*connect);
    made.connect_reply->ended = true;
  }
  if (code && code->value > 0 && !(connect && connect->value >= 300)) {
    made.request = LoggedRequest{"GET", {}, {}, code->where};
    made.response = status_of(*code);
  }
  return made;
}

}  // namespace

void tell_by_end(ClientReport& report) {
  tell_unresolved(report);
  if (tells_of_itself(report)) report.connections.push_back(told_by_end(report));
}

}  // namespace misproxy::diagnose
