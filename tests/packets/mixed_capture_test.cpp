// Captures of several interfaces that differ, as Wireshark writes them.

#include <gtest/gtest.h>

#include "capture/ip_bytes.hpp"
#include "support/captures.hpp"
#include "support/frames.hpp"
#include "support/packed.hpp"

namespace misproxy {
namespace {

using test::read_frames;
using test::ScratchFile;
using test::segment;

/// Writes blocks in either byte order.
class Blocks {
 public:
  explicit Blocks(bool big) : big_(big) {
    add(0x0A0D0D0A, number(0x1A2B3C4D, 4) + number(1, 2) + number(0, 2) + std::string(8, '\xff'));
  }

  std::string number(std::uint64_t value, int size) const {
    std::string bytes;
    for (int i = 0; i < size; ++i)
      bytes += static_cast<char>(value >> 8 * (big_ ? size - 1 - i : i) & 0xFF);
    return bytes;
  }

  void add(std::uint32_t type, const std::string& body) {
    const auto padded = body + std::string((4 - body.size() % 4) % 4, '\0');
    const auto length = number(padded.size() + 12, 4);
    bytes_ += number(type, 4) + length + padded + length;
  }

  void interface(int link_type, std::uint32_t snap_length, const std::string& resolution = "") {
    auto body =
        number(static_cast<std::uint64_t>(link_type), 2) + number(0, 2) + number(snap_length, 4);
    if (!resolution.empty())
      body += number(9, 2) + number(1, 2) + resolution + std::string(3, '\0') + number(0, 4);
    add(1, body);
  }

  void packet(std::uint32_t interface, std::uint64_t ticks, const std::string& frame) {
    add(6, number(interface, 4) + number(ticks >> 32, 4) + number(ticks & 0xFFFFFFFF, 4) +
               number(frame.size(), 4) + number(frame.size() + 7, 4) + frame);
  }

  const std::string& bytes() const { return bytes_; }

 private:
  bool big_;
  std::string bytes_;
};

std::string mixed(bool big) {
  Blocks blocks(big);
  const auto packet = segment(1, 2, "x");
  blocks.interface(1, 262144);
  blocks.packet(0, 1'000'000, ethernet_frame(packet));
  blocks.interface(101, 65535, "\x09");  // its times are in nanoseconds
  blocks.packet(1, 2'000'000'005, ip_packet(packet));
  blocks.interface(113, 0, "\x94");  // in 2^-20 seconds
  blocks.packet(2, 7U << 19, std::string(14, '\0') + std::string("\x08\0", 2) + ip_packet(packet));
  blocks.packet(0, 4'000'001, ethernet_frame(packet));
  return blocks.bytes();
}

TEST(MixedCapture, OfSeveralLinkTypesIsRead) {
  using namespace std::chrono_literals;
  for (const bool big : {false, true}) {
    for (const auto& bytes : {mixed(big), test::gzipped(mixed(big))}) {
      const ScratchFile file("mixed.pcapng", bytes);
      const auto got = read_frames(file.path());
      EXPECT_FALSE(got.error);
      ASSERT_EQ(got.frames.size(), 4U) << big;
      const std::chrono::nanoseconds times[] = {1s, 2'000'000'005ns, 3500ms, 4'000'001us};
      for (std::size_t i = 0; i < 4; ++i) {
        EXPECT_EQ(got.frames[i].number, i + 1);
        EXPECT_EQ(got.frames[i].time, times[i]);
        ASSERT_TRUE(got.frames[i].packet) << i;
        EXPECT_EQ(got.frames[i].packet->packet, segment(1, 2, "x"));
      }
    }
  }
}

TEST(MixedCapture, FromMemoryToo) {
  const auto bytes = mixed(false);
  auto opened = evidence::CaptureFile::of("memory.pcapng", bytes);
  auto& file = std::get<evidence::CaptureFile>(opened);
  int count = 0;
  while (file.next() != nullptr)
    ++count;
  EXPECT_EQ(count, 4);
}

TEST(MixedCapture, AnErrorKeepsWhatCameBefore) {
  const auto bytes = mixed(false);
  const ScratchFile file("cut.pcapng", bytes.substr(0, bytes.size() - 3));
  const auto got = read_frames(file.path());
  EXPECT_EQ(got.frames.size(), 3U);
  ASSERT_TRUE(got.error);
  EXPECT_EQ(got.error->sentence, file.path() + ": frame 4: the file ends in the middle of a block");
}

TEST(MixedCapture, OutlivesAnyFile) {
  for (const bool big : {false, true}) {
    const auto whole = mixed(big);
    for (std::size_t at = 0; at < whole.size(); ++at) {
      const ScratchFile cut("cut.pcapng", whole.substr(0, at));
      EXPECT_LE(read_frames(cut.path()).frames.size(), 4U);
      for (const unsigned flip : {0x01U, 0x80U, 0xFFU}) {
        auto bent = whole;
        bent[at] = static_cast<char>(static_cast<unsigned char>(bent[at]) ^ flip);
        const ScratchFile file("bent.pcapng", bent);
        EXPECT_LE(read_frames(file.path()).frames.size(), 5U);
      }
    }
  }
}

}  // namespace
}  // namespace misproxy
