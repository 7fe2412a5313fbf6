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
