// What a server of the live world seals itself (tls/record_seal.hpp), read by OpenSSL's client.
#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include <array>
#include <string>
#include <utility>

#include "support/tls_trust.hpp"
#include "tls/client_tls.hpp"
#include "tls/server_tls.hpp"

namespace misproxy {
namespace {

constexpr std::size_t kAroundEach = 22;  // header, content type and tag
constexpr std::size_t kRecordSize = 16 * 1024;

struct SealedClient : ClientTls {
  using ClientTls::ClientTls;
  void ask_for_new_keys() {
    EXPECT_EQ(SSL_key_update(ssl(), SSL_KEY_UPDATE_REQUESTED), 1);
    EXPECT_EQ(SSL_do_handshake(ssl()), 1);
  }
};

ClientContext with_suite(const char* suite) {
  auto context = make_client_context(test::test_ca().certificate, test::test_time(), {"1.3"});
  EXPECT_EQ(SSL_CTX_set_ciphersuites(context.get(), suite), 1);
  return context;
}

struct SealedTalk {
  SealedClient client;
  ServerTls server;

  explicit SealedTalk(const char* suite, const ServerSettings& settings = {})
      : client(with_suite(suite), "a.test"),
        server(test::test_catalogue().context_for("a.test", settings)) {
    client.start();
    for (int i = 0; i < 3; ++i) {
      server.receive(client.take_output());
      client.receive(server.take_output());
    }
    EXPECT_EQ(client.cipher(), suite);
  }

  /// What the client reads of it; with how many bytes on the way.
  std::pair<std::string, std::size_t> say(const std::string& text) {
    server.send(text);
    const auto records = server.take_output();
    return {client.receive(records), records.size()};
  }
};

constexpr std::array kSuites{"TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256",
                             "TLS_CHACHA20_POLY1305_SHA256"};

TEST(RecordSeal, RecordsAreReadAsTheyWereMeant) {
  for (const auto* suite : kSuites) {
    SealedTalk talk(suite);
    for (const std::size_t size : {1U, 15U, 16U, 17U, 1000U, 16383U, 16384U, 16385U, 100'000U}) {
      std::string text(size, 'a');
      for (std::size_t i = 0; i < size; ++i)
        text[i] = static_cast<char>(i * 7 + i / 251);
      const auto [heard, passed] = talk.say(text);
      EXPECT_EQ(heard, text) << suite << " " << size;
      const auto records = (size + kRecordSize - 1) / kRecordSize;
      EXPECT_EQ(passed, size + records * kAroundEach) << suite << " " << size;
    }
    talk.server.close();
    talk.client.receive(talk.server.take_output());
    EXPECT_EQ(talk.client.state(), TlsEngine::State::closed_by_peer) << suite;
  }
}

TEST(RecordSeal, TicketsCountAsRecords) {
  ServerSettings settings;
  settings.session_tickets = 2;
  for (const auto* suite : kSuites) {
    SealedTalk talk(suite, settings);
    EXPECT_EQ(talk.say("behind two tickets").first, "behind two tickets") << suite;
  }
}

TEST(RecordSeal, GoesOnWhereTheClientWantsNewKeys) {
  for (const auto* suite : kSuites) {
    ServerSettings settings;
    settings.keys = KeyLog::kept;
    SealedTalk talk(suite, settings);
    for (int i = 0; i < 3; ++i) {
      const auto before = std::to_string(i) + std::string(20'000, 'b');
      EXPECT_EQ(talk.say(before).first, before) << suite;
      talk.client.ask_for_new_keys();
      talk.server.receive(talk.client.take_output());
      talk.client.receive(talk.server.take_output());
      const auto behind = std::to_string(i) + std::string(40'000, 'c');
      EXPECT_EQ(talk.say(behind).first, behind) << suite << " " << talk.client.failure();
    }
    EXPECT_TRUE(talk.server.alert(2, 80)) << suite;
    talk.client.receive(talk.server.take_output());
    EXPECT_EQ(talk.client.alert_received(), 80) << suite;
  }
}

TEST(RecordSeal, AnAlertThatIsAWarningLeavesRoomForMore) {
  for (const auto* suite : kSuites) {
    ServerSettings settings;
    settings.keys = KeyLog::kept;
    SealedTalk talk(suite, settings);
    EXPECT_EQ(talk.say("one").first, "one");
    EXPECT_TRUE(talk.server.alert(1, 90))
        << suite;  // user_canceled, which OpenSSL's client passes over
    EXPECT_EQ(talk.say("two").first, "two") << suite << " " << talk.client.failure();
    talk.server.close();
    EXPECT_FALSE(talk.server.alert(2, 80)) << suite;
  }
}

}  // namespace
}  // namespace misproxy
