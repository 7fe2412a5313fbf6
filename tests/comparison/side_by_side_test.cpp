// Two conversations side by side: what counts as a difference, and what does not.

#include "comparison/side_by_side.hpp"

#include <gmock/gmock.h>

namespace misproxy::comparison {
namespace {

using std::chrono::milliseconds;
using Mark = Pair::Mark;

Segment data_at(std::int64_t seq, std::uint32_t length, milliseconds at, std::string flags = ".") {
  Segment segment;
  segment.at = at;
  segment.flags = std::move(flags);
  segment.seq = seq;
  segment.ack = 1;
  segment.length = length;
  return segment;
}

Segment ack_at(std::int64_t number, milliseconds at) {
  Segment segment;
  segment.at = at;
  segment.from_opener = false;
  segment.flags = ".";
  segment.seq = 1;
  segment.ack = number;
  return segment;
}

Conversation with(std::vector<Segment> segments) {
  Conversation conversation;
  conversation.segments.assign(segments.begin(), segments.end());
  return conversation;
}

std::vector<Mark> marks(const std::vector<Pair>& pairs) {
  std::vector<Mark> marks;
  for (const auto& pair : pairs)
    marks.push_back(pair.mark);
  return marks;
}

std::vector<Mark> marks_of(const Conversation& left, const Conversation& right) {
  return marks(side_by_side(left, right));
}

using testing::ElementsAre;

TEST(SideBySide, EqualSegmentsAreEqual) {
  const auto one = with({data_at(1, 100, milliseconds{0}), ack_at(101, milliseconds{40})});
  EXPECT_THAT(marks_of(one, one), ElementsAre(Mark::equal, Mark::equal));
}

TEST(SideBySide, ASegmentThatOneAloneHasDiffers) {
  const auto left = with({data_at(1, 100, milliseconds{0}), data_at(101, 100, milliseconds{0}),
                          data_at(201, 100, milliseconds{0})});
  const auto right = with({data_at(1, 100, milliseconds{0}), data_at(201, 100, milliseconds{0})});
  const auto pairs = side_by_side(left, right);
  EXPECT_THAT(marks(pairs), ElementsAre(Mark::equal, Mark::differs, Mark::equal));
  EXPECT_EQ(pairs[1].right, nullptr);
}

TEST(SideBySide, WhatStandsInOnePlaceAndIsNotAlikeSaysInWhat) {
  const auto left = with({data_at(1, 100, milliseconds{0}), data_at(101, 1448, milliseconds{0})});
  const auto right = with({data_at(1, 100, milliseconds{0}), data_at(101, 512, milliseconds{0})});
  const auto pairs = side_by_side(left, right);
  EXPECT_THAT(marks(pairs), ElementsAre(Mark::equal, Mark::differs));
  EXPECT_EQ(pairs[1].why, "length: . 101:1549 ack 1, and there . 101:613 ack 1");
}

TEST(SideBySide, APauseMayDifferAsTheBoundsSay) {
  const auto after = [](milliseconds pause) {
    return with({data_at(1, 100, milliseconds{0}), data_at(1, 100, pause)});
  };
  EXPECT_THAT(marks_of(after(milliseconds{200}), after(milliseconds{245})),
              ElementsAre(Mark::equal, Mark::equal));
  EXPECT_THAT(marks_of(after(milliseconds{200}), after(milliseconds{280})),
              ElementsAre(Mark::equal, Mark::time));
  EXPECT_THAT(marks_of(after(milliseconds{1600}), after(milliseconds{3200})),
              ElementsAre(Mark::equal, Mark::time));
}

TEST(SideBySide, WhatIsInTimeNeedNotFollowAPauseOfTheSameLength) {
  const auto after = [](milliseconds late) {
    return with({data_at(1, 100, milliseconds{0}), data_at(1, 100, milliseconds{1000} + late),
                 data_at(1, 100, milliseconds{1300})});
  };
  EXPECT_THAT(marks_of(after(milliseconds{0}), after(milliseconds{120})),
              ElementsAre(Mark::equal, Mark::equal, Mark::equal));
}

TEST(SideBySide, WhereAWriteEndedIsNoDifference) {
  const auto left = with({data_at(1, 1448, milliseconds{0}, "P.")});
  const auto right = with({data_at(1, 1448, milliseconds{0}, ".")});
  EXPECT_THAT(marks_of(left, right), ElementsAre(Mark::write));
}

TEST(SideBySide, AnAckThatTheNextMakesVoidMayBeMissing) {
  const auto left = with({ack_at(101, milliseconds{0}), ack_at(201, milliseconds{1})});
  EXPECT_THAT(marks_of(left, with({ack_at(201, milliseconds{1})})),
              ElementsAre(Mark::void_ack, Mark::equal));
}

TEST(SideBySide, AnAckThatNothingMakesVoidMayNot) {
  const auto left = with({ack_at(101, milliseconds{0}), ack_at(201, milliseconds{9})});
  EXPECT_THAT(marks_of(left, with({ack_at(201, milliseconds{9})})),
              ElementsAre(Mark::differs, Mark::equal));
}

TEST(SideBySide, SegmentsThatCrossMayChangePlaces) {
  const auto left = with({data_at(1, 100, milliseconds{0}), ack_at(1, milliseconds{0})});
  const auto right = with({ack_at(1, milliseconds{0}), data_at(1, 100, milliseconds{0})});
  EXPECT_THAT(marks_of(left, right), ElementsAre(Mark::equal, Mark::equal));
}

TEST(SideBySide, SackAndAClosedWindowCount) {
  auto left = ack_at(101, milliseconds{0});
  auto right = left;
  left.sack.emplace_back(201, 301);
  right.no_room = true;
  const auto pairs = side_by_side(with({left}), with({right}));
  ASSERT_EQ(pairs.size(), 2U);
  EXPECT_FALSE(pairs[0].agrees());
  EXPECT_FALSE(pairs[1].agrees());
}

}  // namespace
}  // namespace misproxy::comparison
