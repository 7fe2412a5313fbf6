#include "diagnose/report_tls.hpp"

#include <algorithm>
#include <string>

#include "diagnose/reading.hpp"
#include "diagnose/tls_names.hpp"
#include "evidence/line_signs.hpp"

namespace misproxy::diagnose {
namespace {

using evidence::ClientReport;
using evidence::LoggedConnection;
using evidence::LoggedTls;
using evidence::Sign;

constexpr int kUserCanceled =
    90;  // of which the same holds as of close_notify (RFC 8446 section 6.1)

/// Behind the server's first bytes an alert tells why it ended where the server sent it, or where
/// the client found a record broken; what else a client says there answers an end that came before.
bool ends_a_transfer(const LoggedTls& alert) {
  constexpr int kBadRecordMac = 20;
  return alert.sent ? alert.code == kBadRecordMac : alert.code > 0 && alert.code != kUserCanceled;
}

/// Each kind of alert once, of those that tell why it ended.
void add_alert(const LoggedTls& alert, TlsSeen& tls) {
  const bool notify = alert.code == 0 && !alert.fatal;
  if (notify || (tls.server_data && !ends_a_transfer(alert))) return;
  const auto is_same = [&](const auto& each) { return each.description == alert.code; };
  if (std::ranges::any_of(tls.alerts, is_same)) return;
  const bool named = alert.name != "fatal";  // misproxy's own client tells the level alone
  const auto by = alert.sent ? End::client : End::proxy;
  tls.alerts.push_back(
      {by, 2, alert.code, named ? alert.name : alert_name(alert.code), sight_of(alert.where)});
}

/// Where a handshake message of this type is kept (RFC 8446 section 4), if it is.
std::optional<Sight>* slot_of(int type, TlsSeen& tls) {
  switch (type) {
    case 1:
      return &tls.client_hello;
    case 2:
      return &tls.server_hello;
    case 11:
      return &tls.certificate;
    case 13:
      return &tls.asks_client;
    default:
      return nullptr;
  }
}

}  // namespace

void observe_told_tls(const LoggedConnection& logged, TlsSeen& tls) {
  const bool is_proxys = !logged.connect && logged.tls.empty();
  for (const auto& each : is_proxys ? logged.proxy_tls : logged.tls) {
    if (each.kind == LoggedTls::Kind::alert) add_alert(each, tls);
    if (each.kind != LoggedTls::Kind::handshake) continue;
    auto* const slot = slot_of(each.code, tls);
    if (slot != nullptr && !*slot) *slot = sight_of(each.where);
  }
  tls.told_done = logged.tls_done.has_value();
  if (logged.tls_done && !tls.finished) tls.finished = sight_of(logged.tls_done->where);
  if (logged.verify_error) {
    tls.verify_error = logged.verify_error->value;
    tls.verify_error_at = logged.verify_error->where;
  }
  if (logged.issuer) tls.issuer = logged.issuer->value;
  if (logged.subject) tls.subject = logged.subject->value;
}

void observe_words_on_tls(End by, Connection& connection) {
  const auto& problem = connection.problem;
  auto& tls = connection.tls;
  if (!problem) return;
  const evidence::LineSigns signs(problem->value);
  const auto sight = sight_of(problem->where);  // in the client's words, not the other's
  if (!tls.not_tls && (signs.has(Sign::not_tls) || signs.has(Sign::plain_proxy)))
    tls.not_tls = sight;
  if (connection.on_wire || !tls.alerts.empty() || tls.not_tls || !tls.verify_error.empty()) return;
  if (signs.has(Sign::verify)) {
    tls.verify_error = problem->value;
    tls.verify_error_at = problem->where;
    return;
  }
  const auto alert = alert_told(problem->value);
  if (!alert) return;
  const auto name = *alert == kUnnamedAlert ? std::string(kUntold) : alert_name(*alert);
  tls.alerts.push_back({by, 2, *alert, name, sight});
}

void note_tls_is_done(const ClientReport& report, Connection& connection) {
  constexpr int kEmptyReply = 52;
  auto& tls = connection.tls;
  if (connection.on_wire || tls.finished || !tunnel_is_up(connection)) return;
  const bool timed = report.timings && report.timings->value.appconnect.value_or(0) > 0;
  if (timed) tls.finished = sight_of(report.timings->where);
  if (report.http_code && report.http_code->value > 0)
    tls.finished = sight_of(report.http_code->where);
  if (report.exit && report.exit->value == kEmptyReply) tls.finished = sight_of(report.exit->where);
  tls.told_done = tls.told_done || tls.finished;
}

}  // namespace misproxy::diagnose
