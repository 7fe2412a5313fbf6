#include "http/credentials.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace misproxy {
namespace {

using enum ProxyCredentials::After407;
using testing::HasSubstr;
using testing::StartsWith;

const std::string kMd5 = "Digest realm=\"r\", nonce=\"n1\", qop=\"auth\"";
const std::string kSha256 = kMd5 + ", algorithm=SHA-256";
const std::string kBasic = "Basic realm=\"r\"";

std::string value(ProxyCredentials& credentials) {
  return credentials.header_value("CONNECT", "a.test:443", "c").value_or("none");
}

TEST(BasicCredentials, AgreeWithTheExamplesOfRfc7617) {
  EXPECT_EQ(basic_credentials("Aladdin", "open sesame"), "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
  EXPECT_EQ(basic_credentials("test", "123\xC2\xA3"), "Basic dGVzdDoxMjPCow==");
}

TEST(BasicCredentials, AreCheckedByTheProxy) {
  EXPECT_TRUE(basic_is_right("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "Aladdin", "open sesame"));
  EXPECT_TRUE(basic_is_right("basic  QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "Aladdin", "open sesame"));
  EXPECT_FALSE(basic_is_right("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "Aladdin", "open"));
  EXPECT_FALSE(basic_is_right("Bearer QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "Aladdin", "open sesame"));
  EXPECT_FALSE(basic_is_right("", "", ""));
}

TEST(ProxyCredentials, AreNoneIfThereAreNone) {
  ProxyCredentials none(ProxyScheme::none, "", "");
  EXPECT_EQ(value(none), "none");
  EXPECT_EQ(none.take_challenges({kBasic}), no_credentials);
}

TEST(ProxyCredentials, SendBasicUnasked) {
  ProxyCredentials basic(ProxyScheme::basic, "u", "p");
  EXPECT_EQ(value(basic), "Basic dTpw");
  EXPECT_EQ(basic.take_challenges({kBasic}), rejected);
  EXPECT_EQ(basic.take_challenges({kMd5, "NTLM"}), unsupported);
}

TEST(ProxyCredentials, WaitForADigestChallenge) {
  ProxyCredentials digest(ProxyScheme::digest, "u", "p");
  EXPECT_EQ(value(digest), "none");
  EXPECT_EQ(digest.take_challenges({"NTLM", kBasic, kMd5, kSha256}), retry);
  EXPECT_THAT(value(digest), StartsWith("Digest username=\"u\""));
  EXPECT_EQ(digest.take_challenges({kMd5}), rejected);
}

TEST(ProxyCredentials, TakeTheFirstDigestThatTheyCanAnswer) {
  ProxyCredentials digest(ProxyScheme::digest, "u", "p");
  EXPECT_EQ(digest.take_challenges({kMd5 + ", algorithm=SHA-512-256", kMd5, kSha256}), retry);
  EXPECT_THAT(value(digest), Not(HasSubstr("algorithm")));
}

TEST(ProxyCredentials, KnowWhatTheyMayNotUse) {
  ProxyCredentials digest(ProxyScheme::digest, "u", "p");
  EXPECT_EQ(digest.take_challenges({kBasic}), unsupported);
  EXPECT_EQ(digest.take_challenges({}), unsupported);
  ProxyCredentials any(ProxyScheme::any, "u", "p");
  EXPECT_EQ(any.take_challenges({"Negotiate, NTLM"}), unsupported);
  EXPECT_EQ(value(any), "none");
}

TEST(ProxyCredentials, TakeTheStrongestOfAny) {
  const auto taken = [](const std::vector<std::string>& offered) {
    ProxyCredentials any(ProxyScheme::any, "u", "p");
    EXPECT_EQ(value(any), "none");
    EXPECT_EQ(any.take_challenges(offered), retry);
    return value(any);
  };
  EXPECT_THAT(taken({kBasic, kMd5, kSha256}), HasSubstr("algorithm=SHA-256"));
  EXPECT_THAT(taken({kSha256 + ", " + kMd5}), HasSubstr("algorithm=SHA-256"));
  EXPECT_THAT(taken({kBasic + ", " + kMd5, "NTLM"}), StartsWith("Digest"));
  EXPECT_EQ(taken({"NTLM", kBasic}), "Basic dTpw");
}

TEST(ProxyCredentials, AreRejectedOnceTheyWereSent) {
  ProxyCredentials any(ProxyScheme::any, "u", "p");
  EXPECT_EQ(any.take_challenges({kBasic}), retry);
  EXPECT_EQ(any.take_challenges({kBasic}), rejected);
  ProxyCredentials digest(ProxyScheme::digest, "u", "p");
  EXPECT_EQ(digest.take_challenges({kMd5}), retry);
  EXPECT_EQ(digest.take_challenges({kBasic}), rejected);
  EXPECT_EQ(digest.take_challenges({kMd5 + ", stale=false"}), rejected);
}

TEST(ProxyCredentials, RetryOnceWithAFreshNonce) {
  const auto stale = [](std::string_view nonce) {
    return "Digest realm=\"r\", qop=\"auth\", stale=true, nonce=" + std::string(nonce);
  };
  ProxyCredentials digest(ProxyScheme::digest, "u", "p");
  EXPECT_EQ(digest.take_challenges({kMd5}), retry);
  EXPECT_THAT(value(digest), HasSubstr("nc=00000001"));
  EXPECT_THAT(value(digest), HasSubstr("nc=00000002"));
  EXPECT_EQ(digest.take_challenges({stale("n2")}), retry);
  EXPECT_THAT(value(digest), HasSubstr("nonce=\"n2\""));
  EXPECT_EQ(digest.take_challenges({stale("n3")}), rejected) << "a proxy that always says stale";
  digest.accepted();
  EXPECT_EQ(digest.take_challenges({stale("n4")}), retry);
}

TEST(ProxyCredentials, CountTheRequestsWithANonce) {
  ProxyCredentials digest(ProxyScheme::digest, "u", "p");
  digest.take_challenges({kMd5});
  for (const auto* count : {"nc=00000001,", "nc=00000002,", "nc=00000003,"}) {
    EXPECT_THAT(value(digest), HasSubstr(count));
  }
  digest.take_challenges({kMd5 + ", stale=true"});
  EXPECT_THAT(value(digest), HasSubstr("nc=00000004,")) << "the same nonce again";
  digest.accepted();
  digest.take_challenges({"Digest realm=\"r\", qop=\"auth\", stale=true, nonce=other"});
  EXPECT_THAT(value(digest), HasSubstr("nc=00000001,"));
}

TEST(ProxyCredentials, TakeTheFirstChallengeEvenIfItSaysStale) {
  ProxyCredentials digest(ProxyScheme::digest, "u", "p");
  EXPECT_EQ(digest.take_challenges({kMd5 + ", stale=true"}), retry);
  EXPECT_EQ(digest.take_challenges({kMd5 + ", stale=true"}), retry);
  EXPECT_EQ(digest.take_challenges({kMd5 + ", stale=true"}), rejected);
}

}  // namespace
}  // namespace misproxy
