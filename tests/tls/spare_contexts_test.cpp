#include "tls/spare_contexts.hpp"

#include <gtest/gtest.h>
#include <openssl/x509.h>

#include <optional>

#include "support/moment.hpp"
#include "support/tls_talk.hpp"
#include "tls/seeded_keys.hpp"

namespace misproxy {
namespace {

using test::kNow;
using test::TlsTalk;
using State = TlsEngine::State;

State handshake(const ClientContext& client, const ServerContext& server) {
  TlsTalk talk(client, server, "a.test");
  talk.shake_hands();
  EXPECT_EQ(talk.client.state() == State::open, talk.client.verify_result() == X509_V_OK);
  return talk.client.state();
}

TEST(SpareContexts, TheNextSeedHasTheContextsButNotTheTrustOfTheOneBefore) {
  SpareContexts spare;
  SeededKeys lasting(1, kNow, KeyLog::none);
  std::optional<SeededKeys> keys(std::in_place, 1, kNow, KeyLog::none, &spare);
  EXPECT_EQ(handshake(keys->client(), keys->server("a.test", {})), State::open);
  const auto* client = keys->client().get();
  const auto* server = keys->server("a.test", {}).get();
  keys.emplace(2, kNow, KeyLog::none, &spare);
  EXPECT_EQ(keys->client().get(), client);
  EXPECT_EQ(keys->server("a.test", {}).get(), server);
  EXPECT_EQ(handshake(keys->client(), keys->server("a.test", {})), State::open);
  // Which that client has found good once.
  EXPECT_EQ(handshake(keys->client(), lasting.server("a.test", {})), State::failed);
  EXPECT_EQ(handshake(lasting.client(), keys->server("a.test", {})), State::failed);
}

TEST(SpareContexts, WhatIsInUseStaysWhatItIs) {
  SpareContexts spare;
  SeededKeys one(1, kNow, KeyLog::none, &spare);
  const auto client = one.client();
  const auto server = one.server("a.test", {});
  SeededKeys other(2, kNow, KeyLog::none, &spare);
  EXPECT_NE(other.client(), client);
  EXPECT_NE(other.server("a.test", {}), server);
  EXPECT_NE(one.server("b.test", {}), server);
  EXPECT_EQ(handshake(client, server), State::open);
  EXPECT_EQ(handshake(client, other.server("a.test", {})), State::failed);
}

TEST(SpareContexts, EachKindOfSettingsHasItsOwn) {
  SpareContexts spare;
  std::optional<SeededKeys> keys(std::in_place, 1, kNow, KeyLog::none, &spare);
  const ServerSettings old{.tls = {"1.2"}};
  const auto* context = keys->server("a.test", old).get();
  keys.emplace(2, kNow, KeyLog::none, &spare);
  EXPECT_NE(keys->server("a.test", {}).get(), context);
  EXPECT_EQ(keys->server("a.test", old).get(), context);
  TlsTalk talk(keys->client(), keys->server("a.test", old), "a.test");
  talk.shake_hands();
  EXPECT_EQ(talk.client.version(), "TLSv1.2");
}

}  // namespace
}  // namespace misproxy
