#include <fmt/format.h>

#include "core/ascii.hpp"
#include "diagnose/http_text.hpp"
#include "diagnose/reading.hpp"
#include "diagnose/rules/rules.hpp"

namespace misproxy::diagnose::rules {
namespace {

/// Names that only a proxy puts into a response, or into a certificate that it made itself.
std::optional<std::string> inspector(const Connection& connection) {
  const auto& headers = connection.response->headers;
  for (const auto* name : {"X-Squid-Error", "Proxy-Agent", "Proxy-Connection", "Proxy-Status"}) {
    if (has_header(headers, name))
      return fmt::format("{}: {}", name, shown(header(headers, name), 80));
  }
  for (const auto* product :
       {"mitmproxy", "squid", "zscaler", "bluecoat", "blue coat", "forcepoint",
        "mcafee web gateway", "skyhigh", "ironport", "fortigate", "fortiproxy", "netskope",
        "tinyproxy", "privoxy", "burp", "charles"}) {
    const auto server = header(headers, "Server");
    if (holds_in_any_case(server, product)) return fmt::format("Server: {}", shown(server, 80));
  }
  const auto& issuer = connection.tls.issuer;
  for (const auto* word : {"inspection", "mitm", "gateway ca", "web gateway", "proxy ca", "zscaler",
                           "fortinet", "ssl inspect"}) {
    if (holds_in_any_case(issuer, word))
      return fmt::format("the certificate's issuer: {}", shown(issuer, 80));
  }
  return std::nullopt;
}

bool is_plain(const Connection& connection) {
  return !tunnel_is_up(connection) && !connection.tls.client_hello;
}

Verdict plain(const Connection& connection) {
  const bool is_told =
      connection.on_wire || !connection.request || !connection.request->target.empty();
  auto found = verdict("plain-http-status", connection,
                       fmt::format("{} gets {}: by the proxy or by the origin behind "
                                   "it, the headers tell.",
                                   is_told ? "A plain HTTP request" : "A request",
                                   reason_text(*connection.response)));
  found.confidence = Confidence::ambiguous;
  found.alternatives = {"proxy-denied", "origin-status"};
  return found;
}

}  // namespace

std::optional<Verdict> response(const Connection& connection) {
  if (!connection.response || connection.response->status < 400) return std::nullopt;
  const auto& response = *connection.response;
  auto found = [&] {
    if (is_plain(connection)) {
      // Only a proxy asks so (RFC 9110 section 15.5.8).
      if (response.status == 407) return credentials(connection, connection.request, response);
      return plain(connection);
    }
    if (const auto who = inspector(connection))
      return verdict(
          "proxy-error-in-tunnel", connection,
          fmt::format("An inspecting proxy answers {} inside the TLS session, in the origin's "
                      "place ({}).",
                      reason_text(response), *who));
    if (response.status == 413)
      return verdict(
          "origin-rejects-upload", connection,
          fmt::format("The origin, not the proxy, rejects the upload as too large: {} inside "
                      "the tunnel.",
                      reason_text(response)));
    return verdict("origin-status", connection,
                   fmt::format("The origin, not the proxy, answers {} inside the tunnel.",
                               reason_text(response)));
  }();
  if (connection.request) cite(found, connection.request->sight.where);
  cite(found, response.sight.where);
  const bool shows_no_proxy = !connection.on_wire && !connection.connect && !connection.reply;
  if (found.id == "origin-status" && shows_no_proxy) {
    found.confidence = Confidence::likely;
    found.alternatives = {"proxy-error-in-tunnel"};
    found.next = {
        "No CONNECT is told of: a proxy that inspects may answer in the origin's place; the "
        "certificate's issuer tells."};
    return found;
  }
  if (found.id == "origin-status" || found.id == "origin-rejects-upload")
    found.next = {
        "The CONNECT got 200, so the proxy did its work; without inspection it cannot answer "
        "inside the tunnel."};
  return found;
}

}  // namespace misproxy::diagnose::rules
