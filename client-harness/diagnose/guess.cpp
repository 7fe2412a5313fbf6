#include "diagnose/guess.hpp"

#include <algorithm>

#include "diagnose/reading.hpp"

namespace misproxy::diagnose {
namespace {

constexpr std::uint64_t kMostReply = 250;   // a 200 to a CONNECT has few headers
constexpr std::uint64_t kLeastHello = 150;  // a ClientHello with one name and few ciphers
constexpr std::uint64_t kLeastFlight = 60;  // a resumed session's ServerHello; an alert has 7
constexpr std::uint64_t kMostRequest = 8192;

/// The flights in order, each asked for once.
class Order {
 public:
  explicit Order(const std::vector<Flight>& flights) : flights_(flights) {}

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

/// The CONNECT was shown as HTTP, what answered it was not.
void guess_not_http(Connection& connection) {
  if (!connection.connect || connection.reply ||
      !line_was_due(connection, connection.from_proxy.first_payload))
    return;
  connection.not_http_at = connection.from_proxy.first_payload;
}

}  // namespace

void guess_from_sizes(Connection& connection) {
  const bool read = connection.tls.client_hello || connection.tls_to_proxy ||
                    connection.not_http_at || connection.request || !connection.carries.empty();
  if (!connection.on_wire || connection.from_the_middle || read) return;
  if (connection.flights.empty()) return;
  guess_not_http(connection);
  if (connection.reply) guess_tls_to_proxy(connection);
  if (connection.not_http_at || connection.tls_to_proxy) return;
  if (connection.reply && !tunnel_is_up(connection)) return;
  connection.guessed = !connection.reply;
  Order order(connection.flights);
  if (order.next(End::client, 40, kMostRequest) == nullptr) return;
  if (order.next(End::proxy, 12, kMostReply) == nullptr) return;
  const auto* hello = order.next(End::client, kLeastHello, 20000);
  if (hello == nullptr) return;
  connection.tls.guessed = true;
  connection.tls.client_hello = sight_of(*hello);
  connection.tls.client_hello_bytes = static_cast<std::uint32_t>(hello->bytes);
  guess_handshake(order, connection.tls);
}

}  // namespace misproxy::diagnose
