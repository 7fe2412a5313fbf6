#include "virtual/segment_change.hpp"

#include <gtest/gtest.h>

#include "capture/ip_bytes.hpp"
#include "capture/read_packet.hpp"

namespace misproxy::simulated {
namespace {

constexpr auto kTo = Direction::to_origin;
constexpr auto kFrom = Direction::to_client;

/// A client that began at 1000 and a server that began at 5000.
class SegmentChangeTest : public testing::Test {
 protected:
  SegmentChangeTest() {
    auto segment = tcp(1'000);
    segment.syn = true;
    numbers_.pass(kTo, segment);
    segment = tcp(5'000);
    segment.syn = segment.has_ack = true;
    segment.ack = 1'001;
    segment.window = 400;
    segment.timestamps = Timestamps{77, 11};
    numbers_.pass(kFrom, segment);
    packet_.body = tcp(1'001);
    std::get<TcpSegment>(packet_.body).payload = "hello";
  }

  static TcpSegment tcp(std::uint32_t seq) {
    TcpSegment segment;
    segment.seq = seq;
    segment.timestamps = Timestamps{10, 0};
    return segment;
  }
  const TcpSegment& changed(const SegmentChange& change) {
    change_segment(change, numbers_, kTo, packet_);
    return *packet_.tcp();
  }

  FlowNumbers numbers_;
  Packet packet_;
};

TEST_F(SegmentChangeTest, LeavesWhatIsNotNamed) {
  const auto before = packet_;
  changed({});
  EXPECT_EQ(packet_, before);
}

TEST_F(SegmentChangeTest, WritesTheFieldsOfTheHeader) {
  SegmentChange change;
  change.flags = ControlBits{false, false, true, false, true};
  change.seq = 11;
  change.ack = 21;
  change.window = 99;
  change.ttl = 60;
  const auto& segment = changed(change);
  EXPECT_TRUE(segment.rst && segment.has_ack && !segment.psh);
  EXPECT_EQ(segment.seq, 1'011U);
  EXPECT_EQ(segment.ack, 5'021U);
  EXPECT_EQ(segment.window, 99U);
  EXPECT_EQ(packet_.ttl, 61U) << "the router takes one of it";
}

TEST_F(SegmentChangeTest, WritesTheFlagsOfCongestionAndUrgency) {
  SegmentChange change;
  change.flags =
      ControlBits{.syn = true, .psh = false, .ack = false, .urg = true, .ece = true, .cwr = true};
  const auto& segment = changed(change);
  EXPECT_TRUE(segment.syn && segment.urg && segment.ece && segment.cwr);
  packet_.ttl = 64;
  const auto bytes = ip_packet(packet_);
  EXPECT_EQ(static_cast<unsigned char>(bytes.at(20 + 13)), 0xe2);
  const auto read = read_tcp_packet(bytes);
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, packet_);
}

TEST_F(SegmentChangeTest, WritesAndTakesOutOptions) {
  SegmentChange change;
  change.sack = {{{101, 201}}};
  change.tsval = 500;
  const auto& segment = changed(change);
  ASSERT_EQ(segment.sack.size(), 1U);
  EXPECT_EQ(segment.sack[0], (SackBlock{5'101, 5'201}));
  EXPECT_EQ(segment.timestamps->value, 500U);
  SegmentChange out;
  out.without = {TcpOption::timestamps, TcpOption::sack};
  changed(out);
  EXPECT_FALSE(segment.timestamps);
  EXPECT_TRUE(segment.sack.empty());
}

TEST_F(SegmentChangeTest, ChangesBytesNoFurtherThanThePayload) {
  SegmentChange change;
  change.mask = 0x20;
  change.mask_at = 3;
  change.mask_bytes = 100;
  EXPECT_EQ(changed(change).payload, "helLO");
}

TEST_F(SegmentChangeTest, MakesAWrongChecksumInOneFieldOnly) {
  const auto right = ip_packet(packet_);
  SegmentChange change;
  change.wrong_checksum = true;
  changed(change);
  auto wrong = ip_packet(packet_);
  EXPECT_NE(wrong, right);
  wrong.replace(36, 2, right.substr(36, 2));
  EXPECT_EQ(wrong, right);
}

TEST_F(SegmentChangeTest, AddsWhatTheSenderWouldSayNext) {
  AddedSegment added;
  added.fields.flags = ControlBits{false, false, false, false, true};
  added.payload = "more";
  const auto packet = added_segment(added, numbers_, {2, 1, kFrom, 80, 40'000});
  const auto& segment = *packet.tcp();
  EXPECT_EQ(segment.seq, 5'001U);
  EXPECT_EQ(segment.ack, 1'001U);
  EXPECT_EQ(segment.window, 400U);
  EXPECT_EQ(segment.timestamps, (Timestamps{77, 10}));
  EXPECT_EQ(segment.payload, "more");
  EXPECT_EQ(segment.source_port, 80U);
}

TEST_F(SegmentChangeTest, AddsARstWithoutWindowAndTimestamps) {
  AddedSegment added;
  added.fields.flags = ControlBits{false, false, true, false, false};
  const auto packet = added_segment(added, numbers_, {2, 1, kFrom, 80, 40'000});
  EXPECT_EQ(packet.tcp()->window, 0U);
  EXPECT_FALSE(packet.tcp()->timestamps);
}

}  // namespace
}  // namespace misproxy::simulated
