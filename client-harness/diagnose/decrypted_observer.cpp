#include "diagnose/decrypted_observer.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "diagnose/quote.hpp"

namespace misproxy::diagnose {
namespace {

using evidence::DecryptedHttp;

Sight sight_of(const std::string& file, const DecryptedHttp& message) {
  const auto quote = message.status == 0
                         ? fmt::format("{} {} (decrypted)", message.method, message.target)
                         : fmt::format("HTTP {} {} (decrypted)", message.status, message.reason);
  return {std::nullopt,
          Citation{file, evidence::Citation::Unit::packet, message.packet, shown(quote)}};
}

void observe(const std::string& file, const DecryptedHttp& message, Connection& connection) {
  if (message.status == 0) {
    connection.request =
        RequestSeen{message.method, message.target, {}, 0, true, sight_of(file, message)};
    return;
  }
  if (connection.response) connection.earlier_responses.push_back(std::move(*connection.response));
  ResponseSeen response;
  response.status = message.status;
  response.reason = message.reason;
  response.sight = sight_of(file, message);
  if (!message.server.empty()) response.headers.emplace_back("Server", message.server);
  if (message.content_length)
    response.headers.emplace_back("Content-Length", fmt::format("{}", *message.content_length));
  connection.response = std::move(response);
}

}  // namespace

void observe_decrypted(const std::string& file, const std::vector<DecryptedHttp>& messages,
                       Observations& observations) {
  for (const auto& message : messages) {
    const auto client = message.status == 0 ? message.source_port : message.destination_port;
    const auto known = std::find_if(
        observations.connections.begin(), observations.connections.end(),
        [&](const Connection& each) { return each.file == file && each.client_port == client; });
    if (known != observations.connections.end()) observe(file, message, *known);
  }
}

}  // namespace misproxy::diagnose
