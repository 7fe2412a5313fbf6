#include "pictures/told_ladders.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "diagnose/quote.hpp"
#include "diagnose/reading.hpp"
#include "pictures/rungs.hpp"

namespace misproxy::pictures {
namespace {

using diagnose::Connection;
using diagnose::Place;
using diagnose::Sight;

constexpr std::size_t kMost = 50;

/// The rows of one connection, whatever the order in which its parts are looked at.
class Teller {
 public:
  explicit Teller(Ladder& ladder) : ladder_(ladder) {}

  void arrow(const Place& where, Lane from, Lane to, Tone tone, std::string label) {
    if (where.is_empty()) return;
    Row row;
    row.from = from;
    row.to = to;
    row.tone = tone;
    row.tunnelled = tunnelled_;
    row.label = std::move(label);
    add(where, std::move(row));
  }
  void arrow(const std::optional<Sight>& sight, Lane from, Lane to, Tone tone, std::string label) {
    if (sight) arrow(sight->where, from, to, tone, std::move(label));
  }
  void remark(const Place& where, const std::string& text) {
    if (where.is_empty() || text.empty()) return;
    Row row;
    row.kind = Row::Kind::remark;
    row.from = row.to = Lane::client;
    row.tone = Tone::trouble;
    row.label = diagnose::shown(text, 200);
    add(where, std::move(row));
  }
  /// What comes now is inside the tunnel.
  void enter_tunnel() { tunnelled_ = ladder_.has(Lane::origin); }

  void finish() {
    std::ranges::stable_sort(rows_, {}, &Row::first);
    Rungs rungs(ladder_);
    for (auto& row : rows_)
      rungs.add(std::move(row));
  }

 private:
  void add(const Place& where, Row row) {
    if (ladder_.file.empty()) ladder_.file = where.citation().file;
    row.first = row.last = where.number();
    rows_.push_back(std::move(row));
  }

  Ladder& ladder_;
  std::vector<Row> rows_;
  bool tunnelled_ = false;
};

void tell_request(Teller& teller, const std::optional<diagnose::RequestSeen>& request) {
  if (!request) return;
  teller.arrow(request->sight, Lane::client, Lane::proxy, Tone::head,
               diagnose::shown(fmt::format("{} {}", request->method, request->target), 200));
}

void tell_response(Teller& teller, const diagnose::ResponseSeen& response) {
  teller.arrow(response.sight, Lane::proxy, Lane::client, Tone::head,
               diagnose::reason_text(response));
}

void tell_tls(Teller& teller, const Connection& connection) {
  const auto& tls = connection.tls;
  const auto forth = [&](const std::optional<Sight>& sight, const char* what) {
    teller.arrow(sight, Lane::client, Lane::proxy, Tone::tls, what);
  };
  const auto back = [&](const std::optional<Sight>& sight, const char* what) {
    teller.arrow(sight, Lane::proxy, Lane::client, Tone::tls, what);
  };
  forth(tls.client_hello, "Client Hello");
  back(tls.server_hello, "Server Hello");
  back(tls.certificate, "Certificate");
  forth(tls.finished, "Finished");
  for (const auto& alert : tls.alerts) {
    const bool client = alert.by == diagnose::End::client;
    teller.arrow(alert.sight, client ? Lane::client : Lane::proxy,
                 client ? Lane::proxy : Lane::client, Tone::trouble,
                 diagnose::shown(fmt::format("Alert: {}", alert.name), 120));
  }
  if (tls.verify_error_at)
    teller.remark(*tls.verify_error_at, "certificate refused: " + tls.verify_error);
}

void tell(Ladder& ladder, const Connection& connection) {
  Teller teller(ladder);
  tell_request(teller, connection.connect);
  for (const auto& reply : connection.earlier_replies)
    tell_response(teller, reply);
  if (connection.reply) tell_response(teller, *connection.reply);
  teller.enter_tunnel();
  tell_tls(teller, connection);
  tell_request(teller, connection.request);
  for (const auto& response : connection.earlier_responses)
    tell_response(teller, response);
  if (connection.response) tell_response(teller, *connection.response);
  if (connection.failed) teller.remark(connection.failed->where, connection.failed->value);
  if (connection.problem) teller.remark(connection.problem->where, connection.problem->value);
  teller.finish();
}

}  // namespace

std::deque<Drawn> told_ladders(const diagnose::Observations& observations) {
  std::deque<Drawn> drawn;
  for (const auto& connection : observations.connections) {
    if (connection.on_wire || drawn.size() == kMost) continue;
    Ladder ladder;
    ladder.title = diagnose::shown(connection.name);
    ladder.unit = "line";
    ladder.names[0] = connection.client.empty() ? "the client" : connection.client;
    ladder.names[1] = connection.server.empty() ? "the proxy" : connection.server;
    if (connection.connect) ladder.names[2] = diagnose::shown(connection.connect->target, 120);
    tell(ladder, connection);
    if (ladder.rows.empty()) continue;
    drawn.emplace_back().ladder = std::move(ladder);
  }
  return drawn;
}

}  // namespace misproxy::pictures
