#include "diagnose/guess.hpp"

#include <algorithm>
#include <utility>

#include "diagnose/reading.hpp"

namespace misproxy::diagnose {
namespace {

constexpr std::uint64_t kMostReply = 250;   // a 200 to a CONNECT has few headers
constexpr std::uint64_t kLeastHello = 150;  // a ClientHello with one name and few ciphers
constexpr std::uint64_t kLeastFlight = 60;  // a resumed session's ServerHello; an alert has 7
constexpr std::uint64_t kMostHello = 20000;
constexpr std::uint64_t kMostRequest = 8192;

bool begins_before(const Flight& flight, const Sight& sight) {
  if (!flight.where.is_empty()) return flight.where.number() < sight.where.number();
  return flight.begin && sight.at && *flight.begin < *sight.at;
}

/// The flights in order, each asked for once: from the one on in which the client asks, that the
/// last answer is an answer to.
class Order {
 public:
  explicit Order(const Connection& connection) : flights_(connection.flights) {
    if (!connection.connect) return;
    while (at_ + 1 < flights_.size() && begins_before(flights_[at_ + 1], connection.connect->sight))
      ++at_;
    if (at_ + 1 < flights_.size() && flights_[at_].by == End::proxy) ++at_;
  }

  const Flight* next(End by, std::uint64_t least, std::uint64_t most) {
    if (at_ >= flights_.size()) return nullptr;
    const auto& flight = flights_[at_];
    if (flight.by != by || flight.bytes < least || flight.bytes > most) return nullptr;
    ++at_;
    return &flight;
  }

 private:
  const std::vector<Flight>& flights_;
  std::size_t at_ = 0;
};

Sight sight_of(const Flight& flight) { return {flight.begin, flight.where}; }

/// Behind the ClientHello: the server's flight, the client's Finished, data both ways.
void guess_handshake(Order& order, TlsSeen& tls) {
  constexpr auto kAny = ~std::uint64_t{0};
  const auto* server = order.next(End::proxy, kLeastFlight, kAny);
  if (server == nullptr) return;
  tls.server_hello = sight_of(*server);
  const auto* finished = order.next(End::client, 30, kAny);
  if (finished == nullptr) return;
  tls.finished = sight_of(*finished);
  // TLS 1.3's client sends its request along with its Finished, or behind the server's tickets.
  if (finished->bytes > 140) tls.client_data = tls.finished;
  const auto* answer = order.next(End::proxy, 1, kAny);
  if (answer == nullptr) return;
  if (tls.client_data) tls.server_data = sight_of(*answer);
  const auto* request = order.next(End::client, 25, kAny);
  if (request == nullptr) return;
  tls.client_data = sight_of(*request);
  const auto* response = order.next(End::proxy, 1, kAny);
  // As long as the flight before it: the second of two session tickets.
  if (response != nullptr && response->bytes != answer->bytes)
    tls.server_data = sight_of(*response);
}

/// tcpdump prints the first line of what is HTTP, and of nothing else on that port.
bool line_was_due(const Connection& connection, const std::optional<Sight>& payload) {
  return payload && !connection.cut_packets && payload->where.is_line() &&
         payload->where.citation().quote.find("[|http]") == std::string::npos;
}

/// The answer was shown as HTTP, what was asked was not: a ClientHello, by its size.
void guess_tls_to_proxy(Connection& connection) {
  const auto& first = connection.flights.front();
  if (connection.connect || connection.request || first.by != End::client ||
      first.bytes < kLeastHello || !line_was_due(connection, connection.from_client.first_payload))
    return;
  connection.tls_to_proxy = true;
  connection.tls.guessed = true;
  connection.tls.client_hello = sight_of(first);
  connection.response = std::move(connection.reply);
  connection.reply.reset();
}

/// The CONNECT was shown as HTTP, what answered it was not; though its first segment was large
/// enough for a status.
void guess_not_http(Connection& connection) {
  constexpr std::uint32_t kStatus = 12;  // bytes: `HTTP/1.1 200`
  if (!connection.connect || connection.reply) return;
  Order order(connection);
  order.next(End::client, 1, ~std::uint64_t{0});
  const auto* answer = order.next(End::proxy, 1, ~std::uint64_t{0});
  if (answer == nullptr || answer->first < kStatus) return;
  const auto sight = sight_of(*answer);
  if (line_was_due(connection, sight)) connection.not_http_at = sight;
}

/// What follows the proxy's 200 at once is followed by what the client says to a server of TLS, as
/// far as a text of sizes tells: it answers no greeting.
void guess_not_tls(Connection& connection) {
  const auto& target = connection.connect ? connection.connect->target : std::string();
  if (connection.carries.empty() || !target.ends_with(":443") || !connection.reply) return;
  const auto& at = connection.carries_at;
  if (!at->where.is_line() || at->where.number() != connection.reply->sight.where.number()) return;
  Order order(connection);
  order.next(End::client, 1, kMostRequest);
  order.next(End::proxy, 1, ~std::uint64_t{0});
  const auto* hello = order.next(End::client, kLeastHello, kMostHello);
  if (hello == nullptr) return;
  connection.tls.guessed = true;
  connection.tls.client_hello = sight_of(*hello);
  connection.tls.not_tls = connection.carries_at;
  connection.tls.not_tls_text = std::exchange(connection.carries, {});
}

}  // namespace

void guess_from_sizes(Connection& connection) {
  guess_not_tls(connection);
  const bool read = connection.tls.client_hello || connection.tls_to_proxy ||
                    connection.not_http_at || connection.request || !connection.carries.empty();
  if (!connection.on_wire || connection.from_the_middle || read) return;
  if (connection.flights.empty()) return;
  guess_not_http(connection);
  if (connection.reply) guess_tls_to_proxy(connection);
  if (connection.not_http_at || connection.tls_to_proxy) return;
  if (connection.reply && !tunnel_is_up(connection)) return;
  connection.guessed = !connection.reply;
  Order order(connection);
  if (order.next(End::client, 40, kMostRequest) == nullptr) return;
  if (order.next(End::proxy, 12, kMostReply) == nullptr) return;
  const auto* hello = order.next(End::client, kLeastHello, kMostHello);
  if (hello == nullptr) return;
  connection.tls.guessed = true;
  connection.tls.client_hello = sight_of(*hello);
  connection.tls.client_hello_bytes = static_cast<std::uint32_t>(hello->bytes);
  guess_handshake(order, connection.tls);
}

}  // namespace misproxy::diagnose
