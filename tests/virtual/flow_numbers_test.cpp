#include "virtual/flow_numbers.hpp"

#include <gtest/gtest.h>

namespace misproxy::simulated {
namespace {

constexpr auto kOut = Direction::to_origin;
constexpr auto kBack = Direction::to_client;

TcpSegment segment(std::uint32_t seq, std::size_t bytes = 0) {
  TcpSegment made;
  made.seq = seq;
  made.has_ack = true;
  made.ack = 9'001;
  made.payload.assign(bytes, 'x');
  return made;
}

TcpSegment syn(std::uint32_t seq) {
  auto made = segment(seq);
  made.syn = true;
  made.has_ack = false;
  return made;
}

TEST(FlowNumbers, CountFromTheSyn) {
  FlowNumbers numbers;
  EXPECT_TRUE(numbers.pass(kOut, syn(0xfffffff0)));
  EXPECT_TRUE(numbers.pass(kOut, segment(0xfffffff1, 100)));
  EXPECT_EQ(numbers.relative(kOut, 0xfffffff1), 1U);
  EXPECT_EQ(numbers.relative(kOut, 84 + 1), 101U) << "past the end of 32 bits";
  EXPECT_EQ(numbers.said(kOut).next, 85U);
  EXPECT_EQ(numbers.absolute(kOut, 101), 85U);
}

TEST(FlowNumbers, KnowWhatIsSentAgain) {
  FlowNumbers numbers;
  numbers.pass(kOut, syn(100));
  EXPECT_FALSE(numbers.pass(kOut, syn(100)));
  EXPECT_TRUE(numbers.pass(kOut, segment(101, 50)));
  EXPECT_TRUE(numbers.pass(kOut, segment(201, 50))) << "a hole is no retransmission";
  EXPECT_FALSE(numbers.pass(kOut, segment(101, 50)));
  EXPECT_TRUE(numbers.pass(kOut, segment(226, 50))) << "half of it is new";
  EXPECT_TRUE(numbers.pass(kOut, segment(276))) << "an ACK is never sent again";
}

TEST(FlowNumbers, BeginAnewWithAnotherSyn) {
  FlowNumbers numbers;
  numbers.pass(kOut, syn(100));
  numbers.pass(kBack, segment(9'001, 10));
  numbers.pass(kOut, syn(5'000));
  EXPECT_EQ(numbers.relative(kOut, 5'001), 1U);
  EXPECT_EQ(numbers.said(kBack).next, 0U);
}

TEST(FlowNumbers, CountTheFirstByteAsOneWithoutASyn) {
  FlowNumbers numbers;
  EXPECT_TRUE(numbers.pass(kOut, segment(700, 10)));
  EXPECT_EQ(numbers.relative(kOut, 700), 1U);
  EXPECT_EQ(numbers.relative(kBack, 9'001), 1U) << "told by the ACK";
}

}  // namespace
}  // namespace misproxy::simulated
