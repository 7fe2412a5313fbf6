// Whatever a capture holds, what is kept of one connection has a bound.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "diagnose/dialogue.hpp"
#include "diagnose/stream.hpp"
#include "diagnose/tls_reader.hpp"

namespace misproxy::test {
namespace {

using diagnose::Connection;
using diagnose::End;
using evidence::WirePacket;

/// Writes down what it gets; `#` for each byte that is missing, and its count where those are many.
class Heard final : public diagnose::StreamSink {
 public:
  void take(std::string_view bytes) override { text += bytes; }
  void skip(std::uint64_t count) override { text += "#" + std::to_string(count) + "#"; }
  std::string text;
};

class Streams : public ::testing::Test {
 protected:
  bool give(std::uint32_t seq, std::uint32_t length, std::string_view payload) {
    WirePacket packet;
    packet.kind = WirePacket::Kind::tcp;
    packet.seq = seq;
    packet.length = length;
    packet.payload = payload;
    return stream_.segment(packet, file_, std::nullopt, heard_);
  }

  evidence::Names names_;
  diagnose::PacketFile file_{"c.pcap", false, &names_};
  diagnose::Flow flow_;
  diagnose::Stream stream_{flow_};
  Heard heard_;
};

TEST_F(Streams, SegmentsWithoutPayloadDoNotWaitForEver) {
  stream_.syn(0, false);
  for (std::uint32_t i = 0; i < 5000; ++i)
    give(101 + 20 * i, 10, "");
  EXPECT_TRUE(heard_.text.starts_with("#100##10##10#")) << heard_.text.substr(0, 40);
}

TEST_F(Streams, OfTwoSegmentsAtOneOffsetTheLongerCounts) {
  stream_.syn(0, false);
  give(3, 2, "cd");
  give(3, 4, "cdef");
  give(1, 2, "ab");
  EXPECT_EQ(heard_.text, "abcdef");
}

// Counted twice, it would seem that 64 KiB wait.
TEST_F(Streams, WhatIsSentAgainIsNotCountedAgain) {
  stream_.syn(0, false);
  const std::string large(1000, 'x');
  for (std::uint32_t i = 0; i < 100; ++i)
    give(2, 1000 + i, large + std::string(i, 'y'));
  EXPECT_EQ(heard_.text, "");
  give(1, 1, "a");
  EXPECT_EQ(heard_.text, "a" + large + std::string(99, 'y'));
}

/// One packet of a file, which brings all that is read.
class OnePacket : public testing::Test {
 protected:
  OnePacket() { packet_.kind = WirePacket::Kind::tcp; }
  diagnose::Moment moment() const { return {&packet_, &file_, std::nullopt}; }

  evidence::Names names_;
  diagnose::PacketFile file_{"c.pcap", false, &names_};
  WirePacket packet_;
};
class TlsReaderBounds : public OnePacket {};
class DialogueBounds : public OnePacket {};

TEST_F(TlsReaderBounds, KeepsTheFirstAlerts) {
  diagnose::TlsSeen seen;
  diagnose::TlsReader reader(End::proxy, seen);
  reader.take(std::string("\x15\x03\x03\x00\x02\x02\x30", 7), moment());
  for (int i = 0; i < 1000; ++i)
    reader.take(std::string("\x15\x03\x03\x00\x02\x02\x28", 7), moment());
  ASSERT_EQ(seen.alerts.size(), 16U);
  EXPECT_EQ(seen.alerts[0].description, 48);
  EXPECT_EQ(seen.alerts[15].description, 40);
}

// A certificate behind thousands of empty messages, over two records.
TEST_F(TlsReaderBounds, ReadsMessagesThatShareARecord) {
  diagnose::TlsSeen seen;
  diagnose::TlsReader reader(End::proxy, seen);
  std::string body;
  for (int i = 0; i < 4095; ++i)
    body += std::string("\x04\x00\x00\x00", 4);
  body += std::string("\x0b\x00\x00\x02", 4);
  reader.take(std::string("\x16\x03\x03\x40\x00", 5) + body, moment());
  EXPECT_FALSE(seen.certificate);
  reader.take(std::string("\x16\x03\x03\x00\x02zz", 7), moment());
  EXPECT_TRUE(seen.certificate);
}

TEST_F(DialogueBounds, KeepsTheFirstInterimAnswers) {
  Connection connection;
  diagnose::Dialogue dialogue(connection);
  dialogue.at(moment());
  dialogue.sink(End::client).take("CONNECT a.test:443 HTTP/1.1\r\n\r\n");
  for (int i = 0; i < 1000; ++i)
    dialogue.sink(End::proxy).take("HTTP/1.1 100 Continue\r\n\r\n");
  dialogue.sink(End::proxy).take("HTTP/1.1 200 OK\r\n\r\n");
  EXPECT_EQ(connection.earlier_replies.size(), 16U);
  ASSERT_TRUE(connection.reply);
  EXPECT_EQ(connection.reply->status, 200);
}

// The capture kept the beginning of the first request's packet only, and all of the second's.
TEST_F(DialogueBounds, AHeadThatIsCutLeavesTheNextWhole) {
  Connection connection;
  diagnose::Dialogue dialogue(connection);
  dialogue.at(moment());
  dialogue.sink(End::client).take("CONNECT a.test:443 HTTP/1.1\r\nHost");
  dialogue.sink(End::client).skip(100);
  ASSERT_TRUE(connection.connect);
  EXPECT_FALSE(connection.connect->whole);
  dialogue.sink(End::client).take("CONNECT a.test:443 HTTP/1.1\r\nHost: a.test\r\n\r\n");
  EXPECT_TRUE(connection.connect->whole);
}

}  // namespace
}  // namespace misproxy::test
