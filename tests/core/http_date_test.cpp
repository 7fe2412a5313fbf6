#include "core/http_date.hpp"

#include <gtest/gtest.h>

namespace misproxy {
namespace {

TEST(HttpDate, IsReadAsItIsWritten) {
  const std::chrono::sys_seconds at{std::chrono::seconds(1'795'338'000)};
  EXPECT_EQ(http_date(at), "Sun, 22 Nov 2026 09:00:00 GMT");
  EXPECT_EQ(parse_http_date("Sun, 22 Nov 2026 09:00:00 GMT"), at);
}

TEST(HttpDate, WhatIsNoneIsNone) {
  for (const auto* text :
       {"", "now", "Mon, 22 Nov 2026 09:00:00 GMT", "Sun, 22 Nov 2026 9:00:00 GMT",
        "Sun, 22 nov 2026 09:00:00 GMT", "Sun, 31 Feb 2026 09:00:00 GMT",
        "Sun, 22 Nov 2026 24:00:00 GMT", "Sun, 22 Nov 2026 09:00:00 UTC",
        "Sun, -2 Nov 2026 09:00:00 GMT", "Sunday, 22-Nov-26 09:00:00 GMT"})
    EXPECT_EQ(parse_http_date(text), std::nullopt) << text;
}

}  // namespace
}  // namespace misproxy
