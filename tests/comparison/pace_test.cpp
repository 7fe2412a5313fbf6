// What the pace of programs may make otherwise in a stream, and what it may not.

#include "comparison/pace.hpp"

#include <gmock/gmock.h>

namespace misproxy::comparison {
namespace {

using std::chrono::milliseconds;
using Mark = Pair::Mark;
using Segments = std::vector<Segment>;

Segment data(std::int64_t seq, std::uint32_t length, milliseconds at = {}) {
  Segment segment;
  segment.at = at;
  segment.from_opener = false;
  segment.flags = ".";
  segment.seq = seq;
  segment.ack = 1;
  segment.length = length;
  return segment;
}

Segment ack(std::int64_t number, milliseconds at = {}) {
  Segment segment;
  segment.at = at;
  segment.flags = ".";
  segment.seq = 1;
  segment.ack = number;
  return segment;
}

Segment sack(std::int64_t number, std::int64_t begin, std::int64_t end, milliseconds at = {}) {
  auto segment = ack(number, at);
  segment.sack.emplace_back(begin, end);
  return segment;
}

Segment reset(std::int64_t seq, milliseconds at = {}) {
  Segment segment;
  segment.at = at;
  segment.flags = "R";
  segment.seq = seq;
  return segment;
}

/// How many pairs have this mark.
std::size_t count(Mark mark, const Segments& left, const Segments& right) {
  Conversation a;
  Conversation b;
  a.segments.assign(left.begin(), left.end());
  b.segments.assign(right.begin(), right.end());
  const auto pairs = side_by_side(a, b);
  return static_cast<std::size_t>(std::ranges::count(pairs, mark, &Pair::mark));
}

bool agree(const Segments& left, const Segments& right) {
  return count(Mark::differs, left, right) == 0 && count(Mark::time, left, right) == 0;
}

TEST(Pace, TheSameBytesMayBeCutElsewhere) {
  const Segments left{data(1, 1448), data(1449, 1448), data(2897, 500)};
  const Segments right{data(1, 1448), data(1449, 500), data(1949, 1448)};
  EXPECT_TRUE(agree(left, right));
  EXPECT_GT(count(Mark::pace, left, right), 0U);
}

TEST(Pace, NoneOfThemMayBeMissing) {
  EXPECT_FALSE(agree({data(1, 1448), data(1449, 1448)}, {data(1, 1448), data(1449, 700)}));
}

TEST(Pace, TheLargestSegmentIsAsLarge) {
  EXPECT_FALSE(
      agree({data(1, 1448), data(1449, 1448)}, {data(1, 1348), data(1349, 1348), data(2697, 200)}));
}

TEST(Pace, WhatIsSentAgainIsSentAgainThere) {
  const Segments once{data(1, 1448), data(1449, 1448), data(2897, 1448)};
  auto again = once;
  again.push_back(data(1449, 1448));
  EXPECT_FALSE(agree(once, again));
  const Segments earlier{data(1, 1448), data(1449, 1448), data(1449, 1448), data(2897, 1448)};
  EXPECT_TRUE(agree(again, earlier));
}

TEST(Pace, AnAckInAStreamThatFlowsOnMayBeMissing) {
  const Segments left{data(1, 1448), data(1449, 1448), ack(2897)};
  const Segments right{data(1, 1448), ack(1449), data(1449, 1448, milliseconds{10}),
                       ack(2897, milliseconds{10})};
  EXPECT_TRUE(agree(left, right));
}

TEST(Pace, AnAckBeforeAPauseMayNot) {
  const Segments left{data(1, 1448), data(1449, 1448, milliseconds{100}),
                      ack(2897, milliseconds{100})};
  const Segments right{data(1, 1448), ack(1449, milliseconds{40}),
                       data(1449, 1448, milliseconds{100}), ack(2897, milliseconds{100})};
  EXPECT_FALSE(agree(left, right));
}

TEST(Pace, AHoleIsToldInBothAsOftenAsItMayBe) {
  const Segments stream{data(1, 1448), data(2897, 1448), data(4345, 1448)};
  auto twice = stream;
  twice.push_back(sack(1449, 2897, 4345));
  twice.push_back(sack(1449, 2897, 5793));
  auto once = stream;
  once.push_back(sack(1449, 2897, 5793));
  EXPECT_TRUE(agree(once, twice));
  EXPECT_FALSE(agree(stream, twice));
}

TEST(Pace, SegmentsThatCameTwiceAreNoHole) {
  const Segments stream{data(1, 1448), data(1449, 1448), data(2897, 1448)};
  auto hole = stream;
  hole.push_back(sack(1449, 2897, 4345));
  auto twice = stream;
  twice.push_back(sack(4345, 1449, 2897));
  EXPECT_FALSE(agree(hole, twice));
}

/// Data that came from the peer, and what it acknowledges of ours.
Segment late(std::int64_t seq, std::int64_t acknowledged) {
  auto segment = data(seq, 1448);
  segment.ack = acknowledged;
  return segment;
}

TEST(Pace, EachSegmentThatWasUnderWayDrawsAReset) {
  const Segments two{late(1, 9), late(1449, 9), reset(9), reset(9)};
  const Segments one{late(1, 9), late(1449, 9), reset(9)};
  const Segments none{late(1, 9), late(1449, 9)};
  EXPECT_TRUE(agree(two, one));  // the other of them came before, and was read
  EXPECT_FALSE(agree(two, none));
}

TEST(Pace, AResetThatNothingDrewIsNoAnswer) {
  const Segments one{late(1, 9), reset(9)};
  EXPECT_FALSE(agree(one, {late(1, 9), reset(9), reset(9)}));
  EXPECT_FALSE(agree(one, {late(1, 9), reset(9), reset(5)}));
}

TEST(Pace, WhatComesToADeadEndDrawsOneInBoth) {
  const Segments answered{late(1, 9), reset(9), late(1449, 9), reset(9)};
  const Segments swallowed{late(1, 9), reset(9), late(1449, 9)};
  const Segments shorter{late(1, 9), late(1449, 9), reset(9)};
  EXPECT_FALSE(agree(answered, swallowed));
  EXPECT_TRUE(agree(answered, shorter));
}

TEST(Pace, WhoHasEndedResetsWhatWasUnderWay) {
  auto fin = ack(1449);
  fin.flags = "F.";
  const Segments left{data(1, 1448), fin, late(1449, 2), reset(2)};
  const Segments right{data(1, 1448), late(1449, 2), fin};
  EXPECT_TRUE(agree(left, right));
}

TEST(Pace, WhereBothResetMoreMayHaveBeenUnderWay) {
  const Segments left{late(1, 9), late(1449, 9), reset(9)};
  const Segments right{late(1, 9), reset(9)};
  EXPECT_TRUE(agree(left, right));
}

TEST(Pace, ProbesAndClosedWindowsCount) {
  auto probe = ack(0);
  probe.seq = 0;
  EXPECT_FALSE(agree({data(1, 1448), probe}, {data(1, 1448)}));
  auto closed = ack(1449);
  closed.no_room = true;
  const Segments open{data(1, 1448), data(1449, 1448), ack(2897)};
  EXPECT_FALSE(agree({data(1, 1448), data(1449, 1448), closed, ack(2897)}, open));
}

}  // namespace
}  // namespace misproxy::comparison
