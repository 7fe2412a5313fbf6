#include "http/byte_range.hpp"

#include <gtest/gtest.h>

namespace misproxy {
namespace {

using Kind = AskedRange::Kind;
using Parts = std::vector<ByteRange>;

Parts parts(std::string_view value, std::uint64_t body = 100) {
  const auto asked = parse_range(value, body);
  EXPECT_EQ(asked.kind == Kind::parts, !asked.parts.empty()) << value;
  return asked.parts;
}

TEST(ByteRange, SeveralStandInTheOrderAskedFor) {
  EXPECT_EQ(parts("bytes=0-9"), (Parts{{0, 10}}));
  EXPECT_EQ(parts("bytes=90-,0-0 , -2"), (Parts{{90, 10}, {0, 1}, {98, 2}}));
  EXPECT_EQ(parts("BYTES = ,,5-5, ,"), (Parts{{5, 1}})) << "empty elements are none";
}

TEST(ByteRange, WhatIsNotThereIsLeftOut) {
  EXPECT_EQ(parts("bytes=0-0,100-200,-0"), (Parts{{0, 1}}));
  EXPECT_EQ(parse_range("bytes=100-200,300-", 100).kind, Kind::none);
  EXPECT_EQ(parse_range("bytes=-0,0-", 0).kind, Kind::none);
}

TEST(ByteRange, OneThatIsNoneSpoilsAll) {
  for (const auto* value : {"bytes=", "bytes=,", "bytes=0-1,5-4", "bytes=0-1,x-", "bytes=0-1,7",
                            "bytes=0-1;3-4", "lines=0-1,3-4", "bytes"})
    EXPECT_EQ(parse_range(value, 100).kind, Kind::whole) << value;
}

TEST(ByteRange, MoreThanTwoThatOverlapAreNotHeeded) {
  EXPECT_EQ(parts("bytes=0-9,5-14"), (Parts{{0, 10}, {5, 10}}));
  EXPECT_EQ(parts("bytes=0-9,10-19,20-29").size(), 3U) << "neighbours share no byte";
  EXPECT_EQ(parse_range("bytes=0-,0-,0-", 100).kind, Kind::whole);
}

TEST(ByteRange, NoMoreThanTheLimitAreHeeded) {
  std::string value = "bytes=0-0";
  for (std::size_t i = 1; i < AskedRange::kMost; ++i)
    value += "," + std::to_string(2 * i) + "-" + std::to_string(2 * i);
  EXPECT_EQ(parts(value, 1000).size(), AskedRange::kMost);
  EXPECT_EQ(parse_range(value + ",999-", 1000).kind, Kind::whole);
  EXPECT_EQ(parse_range(value + ",5000-", 1000).kind, Kind::whole) << "those not there count too";
}

}  // namespace
}  // namespace misproxy
