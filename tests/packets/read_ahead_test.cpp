#include "packets/read_ahead.hpp"

#include <gtest/gtest.h>

#include <string>

namespace misproxy::test {
namespace {

using evidence::ReadAhead;

void put32(std::string& bytes, std::uint32_t value) {
  for (int shift = 0; shift < 32; shift += 8)
    bytes += static_cast<char>(value >> shift);
}

/// A pcap file of frames that hold no IP packet, each as long as its number says.
std::string capture_of(std::uint32_t frames) {
  std::string bytes;
  for (const std::uint32_t word : {0xA1B2C3D4U, 4U << 16 | 2U, 0U, 0U, 262144U, 1U})
    put32(bytes, word);
  for (std::uint32_t i = 1; i <= frames; ++i) {
    const auto length = i % 1500;
    for (const auto word : {i, 0U, length, length + (i % 100 == 0 ? 1U : 0U)})
      put32(bytes, word);
    bytes.append(length, 'x');
  }
  return bytes;
}

CaptureReader reader_of(const std::string& bytes) {
  return std::get<CaptureReader>(CaptureReader::of("made.pcap", bytes));
}

TEST(ReadAhead, GivesEveryFrameInItsOrder) {
  for (const std::uint32_t frames : {0U, 1U, 100U, 5000U}) {
    const auto bytes = capture_of(frames);
    ReadAhead packets(reader_of(bytes));
    std::uint64_t number = 0;
    while (const auto* packet = packets.next()) {
      ASSERT_EQ(packet->number, ++number);
      ASSERT_EQ(packet->time, std::chrono::seconds(number));
    }
    EXPECT_EQ(number, frames);
    EXPECT_EQ(packets.next(), nullptr);
    EXPECT_EQ(packets.unread().cut_frames, frames / 100);
    EXPECT_FALSE(packets.error());
  }
}

TEST(ReadAhead, GivesWhatStandsInFrontOfABrokenEnd) {
  const auto bytes = capture_of(5000);
  const auto broken = bytes.substr(0, bytes.size() - 10);
  ReadAhead packets(reader_of(broken));
  std::uint64_t count = 0;
  while (packets.next() != nullptr)
    ++count;
  EXPECT_EQ(count, 4999U);
  ASSERT_TRUE(packets.error());
  EXPECT_NE(packets.error()->sentence.find("frame 5000"), std::string::npos);
}

TEST(ReadAhead, FramesWithoutBytesAreNotReadAllAtOnce) {
  std::string bytes = capture_of(0);
  for (int i = 0; i < 10'000 * 4; ++i)
    put32(bytes, 0);
  ReadAhead packets(reader_of(bytes));
  std::uint64_t count = 0;
  while (packets.next() != nullptr)
    ++count;
  EXPECT_EQ(count, 10'000U);
}

TEST(ReadAhead, MayBeLeftInTheMiddle) {
  const auto bytes = capture_of(20'000);
  for (int taken = 0; taken < 2000; taken += 250) {
    ReadAhead packets(reader_of(bytes));
    for (int i = 0; i < taken; ++i)
      ASSERT_NE(packets.next(), nullptr);
    auto moved = std::move(packets);
    ASSERT_NE(moved.next(), nullptr);
  }
}

}  // namespace
}  // namespace misproxy::test
