#include "diagnose/report_observer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "core/ascii.hpp"
#include "core/endpoint.hpp"
#include "diagnose/quote.hpp"
#include "diagnose/reading.hpp"
#include "diagnose/report_complaint.hpp"
#include "diagnose/report_end.hpp"
#include "diagnose/report_tls.hpp"
#include "evidence/line_signs.hpp"
#include "evidence/logged_head.hpp"

namespace misproxy::diagnose {
namespace {

using evidence::ClientReport;
using evidence::LoggedConnection;
using evidence::LoggedRequest;
using evidence::LoggedResponse;
using evidence::Sign;

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

/// What answered speaks another protocol.
void observe_foreign(const LoggedConnection& logged, Connection& connection) {
  if (logged.not_http && !connection.not_http_at) {
    connection.not_http = logged.not_http->value;
    connection.not_http_at = sight_of(logged.not_http->where);
  }
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

/// What was answered, and to what.
void observe_heads(const LoggedConnection& logged, Connection& connection) {
  fill(connection.connect, logged.connect);
  if (!connection.reply && connection.earlier_replies.empty() && !logged.earlier_replies.empty())
    connection.earlier_replies.push_back(seen(logged.earlier_replies.back()));
  fill(connection.reply, logged.connect_reply);
  fill(connection.request, logged.request);
  fill(connection.response, logged.response);
  if (!connection.earlier_responses.empty()) return;
  for (const auto& each : logged.earlier_responses)
    if (connection.earlier_responses.size() < kMostEarlier)
      connection.earlier_responses.push_back(seen(each));
}

/// Of curl's `%{http_connect}`, where nothing else tells the reply's status.
void observe_told_status(const ClientReport& report, Connection& connection) {
  const auto& earlier = connection.earlier_replies;
  const bool of_earlier = !earlier.empty() && earlier.back().status >= 200;
  const bool told = report.http_connect && report.http_connect->value > 0;
  if (!told || of_earlier || connection.reply || !connection.connect) return;
  connection.reply = ResponseSeen{};
  connection.reply->status = report.http_connect->value;
  connection.reply->sight = sight_of(report.http_connect->where);
}

void observe_body(const LoggedConnection& logged, Connection& connection) {
  if (logged.body_bytes) connection.body_received = logged.body_bytes->value;
  if (logged.request && logged.request->method != "HEAD")
    connection.body_expected =
        logged.response ? evidence::content_length(logged.response->headers) : std::nullopt;
  const bool is_get = connection.request && connection.request->method == "GET";
  if (!connection.body_expected || !is_get || !connection.response) return;
  if (!connection.response->version.starts_with("HTTP/2"))
    bound_body(connection, *connection.body_expected);
}

void observe(const ClientReport& report, std::size_t index, Connection& connection) {
  const auto& logged = report.connections[index];
  const bool last = index + 1 == report.connections.size();
  connection.in_log = true;
  connection.upstream = connection.upstream || logged.upstream;
  connection.established = connection.established || tells_of_connection(logged);
  connection.tls_to_proxy = connection.tls_to_proxy || logged.tls_to_proxy;
  observe_heads(logged, connection);
  forget_guesses(logged, connection);
  if (last) observe_told_status(report, connection);
  observe_body(logged, connection);
  assume_reply(connection);
  observe_told_tls(logged, connection.tls);
  observe_foreign(logged, connection);
  observe_complaint(report, last, logged, connection);
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
