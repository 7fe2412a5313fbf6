#include "diagnose/report_observer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "core/ascii.hpp"
#include "core/endpoint.hpp"
#include "diagnose/complaint_words.hpp"
#include "diagnose/http_text.hpp"
#include "diagnose/quote.hpp"
#include "diagnose/reading.hpp"
#include "diagnose/report_end.hpp"
#include "diagnose/tls_names.hpp"
#include "evidence/line_signs.hpp"
#include "evidence/text_line.hpp"

namespace misproxy::diagnose {
namespace {

using evidence::ClientReport;
using evidence::LoggedConnection;
using evidence::LoggedRequest;
using evidence::LoggedResponse;
using evidence::LoggedTls;
using evidence::Sign;

constexpr int kUserCanceled =
    90;  // of which the same holds as of close_notify (RFC 8446 section 6.1)

/// What a client says of a wait that began behind the TCP handshake.
constexpr std::array<std::string_view, 9> kLaterPhases{"handshake timeout",
                                                       "ssl connection timeout",
                                                       "awaiting headers",
                                                       "read timed out",
                                                       "readtimeout",
                                                       "headers timeout",
                                                       "body timeout",
                                                       "read timeout",
                                                       "read operation timed out"};

Sight sight_of(const Citation& where) { return {std::nullopt, where}; }

RequestSeen seen(const LoggedRequest& logged) {
  return {logged.method, logged.target, logged.headers, 0, true, sight_of(logged.where)};
}

ResponseSeen seen(const LoggedResponse& logged) {
  ResponseSeen response;
  response.status = logged.status;
  response.version = logged.version;
  response.reason = logged.reason;
  response.headers = logged.headers;
  response.sight = sight_of(logged.where);
  return response;
}

/// What the wire showed stays; the log fills in what it did not. A head that the wire showed in
/// part gets its headers from the log.
template <class Seen, class Logged>
void fill(std::optional<Seen>& own, const std::optional<Logged>& logged) {
  if (!logged) return;
  if (!own)
    own = seen(*logged);
  else if (own->headers.size() < logged->headers.size())
    own->headers = logged->headers;
}

/// Behind the server's first bytes an alert tells why it ended where the server sent it, or where
/// the client found a record broken; what else a client says there answers an end that came before.
bool ends_a_transfer(const LoggedTls& alert) {
  constexpr int kBadRecordMac = 20;
  return alert.sent ? alert.code == kBadRecordMac : alert.code > 0 && alert.code != kUserCanceled;
}

/// Where no CONNECT was sent, TLS with the proxy itself is all that there is.
void observe_tls(const LoggedConnection& logged, TlsSeen& tls) {
  const bool is_proxys = !logged.connect && logged.tls.empty();
  for (const auto& each : is_proxys ? logged.proxy_tls : logged.tls) {
    const auto by = each.sent ? End::client : End::proxy;
    if (each.kind == LoggedTls::Kind::alert) {
      const bool notify = each.code == 0 && !each.fatal;
      if (notify || (tls.server_data && !ends_a_transfer(each))) continue;
      const bool known = std::any_of(tls.alerts.begin(), tls.alerts.end(), [&](const auto& alert) {
        return alert.description == each.code;
      });
      const bool named = each.name != "fatal";  // misproxy's own client tells the level alone
      const auto name = named ? each.name : alert_name(each.code);
      if (!known) tls.alerts.push_back({by, 2, each.code, name, sight_of(each.where)});
      continue;
    }
    if (each.kind != LoggedTls::Kind::handshake) continue;
    auto& slot = each.code == 1    ? tls.client_hello
                 : each.code == 2  ? tls.server_hello
                 : each.code == 13 ? tls.asks_client
                                   : tls.certificate;
    const bool tells = each.code == 1 || each.code == 2 || each.code == 11 || each.code == 13;
    if (tells && !slot) slot = sight_of(each.where);
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

/// What answered speaks another protocol.
void observe_foreign(const LoggedConnection& logged, Connection& connection) {
  if (logged.not_http && !connection.not_http_at) {
    connection.not_http = logged.not_http->value;
    connection.not_http_at = sight_of(logged.not_http->where);
  }
}

/// What the client's last words say of TLS, where it names no message of it.
/// `by`: who sent an alert that they tell of.
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

std::optional<std::uint64_t> told_length(const LoggedConnection& logged) {
  if (!logged.response) return std::nullopt;
  const auto text = header(logged.response->headers, "Content-Length");
  std::uint64_t length = 0;
  for (const char c : text) {
    if (c < '0' || c > '9' || length > (1ULL << 50)) return std::nullopt;
    length = length * 10 + static_cast<std::uint64_t>(c - '0');
  }
  return text.empty() ? std::nullopt : std::optional(length);
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
  const auto expected = told_length(logged);
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

/// Where nothing shows TLS: curl waited for a response (exit code 52), or tells when TLS was there.
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

/// How the report's last connection ended; one before it ended by its own line only.
void observe_end(const ClientReport& report, bool last, const LoggedConnection& logged,
                 Connection& connection) {
  if (logged.failed) connection.failed = logged.failed;
  if (logged.problem) connection.problem = logged.problem;
  if (last && !connection.problem && report.error) connection.problem = report.error;
  for (const auto* each : {&connection.failed, &connection.problem}) {
    if (*each && connection.complaint == Complaint::none)
      connection.complaint = complaint_of((*each)->value);
  }
  if (connection.failed && connection.complaint == Complaint::none &&
      is_prohibited(connection.failed->value))
    connection.complaint = Complaint::unreachable;
  if (connection.complaint == Complaint::none && connection.failed &&
      is_unconnected(connection.failed->value))
    connection.complaint = Complaint::refused;
  if (!last) return;
  if (connection.complaint == Complaint::none && is_refused_at_once(report, connection))
    connection.complaint = Complaint::refused;
  const bool told_more = !connection.tls.verify_error.empty() || !connection.tls.alerts.empty();
  if (!told_more && report.exit && refuses_peer(report.exit->value)) {
    connection.tls.verify_error =
        report.error ? report.error->value : fmt::format("exit code {}", report.exit->value);
    connection.tls.verify_error_at = report.error ? report.error->where : report.exit->where;
  }
  note_tls_is_done(report, connection);
  if (report.error && connection.complaint == Complaint::none)
    connection.complaint = complaint_of(report.error->value);
  if (const auto stopped = complaint_of_stopped(report, connection); stopped != Complaint::none)
    connection.complaint = stopped;
  if (report.exit) {
    if (connection.complaint == Complaint::none)
      connection.complaint = complaint_of_exit(report.exit->value);
    connection.report_ok = report.exit->value == 0;
    if (!connection.problem && report.exit->value != 0)
      connection.problem = {fmt::format("exit {}", report.exit->value), report.exit->where};
  }
  if (!connection.body_received && report.bytes_received)
    connection.body_received = report.bytes_received->value;
  if (report.bytes_expected) connection.body_expected = report.bytes_expected->value;
  connection.told_in_part = is_told_in_part(report, logged, connection);
  connection.broken_off = connection.broken_off || report.broken_off;
}

/// A head of which nobody says whose it is: a proxy is what the client asked.
void assume_reply(Connection& connection) {
  const bool unasked = !connection.connect && !connection.request && !connection.tls.client_hello;
  if (!unasked || connection.reply || !connection.response) return;
  connection.reply = std::move(connection.response);
  connection.response.reset();
}

/// Nothing is sent before the TCP handshake is done, also where the log's beginning is missing.
bool tells_of_connection(const LoggedConnection& logged) {
  return logged.connected || logged.connect || logged.connect_reply || logged.request ||
         logged.response || !logged.tls.empty() || !logged.proxy_tls.empty();
}

/// Where the client was when its time ran out: its words may be of a handshake, or of an answer.
bool is_of_later(std::string_view words) {
  return std::ranges::any_of(kLaterPhases,
                             [&](std::string_view part) { return holds_in_any_case(words, part); });
}

/// `Operation timed out after 20001 milliseconds` and no word of where to, nor of how far it came:
/// that is no SYN without an answer, unless its words are of connecting.
void forget_bare_timeout(const LoggedConnection& logged, Connection& connection) {
  if (connection.on_wire || connection.complaint != Complaint::timed_out) return;
  if (!logged.server.empty() || logged.trying || logged.failed || tells_of_connection(logged))
    return;
  const auto& words = connection.problem;
  if (words && is_of_later(words->value)) {
    connection.established = true;
    return;
  }
  const bool connecting = words && evidence::LineSigns(words->value).has(Sign::connecting);
  if (!connecting) connection.complaint = Complaint::none;
}

/// `Proxy CONNECT aborted`: of the reply that the log shows, the end never came.
void note_aborted_reply(const LoggedConnection& logged, Connection& connection) {
  if (connection.on_wire || !connection.reply || !connection.problem) return;
  const bool logged_whole =
      !logged.connect_reply || logged.connect_reply->ended || logged.connect_reply->version.empty();
  if (connection.tls.client_hello || (!tunnel_is_up(connection) && logged_whole)) return;
  if (holds_in_any_case(connection.problem->value, "connect aborted"))
    connection.reply->whole = false;
}

/// `Failed to connect to a.test port 443`: no proxy of the logs that we know listens there, and
/// no word speaks of one.
bool names_no_proxy(const ClientReport& report, const LoggedConnection& logged) {
  constexpr std::array<std::uint16_t, 11> kOfProxies{80,   1080, 3128, 3129, 8000, 8080,
                                                     8081, 8118, 8888, 9090, 0};
  const bool unusual = std::ranges::find(kOfProxies, logged.port) == kOfProxies.end();
  const bool told_without = report.tool == "curl" && !report.command.empty();
  const bool may_be = unusual || told_without;
  return may_be && !report.proxy && !logged.connect && !logged.connect_reply &&
         !logged.tls_to_proxy;
}

/// Sizes alone take a plain request for a CONNECT.
void forget_guesses(const LoggedConnection& logged, Connection& connection) {
  if (!logged.request || !logged.request->target.starts_with("http://")) return;
  connection.guessed = false;
  if (connection.tls.guessed) connection.tls = {};
}

void observe(const ClientReport& report, std::size_t index, Connection& connection) {
  const auto& logged = report.connections[index];
  const bool last = index + 1 == report.connections.size();
  connection.in_log = true;
  connection.upstream = connection.upstream || logged.upstream;
  connection.established = connection.established || tells_of_connection(logged);
  connection.tls_to_proxy = connection.tls_to_proxy || logged.tls_to_proxy;
  fill(connection.connect, logged.connect);
  if (!connection.reply && connection.earlier_replies.empty() && !logged.earlier_replies.empty())
    connection.earlier_replies.push_back(seen(logged.earlier_replies.back()));
  fill(connection.reply, logged.connect_reply);
  fill(connection.request, logged.request);
  fill(connection.response, logged.response);
  if (connection.earlier_responses.empty()) {
    for (const auto& each : logged.earlier_responses)
      if (connection.earlier_responses.size() < kMostEarlier)
        connection.earlier_responses.push_back(seen(each));
  }
  forget_guesses(logged, connection);
  const auto& earlier = connection.earlier_replies;
  const bool of_earlier = !earlier.empty() && earlier.back().status >= 200;  // of -w, then
  if (last && !connection.reply && connection.connect && report.http_connect &&
      report.http_connect->value > 0 && !of_earlier) {
    connection.reply = ResponseSeen{};
    connection.reply->status = report.http_connect->value;
    connection.reply->sight = sight_of(report.http_connect->where);
  }
  if (logged.body_bytes) connection.body_received = logged.body_bytes->value;
  if (logged.request && logged.request->method != "HEAD")
    connection.body_expected = told_length(logged);
  if (connection.body_expected && connection.request && connection.request->method == "GET" &&
      connection.response && !connection.response->version.starts_with("HTTP/2"))
    bound_body(connection, *connection.body_expected);
  assume_reply(connection);
  observe_tls(logged, connection.tls);
  observe_foreign(logged, connection);
  observe_end(report, last, logged, connection);
  const bool of_proxy = report.tool == "proxy" && !logged.upstream;  // about its client
  observe_words_on_tls(of_proxy ? End::client : End::proxy, connection);
  note_aborted_reply(logged, connection);
  forget_bare_timeout(logged, connection);
  connection.may_be_direct = logged.may_be_direct || names_no_proxy(report, logged);
}

/// Some clients name a host with all that was in front of it, or behind: `u:secret@proxy:3128`.
Endpoint server_of(const LoggedConnection& logged) {
  Endpoint server{logged.server, logged.port};
  const auto sign = server.host.rfind('@');
  if (sign != std::string::npos) server.host.erase(0, sign + 1);
  if (server.port == 0) server = parse_endpoint(server.host).value_or(server);
  return server;
}

Connection alone(const LoggedConnection& logged, std::size_t number) {
  Connection connection;
  const auto server = server_of(logged);
  connection.server = server.host;
  connection.server_port = server.port;
  connection.name = server.host.empty()
                        ? fmt::format("the log's connection {}", number)
                        : fmt::format("connection {} to {}:{}", number, server.host, server.port);
  return connection;
}

/// The next connection on the wire to this server that no log has told of yet.
Connection* match(std::deque<Connection>& connections, const LoggedConnection& logged) {
  const auto server = server_of(logged);
  for (auto& each : connections) {
    if (!each.on_wire || each.in_log || each.upstream != logged.upstream) continue;
    if (logged.upstream && (server.port == 0 || server.host.empty())) continue;
    if (server.port != 0 && each.server_port != server.port) continue;
    const bool named = each.server.find_first_not_of("0123456789.") != std::string::npos;
    if (named || server.host.empty() || each.server == server.host) return &each;
  }
  return nullptr;
}

/// A connection of a log that no capture shows, though one shows another to the same port: the
/// addresses in one of them were changed before it was given away, or it is another incident.
void remark_other_addresses(Observations& observations) {
  const auto& all = observations.connections;
  for (const auto& told : all) {
    if (told.on_wire || told.server.empty() || told.server_port == 0) continue;
    const auto shown_one = std::ranges::find_if(all, [&](const Connection& each) {
      return each.on_wire && !each.in_log && !each.upstream && each.server_port == told.server_port;
    });
    if (shown_one == all.end() || shown_one->server == told.server) continue;
    observations.remarks.push_back(fmt::format(
        "A log tells of a connection to {}:{}, and {} shows one to {}:{}: either they are of two "
        "incidents, or the addresses in one of them were changed",
        shown(told.server, 80), told.server_port, shown_one->file, shown(shown_one->server, 80),
        shown_one->server_port));
    return;
  }
}

}  // namespace

void observe_reports(Observations& observations) {
  std::size_t number = 0;
  for (auto& report : observations.reports) {
    tell_by_end(report);
    if (report.left_out)
      observations.remarks.push_back(
          fmt::format("{}: the log's first {} connections are read, {} more are left out",
                      report.left_out->where.file, report.read, report.left_out->value));
    for (std::size_t i = 0; i < report.connections.size(); ++i) {
      const auto& logged = report.connections[i];
      ++number;
      if (auto* known = match(observations.connections, logged)) {
        observe(report, i, *known);
        continue;
      }
      auto fresh = alone(logged, number);
      observe(report, i, fresh);
      observations.connections.push_back(std::move(fresh));
    }
  }
  remark_other_addresses(observations);
}

}  // namespace misproxy::diagnose
