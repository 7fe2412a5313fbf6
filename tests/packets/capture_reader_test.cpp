#include "packets/capture_reader.hpp"

#include <gtest/gtest.h>

#include "capture/ip_bytes.hpp"
#include "support/captures.hpp"
#include "support/frames.hpp"

namespace misproxy {
namespace {

using test::as_told;
using test::kMorning;
using test::pcap_file;
using test::pcapng_file;
using test::RawFrame;
using test::read_frames;
using test::ReadFrames;
using test::ScratchFile;
using test::segment;
using test::whole_story;

ReadFrames read_bytes(const std::string& bytes) {
  const ScratchFile file("read.pcap", bytes);
  return read_frames(file.path());
}

TEST(CaptureReader, ReadsBackWhatPcapngWrites) {
  const auto story = whole_story();
  const auto got = read_bytes(pcapng_file(story));
  EXPECT_FALSE(got.error);
  ASSERT_EQ(got.frames.size(), story.size());
  for (std::size_t i = 0; i < story.size(); ++i) {
    EXPECT_EQ(got.frames[i].number, i + 1);
    EXPECT_EQ(got.frames[i].time, kMorning + std::chrono::milliseconds(i));
    ASSERT_TRUE(got.frames[i].packet);
    EXPECT_EQ(got.frames[i].packet->packet, as_told(story[i]));
  }
}

TEST(CaptureReader, KnowsItsLinkTypes) {
  const auto packet = segment(1, 2, "x");
  const auto ip = ip_packet(packet);
  const auto zeros = [](std::size_t count) { return std::string(count, '\0'); };
  const std::string type("\x08\0", 2);
  const std::vector<std::pair<int, std::string>> frames{
      {1, zeros(12) + type + ip},
      {1, zeros(12) + std::string("\x81\0\0\5", 4) + type + ip},
      {1, zeros(12) + std::string("\x88\xa8\0\5\x81\0\0\5", 8) + type + ip},
      {101, ip},
      {228, ip},
      {113, zeros(14) + type + ip},
      {276, type + zeros(18) + ip},
      {0, std::string("\2\0\0\0", 4) + ip},
      {0, std::string("\0\0\0\2", 4) + ip},
      {108, std::string("\0\0\0\2", 4) + ip}};
  for (const auto& [link_type, frame] : frames) {
    const auto got = read_bytes(pcap_file(link_type, {{frame}}));
    ASSERT_EQ(got.frames.size(), 1U) << link_type;
    ASSERT_TRUE(got.frames[0].packet) << link_type;
    EXPECT_EQ(got.frames[0].packet->packet, packet) << link_type;
  }
}

TEST(CaptureReader, CountsFramesThatItDoesNotUnderstand) {
  const std::string ipv6 = std::string(12, 'm') + "\x86\xdd" + std::string(40, '6');
  const auto got = read_bytes(
      pcap_file(1, {{ipv6}, {"short"}, {ethernet_frame(segment(1, 2))}, {std::string(14, 'x')}}));
  ASSERT_EQ(got.frames.size(), 4U);
  EXPECT_FALSE(got.frames[0].packet || got.frames[1].packet || got.frames[3].packet);
  EXPECT_TRUE(got.frames[2].packet);
  EXPECT_EQ(got.frames[2].number, 3U);
}

TEST(CaptureReader, SaysInOneSentenceWhatIsWrong) {
  const auto nowhere = read_frames("/nowhere/x.pcap").error;
  ASSERT_TRUE(nowhere);
  EXPECT_EQ(nowhere->sentence, "cannot read /nowhere/x.pcap: No such file or directory");
  EXPECT_EQ(nowhere->kind, CaptureError::Kind::unreadable);
  EXPECT_EQ(read_frames("/tmp").error->sentence, "cannot read /tmp: Is a directory");

  const ScratchFile text("a.txt", "what is no capture at all");
  EXPECT_EQ(read_frames(text.path()).error->sentence,
            text.path() + ": not a pcap or pcapng capture: unknown file format");
  EXPECT_EQ(read_frames(text.path()).error->kind, CaptureError::Kind::broken);

  const ScratchFile usb("usb.pcap", pcap_file(220, {}));
  EXPECT_EQ(read_frames(usb.path()).error->sentence,
            usb.path() +
                ": frames of link type 220 (USB_LINUX_MMAPPED); misproxy reads Ethernet, Wi-Fi, "
                "raw IP, PPP, "
                "Linux cooked, loopback, MPLS and NFLOG");
}

TEST(CaptureReader, AnErrorKeepsWhatCameBefore) {
  const auto frame = ethernet_frame(segment(1, 2));
  auto bytes = pcap_file(1, {{frame}, {frame}});
  bytes.resize(bytes.size() - 4);
  const ScratchFile file("cut.pcap", bytes);
  const auto got = read_frames(file.path());
  EXPECT_EQ(got.frames.size(), 1U);
  ASSERT_TRUE(got.error);
  EXPECT_EQ(got.error->sentence, file.path() +
                                     ": frame 2: truncated dump file; tried to read 54 captured "
                                     "bytes, only got 50");
  EXPECT_FALSE(read_bytes(pcap_file(1, {})).error) << "no frames are a capture too";
}

TEST(CaptureReader, OutlivesAnyFile) {
  const auto packets = whole_story();
  const auto frame = RawFrame{ethernet_frame(packets[3])};
  for (const auto& whole : {pcapng_file({packets[0], packets[3]}), pcap_file(1, {frame, frame})}) {
    for (std::size_t size = 0; size < whole.size(); ++size)
      read_bytes(whole.substr(0, size));
    for (std::size_t at = 0; at < whole.size(); ++at) {
      for (const unsigned flip : {0x01U, 0x80U, 0xFFU}) {
        auto bent = whole;
        bent[at] = static_cast<char>(static_cast<unsigned char>(bent[at]) ^ flip);
        EXPECT_LT(read_bytes(bent).frames.size(), 100U);
      }
    }
  }
}

}  // namespace
}  // namespace misproxy
