#include "reproduce/signs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "core/words.hpp"
#include "diagnose/quote.hpp"
#include "diagnose/reading.hpp"

namespace misproxy::reproduce {
namespace {

using diagnose::Connection;
using diagnose::End;
using diagnose::Time;

constexpr std::int64_t kUnnoticed = 1000;  // milliseconds: of a class of their own
constexpr std::int64_t kOtherHeads = 600;  // bytes: what heads and certificates differ by
constexpr std::size_t kMostInARow = 10;    // connections that are told one by one

std::int64_t milliseconds(Time time) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(time).count();
}

/// Its verdict is about bytes of a transfer.
bool rests_on_bytes(std::string_view verdict) {
  for (const auto* each : {"truncated", "reset-mid-transfer", "download-stall", "upload-stall",
                           "receiver-window-closed"}) {
    if (verdict == each) return true;
  }
  return false;
}

Sign words(std::string_view name, std::string text) {
  return {name, Sign::Kind::word, std::move(text)};
}

Sign bytes(std::string_view name, Sign::Kind kind, std::uint64_t count, bool decides) {
  return {name, kind, diagnose::bytes_text(count), static_cast<std::int64_t>(count), decides};
}

Sign time_sign(std::string_view name, Time took) {
  return {name, Sign::Kind::time, diagnose::duration_text(took), milliseconds(took)};
}

std::string reply_text(const Connection& connection) {
  if (connection.reply)
    return fmt::format("{}{}", connection.reply->status,
                       connection.reply->whole ? "" : ", its head not whole");
  return connection.not_http_at ? "no HTTP" : "none";
}

void add_tls(const Connection& connection, std::vector<Sign>& signs) {
  const auto& tls = connection.tls;
  if (tls.server_hello && connection.on_wire && !tls.guessed)
    signs.push_back(words("TLS version", tls.version13 ? "1.3" : "1.2"));
  for (const auto& alert : tls.alerts) {
    if (alert.description <= 0) continue;
    signs.push_back(words("TLS alert", fmt::format("{} by the {}", alert.description,
                                                   alert.by == End::client ? "client" : "server")));
    break;
  }
}

void add_bytes(const Connection& connection, std::string_view verdict, std::vector<Sign>& signs) {
  const bool decides = rests_on_bytes(verdict);
  if (connection.body_received && connection.response)
    signs.push_back(bytes("body bytes",
                          connection.body_is_bound ? Sign::Kind::size : Sign::Kind::count,
                          *connection.body_received, decides));
  if (!connection.on_wire) return;
  signs.push_back(
      bytes("bytes to the client", Sign::Kind::size, connection.from_proxy.bytes, decides));
  const bool upload = verdict == "upload-stall" || verdict == "receiver-window-closed";
  signs.push_back(
      bytes("bytes of the client", Sign::Kind::size, connection.from_client.bytes, upload));
}

void add_loss(const Connection& connection, std::vector<Sign>& signs) {
  for (const auto end : {End::client, End::proxy}) {
    const auto& flow = connection.flow(end);
    const bool lost = flow.missing_at_end || (flow.stubborn && flow.stubborn->count >= 3);
    if (lost)
      signs.push_back(
          words("lost", fmt::format("what the {} sends", end == End::client ? "client" : "proxy")));
  }
}

/// As the client's log has it.
std::string complaint_text(const Connection& connection) {
  constexpr std::array<std::string_view, 11> kWords{
      "no complaint", "refused",  "unreachable", "timed out", "reset",         "closed",
      "truncated",    "too slow", "interrupted", "redirects", "something else"};
  if (connection.report_ok) return "all went well";
  return std::string(kWords.at(static_cast<std::size_t>(connection.complaint)));
}

/// One after the other, with their verdicts.
void add_row(const Seen& seen, std::vector<Sign>& signs) {
  const auto& all = seen.diagnosis.verdicts;
  if (all.size() > kMostInARow) return;
  std::string row;
  for (const auto& each : all) {
    if (each.upstream) return;
    row += fmt::format("{}{}", row.empty() ? "" : ", ", each.id);
  }
  signs.push_back(words("connections", row));
}

}  // namespace

ClientPhase phase_of(const Connection& connection, const diagnose::Verdict& verdict) {
  if (verdict.outcome() == diagnose::Outcome::works) return ClientPhase::done;
  const auto& tls = connection.tls;
  const bool tls_with_proxy = connection.tls_to_proxy && !connection.connect;
  const bool in_tunnel =
      diagnose::tunnel_is_up(connection) ||
      (!tls_with_proxy && !connection.reply && (tls.client_hello || connection.from_the_middle));
  const bool forwarded = connection.request && !connection.connect;
  if (in_tunnel || forwarded) {
    if (verdict.layer == diagnose::Layer::tls && !tls.server_data) return ClientPhase::tls;
    const bool sealed = in_tunnel && !connection.request && !connection.from_the_middle;
    if (sealed && !diagnose::handshake_is_done(connection)) return ClientPhase::tls;
    const bool begun = connection.response || diagnose::last_real_speaker(connection) == End::proxy;
    return begun ? ClientPhase::body : ClientPhase::response;
  }
  if (connection.established || connection.connect || connection.reply)
    return tls_with_proxy ? ClientPhase::tls : ClientPhase::reply;
  return ClientPhase::connect;
}

std::string end_of(const Connection& connection) {
  if (const auto* reset = diagnose::first_reset(connection, End::proxy))
    return reset->stateless ? "RST of the proxy's side, with window 0" : "RST of the proxy's side";
  if (diagnose::closed_first(connection, End::proxy)) return "FIN of the proxy's side";
  if (diagnose::closed_first(connection, End::client)) return "the client";
  return "nobody";
}

bool agree(const Sign& one, const Sign& other) {
  switch (one.kind) {
    case Sign::Kind::word:
      return one.text == other.text;
    case Sign::Kind::count:
      return one.amount == other.amount;
    case Sign::Kind::size:
      return std::abs(one.amount - other.amount) <=
             kOtherHeads + std::max(one.amount, other.amount) / 20;
    case Sign::Kind::time: {
      const auto [less, more] = std::minmax(one.amount, other.amount);
      return more <= kUnnoticed || more <= less + less / 2;
    }
  }
  return false;
}

std::vector<Sign> signs_of(const Seen& seen, std::optional<std::size_t> nth) {
  std::vector<Sign> signs;
  const auto& verdict = nth ? seen.diagnosis.verdicts[*nth] : seen.diagnosis.incident;
  signs.push_back(words("verdict", std::string(verdict.id)));
  const auto* connection = nth ? seen.connection(*nth) : nullptr;
  if (connection == nullptr) return signs;
  signs.push_back(words("phase", std::string(word(phase_of(*connection, verdict)))));
  signs.push_back(words("the proxy's answer", reply_text(*connection)));
  if (connection->response)
    signs.push_back(words("the response", fmt::format("{}", connection->response->status)));
  add_tls(*connection, signs);
  if (connection->on_wire) signs.push_back(words("ended by", end_of(*connection)));
  add_bytes(*connection, verdict.id, signs);
  add_loss(*connection, signs);
  if (connection->reply && connection->reply->after)
    signs.push_back(time_sign("time to the answer", *connection->reply->after));
  if (connection->on_wire) {
    if (const auto silence = diagnose::final_silence(*connection))
      signs.push_back(time_sign("silence before the end", *silence));
  }
  if (connection->in_log) signs.push_back(words("the client's word", complaint_text(*connection)));
  add_row(seen, signs);
  return signs;
}

}  // namespace misproxy::reproduce
