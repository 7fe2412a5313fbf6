#include "diagnose/reading.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/ensure.hpp"
#include "diagnose/lesson.hpp"

namespace misproxy::diagnose {
namespace {

std::optional<Time> earlier(std::optional<Time> a, std::optional<Time> b) {
  if (!a || !b) return a ? a : b;
  return std::min(*a, *b);
}

std::optional<Time> fin_time(const Flow& flow) { return flow.fin ? flow.fin->at : std::nullopt; }

std::optional<SightOrder> close_place(const Connection& connection, End end) {
  std::optional<SightOrder> first;
  if (const auto& fin = connection.flow(end).fin) first = order_of(*fin);
  for (const auto& reset : connection.resets) {
    if (reset.by == end && (!first || order_of(reset.sight) < *first))
      first = order_of(reset.sight);
  }
  return first;
}

/// An end's last segment, where its last TLS record was an alert that nobody else can read. Where
/// only sizes are told: one of OpenSSL's and of GnuTLS's, TLS 1.3 and 1.2.
bool is_close_notify(const Connection& connection, const Spoken& spoken) {
  const auto& tls = connection.tls;
  constexpr std::uint32_t kLargest = 64;
  constexpr std::array<std::uint32_t, 3> kUsual{24, 31, 26};
  if (spoken.length > kLargest || spoken.length != connection.flow(spoken.by).last_segment)
    return false;
  if (tls.guessed) return std::find(kUsual.begin(), kUsual.end(), spoken.length) != kUsual.end();
  return spoken.by == End::client ? tls.client_closed : tls.server_closed;
}

/// The second of two session tickets may cross with the request: it is as long as the first.
bool ends_with_ticket(const Connection& connection) {
  const auto& flights = connection.flights;
  if (flights.size() < 7 || connection.tls.server_data || !connection.tls.client_hello)
    return false;
  const auto& last = flights.back();
  const auto& twin = flights[flights.size() - 3];
  return last.by == End::proxy && last.segments == 1 && last.bytes == twin.bytes;
}

}  // namespace

SightOrder order_of(const Sight& sight) {
  const bool timed = sight.at && !sight.where.is_line();
  return {timed ? *sight.at : Time{0}, sight.where.number()};
}

Sight sight_of(const Citation& where) { return {std::nullopt, where}; }

bool tunnel_is_up(const Connection& connection) {
  return connection.reply && connection.reply->status / 100 == 2;
}

bool tunnel_is_up_or_guessed(const Connection& connection) {
  return tunnel_is_up(connection) || connection.guessed || connection.from_the_middle ||
         connection.tls.client_hello;
}

bool handshake_is_done(const Connection& connection) {
  const auto& tls = connection.tls;
  const bool last_word = tls.version13 || tls.guessed || tls.server_finished || tls.told_done;
  return tls.client_data || tls.server_data || (tls.finished && last_word);
}

const ResetSeen* first_reset(const Connection& connection, End by) {
  const auto theirs = close_place(connection, other(by));
  for (const auto& reset : connection.resets) {
    if (reset.by != by) continue;
    if (theirs && *theirs < order_of(reset.sight)) return nullptr;
    if (const auto& fin = connection.flow(by).fin; fin && order_of(*fin) < order_of(reset.sight))
      return nullptr;
    return &reset;
  }
  return nullptr;
}

bool closed_first(const Connection& connection, End end) {
  // A close_notify is the end of what its end says, and whoever answers it with FIN is the second.
  if (connection.closed_on_notify) end = other(end);
  const auto own = close_place(connection, end);
  const auto theirs = close_place(connection, other(end));
  return own && (!theirs || *own < *theirs);
}

bool is_closed(const Connection& connection) {
  return connection.from_client.fin || connection.from_proxy.fin || !connection.resets.empty();
}

std::optional<Time> close_time(const Connection& connection) {
  auto first = earlier(fin_time(connection.from_client), fin_time(connection.from_proxy));
  for (const auto& reset : connection.resets)
    first = earlier(first, reset.sight.at);
  return first;
}

std::optional<Time> final_silence(const Connection& connection) {
  if (connection.pause_before_close) return connection.pause_before_close;
  const auto& a = connection.from_client.last_payload;
  const auto& b = connection.from_proxy.last_payload;
  std::optional<Time> last;
  for (const auto& each : {a, b}) {
    if (each && each->at && (!last || *each->at > *last)) last = each->at;
  }
  auto end = close_time(connection);
  if (!end) end = connection.capture_end ? connection.capture_end : connection.end;
  if (!last || !end) return std::nullopt;
  return std::max(Time{0}, *end - *last);
}

std::optional<End> last_real_speaker(const Connection& connection) {
  if (connection.last_speaker == End::proxy && ends_with_ticket(connection)) return End::client;
  for (const auto& each : connection.last_words) {
    if (!each) break;
    const bool first_to_close = connection.notified_before_close &&
                                &each == connection.last_words.data() &&
                                closed_first(connection, each->by);
    if (!first_to_close && !is_close_notify(connection, *each)) return each->by;
  }
  return std::nullopt;
}

std::string duration_text(Time time) {
  const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(time).count();
  if (milliseconds < 1000) return fmt::format("{} ms", milliseconds);
  return fmt::format("{:.1f} s", static_cast<double>(milliseconds) / 1000);
}

std::string_view icmp_text(const IcmpSeen& icmp) {
  if (icmp.type == 11) return "time exceeded";
  switch (icmp.code) {
    case 0:
      return "network unreachable";
    case 1:
      return "host unreachable";
    case 3:
      return "port unreachable";
    case 9:
    case 10:
    case 13:
      return "administratively prohibited";
    default:
      return "unreachable";
  }
}

std::string reason_text(const ResponseSeen& reply) {
  return reply.reason.empty() ? fmt::format("{}", reply.status)
                              : fmt::format("{} {}", reply.status, shown(reply.reason, 60));
}

std::string bytes_text(std::uint64_t count) {
  auto digits = fmt::format("{}", count);
  for (auto at = static_cast<int>(digits.size()) - 3; at > 0; at -= 3)
    digits.insert(static_cast<std::size_t>(at), ",");
  return fmt::format("{} byte{}", digits, count == 1 ? "" : "s");
}

std::string received_text(const Connection& connection) {
  const auto& received = connection.body_received;
  if (connection.body_expected && received)
    return fmt::format("{}{} of {}", connection.body_is_bound ? "at most " : "",
                       bytes_text(*received), bytes_text(*connection.body_expected));
  if (received) return bytes_text(*received);
  if (connection.last_chunk_missing) return "not its last chunk";
  if (connection.on_wire)
    return fmt::format("{} from the proxy", bytes_text(connection.from_proxy.bytes));
  return "part of it";
}

void bound_body(Connection& connection, std::uint64_t length) {
  const auto most = connection.tls.server_stream_bytes;
  if (connection.body_received || most == 0 || most >= length) return;
  connection.body_expected = length;
  connection.body_received = most;
  connection.body_is_bound = true;
}

Verdict verdict(std::string_view id, const Connection& connection, std::string headline) {
  const auto* lesson = find_lesson(id);
  ensure(lesson != nullptr, "a rule names a verdict that no lesson explains");
  Verdict verdict;
  verdict.id = lesson->id;
  verdict.layer = lesson->layer;
  verdict.blame = lesson->blame;
  verdict.connection = shown(connection.name);
  verdict.headline = shown(headline, 2000);  // whatever bytes of the evidence got into it
  verdict.remedy = lesson->remedy;
  return verdict;
}

void cite(Verdict& verdict, const Place& place) {
  if (place.is_empty()) return;
  const bool known = std::any_of(verdict.evidence.begin(), verdict.evidence.end(),
                                 [&](const Place& each) { return each.is_same_as(place); });
  if (!known) verdict.evidence.push_back(place);
}

void cite(Verdict& verdict, const std::optional<Place>& place) {
  if (place) cite(verdict, *place);
}

void cite(Verdict& verdict, const Citation& citation) { cite(verdict, Place(citation)); }

void cite(Verdict& verdict, const std::optional<Citation>& citation) {
  if (citation) cite(verdict, *citation);
}

void cite(Verdict& verdict, const std::optional<Sight>& sight) {
  if (sight) cite(verdict, sight->where);
}

}  // namespace misproxy::diagnose
