#include "capture/socket_capture.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "support/captures.hpp"

namespace misproxy {
namespace {

using test::kClient;
using test::kProxy;
using Effect = SocketCapture::Effect;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// `c` and `p` for who sends, its flags, the bytes, and the comment.
std::string line_of(const CommentedPacket& packet) {
  const auto& tcp = *packet.packet.tcp();
  std::string flags;
  if (tcp.syn) flags += 'S';
  if (tcp.fin) flags += 'F';
  if (tcp.rst) flags += 'R';
  if (flags.empty() && tcp.payload.empty()) flags += '.';
  if (!tcp.payload.empty()) flags += std::to_string(tcp.payload.size());
  const auto said = packet.comment.empty() ? "" : " # " + packet.comment;
  return fmt::format("{} {}{}", tcp.source_port == kClient.port ? 'c' : 'p', flags, said);
}

/// What came, a line each.
class Lines final : public PacketRecorder {
 public:
  void record(std::size_t point, std::int64_t connection,
              const std::vector<CommentedPacket>& packets) override {
    EXPECT_EQ(point, 3U);
    EXPECT_EQ(connection, 7);
    for (const auto& packet : packets)
      lines_.push_back(line_of(packet));
  }
  void secrets(std::string_view key_log) override { lines_.emplace_back(key_log); }
  std::vector<std::string> take() { return std::exchange(lines_, {}); }

 private:
  std::vector<std::string> lines_;
};

class SocketCaptureTest : public testing::Test {
 protected:
  SocketCaptureTest() {
    capture.opened();
    EXPECT_THAT(lines.take(), ElementsAre("c S", "p S", "c ."));
  }

  Lines lines;
  SocketCapture capture{{&lines, 3, 7}, kClient, kProxy, 1};
};

TEST_F(SocketCaptureTest, TellsWhatTheSocketDidInItsOrder) {
  capture.received("CONNECT");
  capture.settle();
  EXPECT_THAT(lines.take(), ElementsAre("c 7", "p ."));
  capture.queued(2000);
  capture.settle();
  EXPECT_THAT(lines.take(), IsEmpty()) << "queued is not sent";
  capture.sent(std::string(1000, 'a'));
  capture.sent(std::string(1000, 'b'));
  EXPECT_THAT(lines.take(), ElementsAre("p 1000", "c .", "p 1000", "c ."));
  capture.peer_ended(Ending::fin);
  capture.ending();
  capture.ended(Ending::fin);
  EXPECT_THAT(lines.take(), ElementsAre("c F", "p .", "p F", "c ."));
  capture.peer_ended(Ending::rst);
  EXPECT_THAT(lines.take(), ElementsAre("c R"))
      << "a client that has closed resets what still comes";
  capture.ended(Ending::rst);
  EXPECT_THAT(lines.take(), IsEmpty());
}

TEST_F(SocketCaptureTest, SecretsComeBeforeWhatTheyOpen) {
  capture.received("hello");
  capture.secrets("KEY");
  capture.queued(3);
  capture.settle();
  capture.sent("abc");
  EXPECT_THAT(lines.take(), ElementsAre("KEY", "c 5", "p .", "p 3", "c ."));
}

TEST_F(SocketCaptureTest, AnAnswerHasTheCommentOfTheFaultThatGaveIt) {
  capture.queued(10);  // of before
  capture.received("CONNECT");
  capture.acted(Effect::answer, "deny: respond");
  capture.queued(2000);
  capture.ending();
  capture.settle();
  capture.sent(std::string(10, 'x'));
  capture.sent(std::string(2000, 'y'));
  capture.ended(Ending::fin);
  EXPECT_THAT(lines.take(), ElementsAre("c 7", "p .", "p 10", "c .", "p 1448 # deny: respond",
                                        "p 552", "c .", "p F", "c ."));
}

TEST_F(SocketCaptureTest, ACloseHasItOnTheFinOrTheRst) {
  for (const auto how : {Ending::fin, Ending::rst}) {
    SocketCapture each({&lines, 3, 7}, kClient, kProxy, 1);
    each.received("GET");
    each.queued(5);
    each.acted(Effect::end, "cut: close");
    each.ending();
    each.settle();
    each.sent("12345");
    each.ended(how);
    EXPECT_EQ(lines.take()[4], how == Ending::fin ? "p F # cut: close" : "p R # cut: close");
  }
}

TEST_F(SocketCaptureTest, ACutHasItOnTheEndHoweverLateItsBytesCome) {
  capture.acted(Effect::end, "cut: close");
  capture.queued(3);
  capture.ending();
  capture.sent("abc");
  capture.ended(Ending::rst);
  EXPECT_THAT(lines.take(), ElementsAre("p 3", "c .", "p R # cut: close"));
  SocketCapture overtaken({&lines, 3, 7}, kClient, kProxy, 1);
  overtaken.acted(Effect::end, "cut: close");
  overtaken.peer_ended(Ending::rst);
  EXPECT_THAT(lines.take(), ElementsAre("c R # cut: close"));
}

TEST_F(SocketCaptureTest, AStallHasItOnWhatWasNotAnswered) {
  capture.received("GET");
  capture.acted(Effect::silence, "hang: stall");
  capture.settle();
  EXPECT_THAT(lines.take(), ElementsAre("c 3 # hang: stall", "p ."));
}

TEST_F(SocketCaptureTest, AStallInMidAnswerHasItOnTheLastBytes) {
  capture.acted(Effect::silence, "hang: stall");
  capture.queued(1500);  // which it lets through
  capture.settle();
  capture.sent(std::string(1500, 'x'));
  EXPECT_THAT(lines.take(), ElementsAre("p 1448", "p 52 # hang: stall", "c ."));
}

TEST_F(SocketCaptureTest, WhatActedOnNoPacketWaitsForTheNext) {
  capture.acted(Effect::silence, "hang: stall");
  capture.settle();
  capture.acted(Effect::silence, "more");
  capture.settle();
  capture.peer_ended(Ending::fin);
  EXPECT_THAT(lines.take(), ElementsAre("c F # hang: stall; more", "p ."));
}

TEST(SocketCapture, DoesNothingWithoutARecorder) {
  SocketCapture capture;
  EXPECT_FALSE(capture.is_on());
  capture.opened();
  capture.received("a");
  capture.acted(Effect::silence, "f: stall");
  capture.queued(1);
  capture.sent("b");
  capture.secrets("KEY");
  capture.ending();
  capture.ended(Ending::fin);
  capture.peer_ended(Ending::rst);
  capture.settle();
}

}  // namespace
}  // namespace misproxy
