#include "diagnose/decrypted_observer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <utility>

#include "diagnose/quote.hpp"
#include "diagnose/reading.hpp"

namespace misproxy::diagnose {
namespace {

using evidence::DecryptedHttp;

/// The connections of one file, by their client. One port may have had several, one after the
/// other.
class ByClient {
 public:
  ByClient(const std::string& file, Observations& observations) {
    for (auto& each : observations.connections) {
      if (each.file != file) continue;
      const auto begin = each.syn ? each.syn->where.number() : 0;
      by_address_[{each.client, each.client_port}].emplace(begin, &each);
      by_address_[{"", each.client_port}].emplace(begin, &each);
    }
  }

  /// The one that began last before this message, or null.
  Connection* find(const DecryptedHttp& message) const {
    const bool asks = !message.method.empty();  // a bare end of a stream: the server's is of use
    const auto known =
        by_address_.find(asks ? Client{message.source, message.source_port}
                              : Client{message.destination, message.destination_port});
    if (known == by_address_.end()) return nullptr;
    const auto behind = known->second.upper_bound(message.packet);
    return behind == known->second.begin() ? nullptr : std::prev(behind)->second;
  }

 private:
  using Client = std::pair<std::string, std::uint16_t>;  // an empty address: not told

  std::map<Client, std::multimap<std::uint64_t, Connection*>> by_address_;  // by first packet
};

Sight sight_of(const std::string& file, const DecryptedHttp& message) {
  const auto quote = message.status == 0
                         ? fmt::format("{} {} (decrypted)", message.method, message.target)
                         : fmt::format("HTTP {} {} (decrypted)", message.status, message.reason);
  return {std::nullopt,
          Citation{file, evidence::Citation::Unit::packet, message.packet, shown(quote)}};
}

/// What it got before, it did not get for what it asks now.
void put_aside(Connection& connection) {
  auto& earlier = connection.earlier_responses;
  if (connection.response && earlier.size() < kMostEarlier)
    earlier.push_back(std::move(*connection.response));
  connection.response.reset();
  connection.body_expected.reset();
  connection.body_received.reset();
  connection.body_is_bound = false;
  connection.body_end_hidden = false;
}

/// A stream tells its own end (RFC 9113 section 8.1); before it, less came than is told, and no
/// more than the whole connection has. Where packets are missing the end may be in them.
void note_stream(const DecryptedHttp& message, Connection& connection) {
  const auto length = *message.content_length;
  if (length == 0) return;
  const auto& proxy = connection.from_proxy;
  const bool gap = proxy.unseen > 0 || proxy.lost_in_capture > 0 || connection.cut_packets;
  connection.body_end_hidden = gap;
  if (gap) return;
  connection.body_expected = length;
  connection.body_received = std::min(connection.tls.server_all_bytes, length - 1);
  connection.body_is_bound = true;
}

void end_stream(const DecryptedHttp& message, Connection& connection) {
  const bool of_server = connection.client_port == message.destination_port;
  if (!of_server || !connection.response) return;
  connection.body_end_hidden = false;
  const auto& told = connection.body_expected;
  if (!told || connection.tls.server_all_bytes < *told) return;  // it ends, and is too short
  connection.body_is_bound = false;
  connection.body_received = told;
}

/// Of a request without a body all that the server said behind it is the response; of another, what
/// came of the answer is not known.
void note_body(const DecryptedHttp& message, Connection& connection) {
  const auto& plain = connection.tls.server_plain_bytes;
  const bool answers = connection.request && connection.request->method != "HEAD" &&
                       message.status / 100 != 1 && message.status != 204 && message.status != 304;
  const bool has_body = answers && connection.request->method == "GET";
  connection.body_end_hidden =
      has_body ? !message.content_length : answers && message.content_length.value_or(1) > 0;
  if (!has_body || !message.content_length) return;
  if (message.http2) return note_stream(message, connection);
  if (!plain && message.head_bytes > 0) bound_body(connection, *message.content_length);
  if (!plain || *plain < message.head_bytes) return;
  connection.body_expected = message.content_length;
  connection.body_received = std::min(*plain - message.head_bytes, *message.content_length);
}

ResponseSeen seen(const std::string& file, const DecryptedHttp& message) {
  ResponseSeen response;
  response.status = message.status;
  response.reason = message.reason;
  response.sight = sight_of(file, message);
  response.headers = message.headers;
  if (!response.headers.empty()) return response;  // of HTTP/1.x all are there
  if (!message.server.empty()) response.headers.emplace_back("Server", message.server);
  if (!message.location.empty()) response.headers.emplace_back("Location", message.location);
  if (message.content_length)
    response.headers.emplace_back("Content-Length", fmt::format("{}", *message.content_length));
  return response;
}

void observe_head(const std::string& file, const DecryptedHttp& message, Connection& connection) {
  put_aside(connection);
  if (message.status == 0) {
    connection.request =
        RequestSeen{message.method, message.target, {}, 0, true, sight_of(file, message)};
    return;
  }
  note_body(message, connection);
  connection.response = seen(file, message);
}

/// A CONNECT inside the TLS of a proxy, and what it gets other than its tunnel; one in clear text
/// has been read without keys. True where the message was part of that.
bool observe_connect(const std::string& file, const DecryptedHttp& message, Connection& connection,
                     std::set<const Connection*>& asked) {
  if (message.method == "CONNECT") {
    if (!connection.tls_to_proxy) return true;
    connection.connect =
        RequestSeen{message.method, message.target, {}, 0, false, sight_of(file, message)};
    connection.reply.reset();
    asked.insert(&connection);
    return true;
  }
  if (message.status == 0 || asked.erase(&connection) == 0) return false;
  if (message.status / 100 == 2) {
    connection.connect.reset();  // its TLS is the proxy's, and the tunnel's does not show
    return true;
  }
  connection.reply = seen(file, message);
  return true;
}

void observe(const std::string& file, const DecryptedHttp& message, Connection& connection) {
  const bool head = message.status != 0 || !message.method.empty();
  if (head) observe_head(file, message, connection);
  if (message.ends_stream) end_stream(message, connection);
}

}  // namespace

void observe_decrypted(const std::string& file, const std::vector<DecryptedHttp>& messages,
                       Observations& observations) {
  const ByClient connections(file, observations);
  std::set<const Connection*> asked;  // whose CONNECT waits for its answer
  for (const auto& message : messages) {
    auto* connection = connections.find(message);
    if (connection == nullptr || observe_connect(file, message, *connection, asked)) continue;
    observe(file, message, *connection);
  }
}

}  // namespace misproxy::diagnose
