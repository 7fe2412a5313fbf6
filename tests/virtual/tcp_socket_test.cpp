#include "dialogue.hpp"

namespace misproxy::test {
namespace {

constexpr auto kFull = Dialogue::kFull;

constexpr std::uint32_t at(std::uint32_t segments) { return 1 + segments * kFull; }

std::string whole(std::uint32_t index, const std::string& flags = ".") {
  return flags + " " + std::to_string(at(index)) + ":" + std::to_string(at(index + 1));
}

// New data and the copy of what is lost leave in one instant, the copy last: that the data has
// arrived says nothing of the copy, though its numbers are lower.
TEST(TcpSocket, SendsALostSegmentAgainOnceOnly) {
  Dialogue talk;
  talk.write(20 * kFull);
  EXPECT_EQ(talk.skip(), 10U);
  talk.pass(Milliseconds{100});
  talk.ack(1, {{at(1), at(2)}}).expect(whole(10));
  talk.ack(1, {{at(1), at(3)}}).expect(whole(11));
  talk.ack(1, {{at(1), at(4)}}).expect(whole(0));
  talk.pass(Milliseconds{100}).ack(1, {{at(1), at(12)}});
  for (std::uint32_t fresh = 12; fresh < 18; ++fresh)
    talk.expect(whole(fresh));
  talk.expect_nothing();
  talk.ack(at(12));
  talk.skip();
}

TEST(TcpSocket, TellsOfAFinBeyondAGap) {
  Dialogue talk;
  talk.give(1001, 3997, true).expect(". ack 1 1001:3998");
  talk.give(1, 1001).expect(". ack 3998");
  talk.give(1001, 3997, true).expect(". ack 3998 1001:3998");
}

TEST(TcpSocket, TellsOfABareFinBeyondAGap) {
  Dialogue talk;
  talk.give(1001, 1001, true).expect(". ack 1 1001:1002");
  talk.give(1, 1001).expect(". ack 1002");
}

TEST(TcpSocket, TakesASackOfTheFinForItsArrival) {
  Dialogue talk;
  talk.write(500).expect("P. 1:501");
  talk.shut_down().expect("F. 501:501");
  talk.pass(Milliseconds{100}).ack(1, {{501, 502}}).mark();
  talk.expect_after(Milliseconds{20}, "P. 1:501");
  talk.pass(Milliseconds{10}).ack(502).pass(std::chrono::seconds{2}).expect_nothing();
}

TEST(TcpSocket, SendsSmallNeighboursAndTheFinAgainInOneSegment) {
  Dialogue talk;
  talk.write(500).expect("P. 1:501");
  talk.write(400).expect("P. 501:901");
  talk.shut_down().expect("F. 901:901").mark();
  talk.expect_after(Milliseconds{200}, "F. 901:901");  // the probe of the tail
  talk.pass(std::chrono::milliseconds{310}).expect("FP. 1:901");
  talk.ack(902);
}

TEST(TcpSocket, LeavesTheProbesTimerToAcksThatDoNotAdvance) {
  Dialogue talk;
  talk.write(100).expect("P. 1:101").mark();
  talk.pass(Milliseconds{150}).ack(1).expect_nothing();
  talk.pass(Milliseconds{320}).expect("P. 1:101");  // 2 round trips and 200 ms after the sending
  talk.ack(101);
}

TEST(TcpSocket, StartsSlowlyAfterIdleTime) {
  Dialogue talk;
  std::uint32_t acked = 0;
  for (const std::uint32_t burst : {10U, 20U, 40U}) {
    talk.write(burst * kFull);
    EXPECT_EQ(talk.skip(), burst);
    talk.pass(Milliseconds{100});
    acked += burst;
    talk.ack(at(acked));
  }
  talk.pass(std::chrono::seconds{5}).write(44 * kFull);
  EXPECT_EQ(talk.skip(), 10U);
}

// Proportional rate reduction: new data leaves as the acknowledgments come in, not at the end.
TEST(TcpSocket, SendsNewDataAllThroughRecovery) {
  Dialogue talk;
  talk.write(100 * kFull);
  EXPECT_EQ(talk.skip(), 10U);
  talk.pass(Milliseconds{100});
  for (std::uint32_t told = 2; told <= 4; ++told)
    talk.ack(1, {{at(1), at(told)}});
  talk.expect(whole(10)).expect(whole(11)).expect(whole(0));
  std::size_t fresh = 0;
  for (std::uint32_t told = 5; told <= 10; ++told) {
    talk.ack(1, {{at(1), at(told)}});
    fresh += talk.skip();
  }
  EXPECT_GE(fresh, 3U);
  talk.pass(Milliseconds{100}).ack(at(10));
  talk.skip();
}

TEST(TcpSocket, WaitsForAQuarterOfTheRoundTripBeforeWhatIsReorderedIsLost) {
  Dialogue talk{Milliseconds{124}};
  talk.write(4 * kFull);
  EXPECT_EQ(talk.skip(), 4U);
  talk.pass(Milliseconds{124}).ack(1, {{at(1), at(2)}}).mark().expect_nothing();
  talk.expect_after(Milliseconds{31}, whole(0));
  talk.ack(at(4));
}

}  // namespace
}  // namespace misproxy::test
