#include "tls/seeded_random.hpp"

#include <gtest/gtest.h>
#include <openssl/crypto.h>
#include <openssl/rand.h>

#include <future>

#include "core/sha256.hpp"
#include "support/moment.hpp"
#include "support/tls_talk.hpp"

namespace misproxy {
namespace {

using test::kNow;
using test::TlsTalk;

std::string drawn_by_openssl(std::size_t count) {
  std::string bytes(count, '\0');
  RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(count));
  return bytes;
}

/// A world of its own: CA, contexts, and one whole conversation; every byte of it, as a digest.
std::string world(std::uint64_t seed, const std::string& version) {
  const auto authority = Authority::from_seed(seed, kNow);
  const auto ca = authority.certificate_pem();
  Catalogue catalogue(Authority::from_seed(seed, kNow), kNow);
  RandomStream client_stream(draw(seed, "client", "a.test", 1));
  RandomStream server_stream(draw(seed, "server", "a.test", 1));
  TlsTalk talk(make_client_context(ca, kNow, {"1.2", "1.3"}, KeyLog::kept),
               catalogue.context_for("a.test", {version}), "a.test");
  talk.client_stream = &client_stream;
  talk.server_stream = &server_stream;
  talk.whole();
  EXPECT_EQ(talk.client.state(), TlsEngine::State::closed_by_peer) << talk.client.failure();
  return sha256_hex(ca + talk.to_server + talk.to_client + talk.client.key_log());
}

TEST(SeededRandom, AScopeGivesTheStreamAndNoScopeEntropy) {
  install_seeded_random();
  EXPECT_NE(drawn_by_openssl(32), drawn_by_openssl(32));
  RandomStream first(7);
  RandomStream again(7);
  std::string out;
  {
    const RandomScope scope(first);
    out = drawn_by_openssl(32);
    EXPECT_EQ(RAND_status(), 1);
  }
  EXPECT_EQ(first.drawn(), 32U);
  EXPECT_NE(drawn_by_openssl(32), drawn_by_openssl(32));
  EXPECT_EQ(first.drawn(), 32U);
  const RandomScope scope(again);
  const auto start = drawn_by_openssl(16);
  EXPECT_EQ(start + drawn_by_openssl(16), out);
}

TEST(SeededRandom, ScopesNest) {
  RandomStream outer(1);
  RandomStream inner(2);
  const RandomScope scope(outer);
  drawn_by_openssl(8);
  {
    const RandomScope nested(inner);
    drawn_by_openssl(16);
  }
  drawn_by_openssl(8);
  EXPECT_EQ(outer.drawn(), 16U);
  EXPECT_EQ(inner.drawn(), 16U);
}

TEST(SeededRandom, AScopeHoldsOnItsOwnThreadOnly) {
  RandomStream stream(1);
  const RandomScope scope(stream);
  EXPECT_NE(std::async(std::launch::async, drawn_by_openssl, 32).get(),
            std::async(std::launch::async, drawn_by_openssl, 32).get());
  EXPECT_EQ(stream.drawn(), 0U);
}

TEST(SeededRandom, AConversationIsTheSameBytesEveryTime) {
  for (const auto* version : {"1.2", "1.3"}) {
    const auto first = world(1, version);
    EXPECT_EQ(world(1, version), first) << version;
    EXPECT_NE(world(2, version), first) << version;
    auto here = std::async(std::launch::async, [&] { return world(1, version); });
    auto there = std::async(std::launch::async, [&] { return world(1, version); });
    EXPECT_EQ(here.get(), first) << version;
    EXPECT_EQ(there.get(), first) << version;
  }
}

TEST(SeededRandom, AConversationIsTheSameBytesInEveryProcess) {
  // Another OpenSSL may order its extensions another way.
  if ((OpenSSL_version_num() >> 20) != 0x300) GTEST_SKIP() << "the digests are OpenSSL 3.0's";
  EXPECT_EQ(world(1, "1.2"), "d87f4f6778e0c23babc4bec58a593b0970db1b103e4b75e5b3e8d86745c60d0f");
  EXPECT_EQ(world(1, "1.3"), "beb11c2315f394b02231492373c0ffeaced681727142b49eab3ead81ebac5dea");
}

TEST(SeededRandom, WithoutAScopeNoTwoConversationsAreAlike) {
  const auto authority = Authority::from_seed(1, kNow);
  const auto context = make_client_context(authority.certificate_pem(), kNow);
  Catalogue catalogue(Authority::from_seed(1, kNow), kNow);
  TlsTalk first(context, catalogue.context_for("a.test", {"1.3"}), "a.test");
  TlsTalk second(context, catalogue.context_for("a.test", {"1.3"}), "a.test");
  first.whole();
  second.whole();
  EXPECT_NE(first.to_server, second.to_server);
  EXPECT_NE(first.to_client, second.to_client);
}

TEST(SeededRandom, WhoAsksForAContextFirstMakesNoDifference) {
  Catalogue catalogue(Authority::from_seed(1, kNow), kNow);
  RandomStream stream(1);
  const RandomScope scope(stream);
  catalogue.context_for("a.test", {"1.3"});
  make_client_context(Authority::from_seed(1, kNow).certificate_pem(), kNow);
  EXPECT_EQ(stream.drawn(), 0U);
}

}  // namespace
}  // namespace misproxy
