#include "http/told_field.hpp"

#include <gtest/gtest.h>

#include "http/request_reader.hpp"

namespace misproxy {
namespace {

TEST(ToldField, LeavesOutWhatIsSecret) {
  EXPECT_EQ(told_field("User-Agent", "curl/7.88.1"), "User-Agent: curl/7.88.1");
  EXPECT_EQ(told_field("Proxy-Authorization", "Basic dTpw"), "Proxy-Authorization: Basic ***");
  EXPECT_EQ(told_field("authorization", "dTpw"), "authorization: other ***");
  for (const auto* name : {"Cookie", "X-API-Key", "X-Auth-Token", "X-Amz-Security-Token",
                           "Client-Secret", "Session-Id", "X-Password"}) {
    EXPECT_EQ(told_field(name, "S3CRET"), std::string(name) + ": ***");
  }
  EXPECT_EQ(told_field("Referer", "https://me:pw@a.test/p?token=S3CRET"),
            "Referer: https://***@a.test/p?***");
  EXPECT_EQ(told_field("Referer", "https://a.test/u@b"), "Referer: https://a.test/u@b");
}

/// What is asked for is no secret; what proves who asks is one.
TEST(ToldField, TellsOfAResponsesHead) {
  EXPECT_EQ(told_head("HTTP/1.1 407 No\r\n"
                      "Proxy-Authenticate: Digest realm=\"r\", nonce=\"n\"\r\n"
                      "Proxy-Authenticate: NTLM S3CRET\r\nWWW-Authenticate: Negotiate\r\n"
                      "Set-Cookie: S3CRET\r\nLocation: https://a.test/p?token=S3CRET\r\n"
                      "Proxy-Authentication-Info: S3CRET\r\n\r\nX-Body: no\r\n"),
            "Proxy-Authenticate: Digest realm=\"r\", nonce=\"n\"\n"
            "Proxy-Authenticate: NTLM ***\nWWW-Authenticate: Negotiate\nSet-Cookie: ***\n"
            "Location: https://a.test/p?***\nProxy-Authentication-Info: ***");
  EXPECT_EQ(told_head(""), "");
  EXPECT_EQ(told_head("HTTP/1.1 200 OK\r\nX-Cut: a"), "X-Cut: a");
  EXPECT_EQ(told_fields({"A: 1", "no colon"}), "A: 1\nno colon: ");
  EXPECT_EQ(told_fields({"A: 1", "X: " + std::string(9000, 'x'), "B: 2"}), "A: 1\nB: 2");
}

TEST(ToldField, IsWhatARequestIsToldBy) {
  RequestReader reader(4096);
  reader.feed_head(
      "GET / HTTP/1.1\r\nHost: a\r\nCookie: S3CRET\r\n"
      "Proxy-Authorization: Basic S3CRET\r\nAuthorization: Bearer S3CRET\r\n\r\n");
  ASSERT_TRUE(reader.head());
  EXPECT_EQ(reader.head()->told_fields,
            "Host: a\nCookie: ***\nProxy-Authorization: Basic ***\nAuthorization: Bearer ***");
  EXPECT_EQ(reader.head()->credentials, "Basic");
  EXPECT_EQ(reader.head()->authorization, "Bearer");
}

}  // namespace
}  // namespace misproxy
