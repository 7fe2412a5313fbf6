#include "diagnose/rules/alerts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "diagnose/certificate_words.hpp"
#include "diagnose/quote.hpp"
#include "diagnose/reading.hpp"

namespace misproxy::diagnose::rules {
namespace {

struct AlertVerdict {
  int description;
  std::string_view id;
};

constexpr std::array<AlertVerdict, 15> kAlertVerdicts{{
    {40, "tls-handshake-failure"},
    {42, "tls-cert-refused"},
    {43, "tls-cert-refused"},
    {44, "tls-cert-revoked"},
    {45, "tls-cert-expired"},
    {46, "tls-cert-refused"},
    {48, "tls-untrusted-ca"},
    {51, "tls-cert-refused"},
    {70, "tls-version"},
    {71, "tls-handshake-failure"},
    {86, "tls-version"},
    {112, "tls-unrecognized-name"},
    {116, "tls-client-cert-required"},
    {120, "tls-handshake-failure"},
    {20, "tls-alert"},
}};

std::string_view meaning(std::string_view id) {
  if (id == "tls-cert-expired") return "the certificate has expired";
  if (id == "tls-cert-not-yet-valid") return "the certificate is not valid yet";
  if (id == "tls-cert-revoked") return "the certificate is revoked";
  if (id == "tls-cert-wrong-host") return "the certificate's names do not match the host";
  if (id == "tls-untrusted-ca")
    return "the certificate's issuer is not trusted (unknown CA, self-signed, or TLS inspection)";
  if (id == "tls-version") return "no common protocol version";
  if (id == "tls-handshake-failure")
    return "no common cipher or parameters, or a client certificate is wanted";
  if (id == "tls-client-cert-required") return "a client certificate is wanted";
  if (id == "tls-unrecognized-name") return "the server does not know the name asked for (SNI)";
  if (id == "tls-cert-refused") return "the certificate is refused";
  return "";
}

/// It is refused, and for what is not told.
void may_be_any_fault(Verdict& found) {
  found.confidence = Confidence::ambiguous;
  found.alternatives = {"tls-untrusted-ca", "tls-cert-expired", "tls-cert-wrong-host",
                        "tls-cert-not-yet-valid", "tls-cert-revoked"};
}

/// Which alert it was is not told: something else may be meant, and `next` tells.
Verdict unread_alert(const Connection& connection, const AlertSeen& alert, std::string_view id,
                     std::string headline, std::vector<std::string_view> alternatives,
                     std::string next) {
  auto found = in_handshake(connection, id, std::move(headline));
  found.confidence = Confidence::ambiguous;
  found.alternatives = std::move(alternatives);
  cite(found, alert.sight.where);
  found.next = {std::move(next)};
  return found;
}

constexpr auto kNextOfEncrypted = "`curl -v`, or the capture with its key log, tells which.";

/// TLS 1.3 hides the server's last word, but not its size.
Verdict encrypted_alert_of_server(const Connection& connection, const AlertSeen& alert) {
  return unread_alert(connection, alert, "tls-client-cert-required",
                      "The server answers the client's Finished with an encrypted alert: "
                      "mostly it wants a client certificate, or does not take the one it got.",
                      {"tls-alert", "empty-reply", "tls-handshake-failure"}, kNextOfEncrypted);
}

/// Nor does its size tell what the client did not like.
Verdict encrypted_alert_of_client(const Connection& connection, const AlertSeen& alert) {
  return unread_alert(
      connection, alert, "tls-cert-refused",
      "The client ends the TLS handshake with an encrypted alert behind the "
      "server's flight: mostly it refuses the certificate.",
      {"tls-untrusted-ca", "tls-cert-expired", "tls-cert-wrong-host", "tls-cert-not-yet-valid"},
      kNextOfEncrypted);
}

/// The client says that it got one, and not which.
Verdict alert_without_name(const Connection& connection, const AlertSeen& alert) {
  return unread_alert(
      connection, alert, "tls-alert",
      "The other side ends the TLS handshake with an alert; which it was, the log does not tell.",
      {"tls-handshake-failure", "tls-version", "tls-unrecognized-name", "tls-client-cert-required"},
      "`openssl s_client -proxy` prints the alert's number, a capture shows it.");
}

/// The first that ends the handshake: of those that somebody can read, where there is one.
const AlertSeen* fatal_alert(const Connection& connection) {
  const AlertSeen* found = nullptr;
  for (const auto& each : connection.tls.alerts) {
    const bool ends = each.level != 1 || each.description != 90;
    if (!ends || is_too_late(connection, each)) continue;
    if (each.description >= 0) return &each;
    if (found == nullptr) found = &each;
  }
  return found;
}

/// A server that has asked for the client's certificate, and then ends the handshake: in TLS 1.2
/// one alert says that there was none, or that parameters fail (RFC 5246 section 7.4.6).
bool is_about_client(const Connection& connection, const AlertSeen& alert) {
  constexpr int kHandshakeFailure = 40;
  constexpr int kBadCertificate = 42;
  return alert.by == End::proxy && connection.tls.asks_client &&
         (alert.description == kHandshakeFailure || alert.description == kBadCertificate);
}

}  // namespace

Verdict in_handshake(const Connection& connection, std::string_view id, std::string headline) {
  auto found = verdict(id, connection, std::move(headline));
  cite(found, connection.tls.client_hello);
  cite(found, connection.tls.server_hello);
  return found;
}

bool is_too_late(const Connection& connection, const AlertSeen& alert) {
  const auto& fin = connection.from_client.fin;
  if (!fin || !connection.on_wire || alert.by != End::proxy) return false;
  const bool in_one_file = fin->where.citation().file == alert.sight.where.citation().file;
  return in_one_file && order_of(*fin) < order_of(alert.sight);
}

std::optional<Verdict> verify_error(const Connection& connection) {
  const auto& tls = connection.tls;
  if (tls.verify_error.empty()) return std::nullopt;
  const auto known = verdict_on_certificate(tls.verify_error);
  const auto id = known.empty() ? "tls-cert-refused" : known;
  const bool is_proxys = connection.tls_to_proxy && !connection.connect;
  const std::string whose = is_proxys                 ? " of the https:// proxy itself"
                            : tls.server_name.empty() ? ""
                                                      : " for " + tls.server_name;
  auto found = in_handshake(connection, id,
                            fmt::format("The client refuses the certificate{}: {}.", whose,
                                        shown(tls.verify_error, 160)));
  cite(found, tls.verify_error_at);
  if (!tls.issuer.empty())
    found.next.push_back(fmt::format("Its issuer is {}.", shown(tls.issuer, 120)));
  if (is_proxys) {
    found.next.push_back(
        "No origin had a part in it: curl takes the proxy's CA by --proxy-cacert.");
  } else if (id == "tls-untrusted-ca") {
    found.next.push_back(
        "An issuer that belongs to your own company means TLS inspection at the proxy.");
  }
  if (id == "tls-cert-expired") found.next.push_back("Look at the client's clock: `date -u`.");
  if (known.empty()) may_be_any_fault(found);
  return found;
}

std::optional<Verdict> alert(const Connection& connection) {
  const auto* fatal = fatal_alert(connection);
  if (fatal == nullptr) return std::nullopt;
  if (fatal->description < 0) {
    if (fatal->name == kUntold) return alert_without_name(connection, *fatal);
    return fatal->by == End::proxy ? encrypted_alert_of_server(connection, *fatal)
                                   : encrypted_alert_of_client(connection, *fatal);
  }
  const auto* known =
      std::find_if(kAlertVerdicts.begin(), kAlertVerdicts.end(),
                   [&](const auto& each) { return each.description == fatal->description; });
  const bool wanted = is_about_client(connection, *fatal);
  const auto id = wanted                          ? "tls-client-cert-required"
                  : known == kAlertVerdicts.end() ? "tls-alert"
                                                  : known->id;
  const auto what = meaning(id);
  auto found =
      in_handshake(connection, id,
                   fmt::format("The {} ends the TLS handshake with the alert \"{}\" ({}){}{}.",
                               fatal->by == End::client ? "client" : "server", fatal->name,
                               fatal->description, what.empty() ? "" : ": ", what));
  cite(found, fatal->sight.where);
  if (wanted) {
    cite(found, connection.tls.asks_client);
    found.confidence = Confidence::likely;
    found.alternatives = {"tls-handshake-failure", "tls-cert-refused"};
    return found;
  }
  if (id == "tls-cert-refused") {
    found.confidence = Confidence::ambiguous;
    found.alternatives = {"tls-cert-wrong-host", "tls-cert-not-yet-valid", "tls-cert-expired",
                          "tls-untrusted-ca"};
  }
  if (id == "tls-untrusted-ca")
    found.next = {
        "The issuer tells whether it is TLS inspection: `curl -v -k` through the proxy prints "
        "it."};
  return found;
}

}  // namespace misproxy::diagnose::rules
