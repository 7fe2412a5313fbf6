#include "tls/client_tls.hpp"

#include <gtest/gtest.h>
#include <openssl/x509.h>

#include <algorithm>

#include "support/moment.hpp"
#include "support/tls_talk.hpp"

namespace misproxy {
namespace {

using test::kNow;
using test::TlsTalk;
using State = TlsEngine::State;

const std::vector<std::string> kBoth{"1.2", "1.3"};

Authority authority() { return Authority::from_seed(1, kNow); }

Catalogue& catalogue() {
  static Catalogue made(authority(), kNow);
  return made;
}

ClientContext trusting(CivilTime now = kNow) {
  return make_client_context(authority().certificate_pem(), now);
}

TEST(ClientTls, TalksInBothVersions) {
  for (const auto* version : {"1.2", "1.3"}) {
    TlsTalk talk(trusting(), catalogue().context_for("a.test", {version}), "a.test");
    talk.whole();
    EXPECT_EQ(talk.client.version(), std::string("TLSv") + version);
    EXPECT_EQ(talk.client.cipher(), talk.server.cipher());
    EXPECT_EQ(talk.client.protocol(), "http/1.1");
    EXPECT_EQ(talk.server.server_name(), "a.test");
    EXPECT_EQ(talk.heard_by_server, "GET / HTTP/1.1\r\nHost: a.test\r\n\r\n");
    EXPECT_EQ(talk.heard_by_client, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    EXPECT_EQ(talk.client.state(), State::closed_by_peer);
    EXPECT_EQ(talk.server.state(), State::closed_by_peer);
    EXPECT_EQ(talk.client.verify_result(), X509_V_OK);
    EXPECT_FALSE(talk.client.alert_received() || talk.client.alert_sent());
  }
}

TEST(ClientTls, SaysHelloIn517Bytes) {
  for (const auto* host : {"a.test", "tools.cisco.com", "72.163.4.161"}) {
    ClientTls client(trusting(), host);
    client.start();
    EXPECT_EQ(client.take_output().size(), 517U) << host;
  }
}

TEST(ClientTls, AsksForNoNameWhereTheHostIsAnAddress) {
  TlsTalk talk(trusting(), catalogue().context_for("72.163.4.161", kBoth), "72.163.4.161");
  talk.shake_hands();
  EXPECT_EQ(talk.client.state(), State::open);
  EXPECT_EQ(talk.server.server_name(), "");
}

TEST(ClientTls, TellsTheCertificateAsCurlDoes) {
  TlsTalk talk(trusting(), catalogue().context_for("a.test", kBoth), "a.test");
  EXPECT_FALSE(talk.client.certificate());
  talk.shake_hands();
  const auto text = talk.client.certificate().value();
  EXPECT_EQ(text.subject, "CN=a.test");
  EXPECT_EQ(text.issuer, "CN=misproxy virtual CA");
  EXPECT_EQ(text.start_date, "Jan 14 08:00:00 2027 GMT");
  EXPECT_EQ(text.expire_date, "Apr 14 08:00:00 2027 GMT");
}

struct Refusal {
  long result;
  std::string text;
  int alert;
};

/// A handshake that the client ends: its reason, and the alert that both ends know of.
Refusal refusal(const ClientContext& context, const std::string& host) {
  TlsTalk talk(context, catalogue().context_for("a.test", kBoth), host);
  talk.shake_hands();
  EXPECT_EQ(talk.client.state(), State::failed);
  EXPECT_EQ(talk.client.failure(), "certificate verify failed");
  EXPECT_EQ(talk.server.state(), State::failed);
  EXPECT_EQ(talk.server.alert_received(), talk.client.alert_sent());
  return {talk.client.verify_result(), talk.client.verify_text(),
          talk.client.alert_sent().value_or(-1)};
}

TEST(ClientTls, RefusesWhatItDoesNotTrust) {
  const auto other = Authority::from_seed(2, kNow).certificate_pem();
  const auto unknown = refusal(make_client_context(other, kNow), "a.test");
  EXPECT_NE(unknown.result, X509_V_OK);
  const auto nobody = refusal(make_client_context("", kNow), "a.test");
  EXPECT_EQ(nobody.result, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY);
  EXPECT_EQ(nobody.text, "unable to get local issuer certificate");
  EXPECT_EQ(nobody.alert, 48);  // unknown_ca
}

TEST(ClientTls, RefusesAnotherHostAndAnotherTime) {
  EXPECT_EQ(refusal(trusting(), "b.test").result, X509_V_ERR_HOSTNAME_MISMATCH);
  EXPECT_EQ(refusal(trusting(), "10.0.0.1").result, X509_V_ERR_IP_ADDRESS_MISMATCH);
  const auto late = refusal(trusting(kNow + std::chrono::days{100}), "a.test");
  EXPECT_EQ(late.text, "certificate has expired");
  EXPECT_EQ(late.alert, 45);  // certificate_expired
  const auto early = refusal(trusting(kNow - std::chrono::days{2}), "a.test");
  EXPECT_EQ(early.result, X509_V_ERR_CERT_NOT_YET_VALID);
}

TEST(ClientTls, TrustsForOneHostWhatItTrustedForThatHostOnly) {
  const auto context = trusting();
  const auto server = catalogue().context_for("a.test", kBoth);
  for (const auto* host : {"a.test", "b.test", "a.test", "b.test", "10.0.0.1", "a.test"}) {
    TlsTalk talk(context, server, host);
    talk.shake_hands();
    const bool right = host == std::string("a.test");
    EXPECT_EQ(talk.client.state(), right ? State::open : State::failed) << host;
    EXPECT_EQ(talk.client.verify_result() == X509_V_OK, right) << host;
    EXPECT_EQ(talk.client.certificate().has_value(), right) << host;
  }
}

TEST(ClientTls, FailsWithOpenSslsReason) {
  ClientTls no_tls(trusting(), "a.test");
  no_tls.start();
  no_tls.receive("<html>no TLS here</html>");
  EXPECT_EQ(no_tls.failure(), "wrong version number");
  ClientTls refused(trusting(), "a.test");
  refused.start();
  refused.receive(std::string_view("\x15\x03\x03\x00\x02\x02\x28", 7));
  EXPECT_EQ(refused.failure(), "sslv3 alert handshake failure");
  EXPECT_EQ(refused.alert_received(), 40);
}

std::string line_with(const std::string& log, const std::string& label) {
  const auto start = log.find(label);
  return start == std::string::npos ? "" : log.substr(start, log.find('\n', start) - start);
}

TEST(TlsEngine, BothEndsKeepTheSameSecretsWhereAsked) {
  Catalogue logging(authority(), kNow, KeyLog::kept);
  const auto context =
      make_client_context(authority().certificate_pem(), kNow, kBoth, KeyLog::kept);
  for (const auto& [version, lines] : {std::pair{"1.2", 1}, std::pair{"1.3", 5}}) {
    TlsTalk talk(context, logging.context_for("a.test", {version}), "a.test");
    talk.shake_hands();
    const auto& log = talk.client.key_log();
    EXPECT_EQ(std::count(log.begin(), log.end(), '\n'), lines) << log;
    const auto* label = lines == 1 ? "CLIENT_RANDOM " : "CLIENT_HANDSHAKE_TRAFFIC_SECRET ";
    EXPECT_NE(line_with(log, label), "");
    EXPECT_EQ(line_with(log, label), line_with(talk.server.key_log(), label));
  }
}

TEST(TlsEngine, KeepsNoSecretsUnasked) {
  TlsTalk talk(trusting(), catalogue().context_for("a.test", kBoth), "a.test");
  talk.shake_hands();
  EXPECT_EQ(talk.client.key_log() + talk.server.key_log(), "");
}

}  // namespace
}  // namespace misproxy
