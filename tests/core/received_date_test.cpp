#include "core/received_date.hpp"

#include <gtest/gtest.h>

#include "core/http_date.hpp"

namespace misproxy {
namespace {

TEST(ReceivedDate, ComesInThreeForms) {
  const auto at = parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT");
  ASSERT_TRUE(at);
  EXPECT_EQ(read_http_date("Sun, 06 Nov 1994 08:49:37 GMT"), at);
  EXPECT_EQ(read_http_date("Sunday, 06-Nov-94 08:49:37 GMT"), at);
  EXPECT_EQ(read_http_date("Sun Nov  6 08:49:37 1994"), at);
  const auto later = parse_http_date("Sun, 22 Nov 2026 09:00:00 GMT");
  EXPECT_EQ(read_http_date("Sunday, 22-Nov-26 09:00:00 GMT"), later);
  EXPECT_EQ(read_http_date("Sun Nov 22 09:00:00 2026"), later);
}

TEST(ReceivedDate, WhatIsNoneIsNone) {
  for (const auto* text :
       {"", "now", "Friday, 22-Nov-26 09:00:00 GMT", "Sun, 22-Nov-26 09:00:00 GMT",
        "Sunday, 22-Nov-2026 09:00:00 GMT", "Sunday, 22 Nov 26 09:00:00 GMT",
        "Sunday,_22-Nov-26 09:00:00 GMT", "Sunday, 22-Nov-26 09:00:00 UTC",
        "Sunday, 31-Feb-26 09:00:00 GMT", "Sunday", "Sunday,", "Sun Nov 06 08:49:37 1994",
        "Sun Nov 6 08:49:37 1994", "Mon Nov  6 08:49:37 1994", "Sun,Nov  6 08:49:37 1994",
        "Sun Nov  6 08:49:37 1994 ", "Sun Nov  6 08.49.37 1994"})
    EXPECT_EQ(read_http_date(text), std::nullopt) << text;
}

}  // namespace
}  // namespace misproxy
