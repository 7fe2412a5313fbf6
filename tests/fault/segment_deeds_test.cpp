#include <gtest/gtest.h>

#include "fault/fault.hpp"
#include "support/plans.hpp"

namespace misproxy {
namespace {

constexpr std::string_view kWhen = "point = 'path', segment = { kind = 'data' }";

Fate fate_of(std::string_view deed) {
  const auto plan = test::plan_with(test::fault_text("f", kWhen, deed));
  return std::get<Fate>(plan.scenario().faults.at(0).effect());
}

TEST(Alter, SaysWhichFieldsAreOther) {
  const auto fate = fate_of(
      "alter = { flags = ['FIN', 'ACK'], seq = 5, sack = ['1449:2897'], without = ['mss'], "
      "xor = 255, at = 3, bytes = 2, ttl = 7, checksum = 'wrong' }");
  ASSERT_TRUE(fate.change);
  EXPECT_EQ(fate.copies, 1);
  const auto& change = *fate.change;
  EXPECT_TRUE(change.flags->fin && change.flags->ack && !change.flags->rst);
  EXPECT_EQ(change.seq, 5U);
  EXPECT_FALSE(change.ack || change.window);
  EXPECT_EQ(*change.sack, (std::vector<SegmentChange::Edges>{{1449, 2897}}));
  EXPECT_EQ(change.without, std::vector{TcpOption::mss});
  EXPECT_EQ(change.mask, 255);
  EXPECT_EQ(change.mask_at, 3U);
  EXPECT_EQ(change.mask_bytes, 2U);
  EXPECT_EQ(change.ttl, 7);
  EXPECT_TRUE(change.wrong_checksum);
}

TEST(Alter, TellsTheTraceTheNamesOfTheFields) {
  const auto plan = test::plan_with(
      test::fault_text("f", kWhen, "alter = { window = 0, without = ['timestamps'], mss = 500 }"));
  EXPECT_EQ(plan.scenario().faults.at(0).told(),
            (TraceFields{{"fields", std::string("window,-timestamps,mss")}}));
}

TEST(InjectSegment, IsAnAckUnlessItSaysOtherwise) {
  const auto fate = fate_of("inject-segment = { text = 'hello', copies = 3 }");
  ASSERT_TRUE(fate.added);
  EXPECT_EQ(fate.copies, 1) << "the segment itself goes on";
  EXPECT_TRUE(fate.added->fields.flags->ack);
  EXPECT_FALSE(fate.added->direction);
  EXPECT_EQ(fate.added->payload, "hello");
  EXPECT_EQ(fate.added->copies, 3);
}

TEST(InjectSegment, TakesFlagsAndADirection) {
  const auto fate =
      fate_of("inject-segment = { direction = 'to_client', flags = ['RST'], ttl = 61 }");
  EXPECT_TRUE(fate.added->fields.flags->rst && !fate.added->fields.flags->ack);
  EXPECT_EQ(fate.added->direction, Direction::to_client);
  EXPECT_EQ(fate.added->fields.ttl, 61);
}

}  // namespace
}  // namespace misproxy
