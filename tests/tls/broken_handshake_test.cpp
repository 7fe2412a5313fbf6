// A handshake is over when OpenSSL says so, and not when the other end leaves.
#include <gtest/gtest.h>

#include "support/moment.hpp"
#include "support/tls_talk.hpp"

namespace misproxy {
namespace {

using test::kNow;
using namespace std::string_view_literals;
using State = TlsEngine::State;
using test::TlsTalk;

constexpr auto kCloseNotify = "\x15\x03\x03\x00\x02\x01\x00"sv;
constexpr auto kFatal0 = "\x15\x03\x03\x00\x02\x02\x00"sv;

ClientContext trusts_the_first() {
  return make_client_context(Authority::from_seed(1, kNow).certificate_pem(), kNow);
}

Catalogue& first_catalogue() {
  static Catalogue made(Authority::from_seed(1, kNow), kNow);
  return made;
}

TEST(BrokenHandshake, ACloseNotifyToTheClientIsAFailure) {
  ClientTls client(trusts_the_first(), "a.test");
  client.start();
  client.receive(kCloseNotify);
  EXPECT_EQ(client.state(), State::failed);
  EXPECT_EQ(client.failure(), "close notify in the handshake");
}

/// As clients do that do not like the certificate.
TEST(BrokenHandshake, ACloseNotifyToTheServerIsAFailure) {
  for (const auto* version : {"1.2", "1.3"}) {
    ClientTls client(trusts_the_first(), "a.test");
    client.start();
    ServerTls server(first_catalogue().context_for("a.test", {version}));
    server.receive(client.take_output());
    server.receive(kCloseNotify);
    EXPECT_EQ(server.state(), State::failed) << version;
    EXPECT_EQ(server.failure(), "close notify in the handshake") << version;
  }
}

TEST(BrokenHandshake, AFatalAlertOf0HasAName) {
  ClientTls client(trusts_the_first(), "a.test");
  client.start();
  client.receive(kFatal0);
  EXPECT_EQ(client.state(), State::failed);
  EXPECT_EQ(client.alert_received(), 0);
  EXPECT_EQ(client.failure(), "fatal alert close notify (0)");
}

TEST(BrokenHandshake, ACloseNotifyBehindItIsAnEndInGoodOrder) {
  TlsTalk talk(trusts_the_first(), first_catalogue().context_for("a.test", {"1.2", "1.3"}),
               "a.test");
  talk.shake_hands();
  talk.server.close();
  talk.pump();
  EXPECT_EQ(talk.client.state(), State::closed_by_peer);
}

}  // namespace
}  // namespace misproxy
