#include "http/status_reason.hpp"

#include <gtest/gtest.h>

namespace misproxy {
namespace {

TEST(StatusReason, IsTheRegistrys) {
  EXPECT_EQ(status_reason(100), "Continue");
  EXPECT_EQ(status_reason(401), "Unauthorized");
  EXPECT_EQ(status_reason(407), "Proxy Authentication Required");
  EXPECT_EQ(status_reason(413), "Content Too Large");  // RFC 9110's word, no longer RFC 7231's
  EXPECT_EQ(status_reason(511), "Network Authentication Required");
}

TEST(StatusReason, IsEmptyWhereTheRegistryHasNone) {
  for (const int status : {0, 99, 299, 306, 418, 430, 509, 512, 999})
    EXPECT_EQ(status_reason(status), "") << status;
}

}  // namespace
}  // namespace misproxy
