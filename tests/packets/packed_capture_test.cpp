#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "capture/ip_bytes.hpp"
#include "diagnose/read_evidence.hpp"
#include "packets/secrets_block.hpp"
#include "packets/unpacker.hpp"
#include "support/captures.hpp"
#include "support/frames.hpp"
#include "support/packed.hpp"

namespace misproxy {
namespace {

using test::gzipped;
using test::pcap_file;
using test::pcapng_file;
using test::read_frames;
using test::ScratchFile;
using test::segment;
using test::whole_story;
using test::zstd_packed;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

using Pack = std::string (*)(std::string_view);
constexpr Pack kPacks[] = {gzipped, zstd_packed};

/// A hundred full segments that do not shrink, of one connection.
std::string noise_capture() {
  std::vector<test::RawFrame> frames;
  std::uint32_t state = 7;
  for (std::uint32_t i = 0; i < 100; ++i) {
    std::string payload;
    for (int j = 0; j < 1400; ++j)
      payload += static_cast<char>((state = state * 1664525 + 1013904223) >> 24);
    frames.push_back({ethernet_frame(segment(1 + i * 1400, 1, payload))});
  }
  return pcap_file(1, frames);
}

diagnose::Observations seen_of(const std::string& path) {
  auto read = diagnose::read_evidence({{path, {}}});
  auto* seen = std::get_if<diagnose::Observations>(&read);
  EXPECT_TRUE(seen) << std::get<1>(read).sentence;
  return seen ? std::move(*seen) : diagnose::Observations();
}

TEST(PackedCapture, ShowsWhatTheFileInItShows) {
  for (const auto pack : kPacks) {
    for (const auto& plain : {pcapng_file(whole_story()), noise_capture()}) {
      const ScratchFile packed("packed", pack(plain));
      const ScratchFile bare("bare", plain);
      const auto got = read_frames(packed.path());
      EXPECT_FALSE(got.error);
      EXPECT_EQ(got.frames.size(), read_frames(bare.path()).frames.size());
      EXPECT_EQ(seen_of(packed.path()).connections.size(), 1U);
    }
  }
}

TEST(PackedCapture, GoesOnBehindAMember) {
  const auto plain = noise_capture();
  for (const auto pack : kPacks) {
    const auto half = plain.size() / 2;
    const ScratchFile file("members",
                           pack(plain.substr(0, half)) + pack("") + pack(plain.substr(half)));
    EXPECT_EQ(read_frames(file.path()).frames.size(), 100U);
    const ScratchFile trailed("trailed", pack(plain) + std::string(512, '\0'));
    EXPECT_EQ(read_frames(trailed.path()).frames.size(), 100U);
    EXPECT_FALSE(read_frames(trailed.path()).error) << "tar and tapes pad with zeros";
  }
}

TEST(PackedCapture, ATornOneCountsUpToThere) {
  for (const auto pack : kPacks) {
    const auto whole = pack(noise_capture());
    const ScratchFile torn("torn.pcap", whole.substr(0, whole.size() / 2));
    const auto got = read_frames(torn.path());
    if (pack == gzipped) {
      EXPECT_GT(got.frames.size(), 40U);
    }
    EXPECT_LT(got.frames.size(), 60U);
    ASSERT_TRUE(got.error);
    EXPECT_THAT(got.error->sentence, HasSubstr(" data break off"));
  }
  const auto whole = gzipped(noise_capture());
  const ScratchFile torn("torn.pcap.gz", whole.substr(0, whole.size() - 4));
  EXPECT_EQ(read_frames(torn.path()).frames.size(), 100U);
  EXPECT_THAT(seen_of(torn.path()).remarks,
              ElementsAre(torn.path() + ": frame 101: its gzip data break off; used up to there"));
}

TEST(PackedCapture, ADamagedOneCountsUpToThere) {
  auto bytes = gzipped(noise_capture());
  for (std::size_t i = 0; i < 64; ++i)
    bytes[bytes.size() * 3 / 4 + i] = static_cast<char>(0xFF);
  bytes[bytes.size() - 8] = static_cast<char>(bytes[bytes.size() - 8] ^ 1);  // the checksum
  const ScratchFile file("damaged.pcap.gz", bytes);
  const auto got = read_frames(file.path());
  EXPECT_GT(got.frames.size(), 40U);
  ASSERT_TRUE(got.error);
  EXPECT_THAT(got.error->sentence, HasSubstr("its gzip data cannot be unpacked ("));
}

TEST(PackedCapture, ABombIsPutOut) {
  const auto capture = pcap_file(1, {{std::string(200'000, '\0')}});
  std::string frames;
  for (int i = 0; i < 150; ++i)
    frames += capture.substr(24);
  for (const auto pack : kPacks) {
    auto bytes = pack(capture);
    const auto more = pack(frames);
    for (int i = 0; i < 10; ++i)
      bytes += more;
    const ScratchFile file("bomb.pcap", bytes);
    const auto got = read_frames(file.path());
    EXPECT_GT(got.frames.size(), 1000U);
    ASSERT_TRUE(got.error);
    EXPECT_THAT(got.error->sentence,
                HasSubstr("it unpacks to more than 250 times its size, as no capture or log does"));
  }
}

TEST(PackedCapture, TellsOfItsSecrets) {
  for (const auto pack : kPacks) {
    const auto packed = pack(pcapng_file(whole_story()));
    const ScratchFile file("secrets.pcapng", packed);
    EXPECT_TRUE(evidence::holds_secrets(file.path()));
    EXPECT_TRUE(evidence::holds_secrets_in(packed));
    EXPECT_FALSE(evidence::holds_secrets_in(pack(noise_capture())));
  }
}

TEST(PackedCapture, APipeMayBePackedToo) {
  for (const auto pack : kPacks) {
    const auto packed = pack(noise_capture());
    const auto read = diagnose::read_evidence({{"-", std::string_view(packed)}});
    ASSERT_TRUE(std::holds_alternative<diagnose::Observations>(read)) << std::get<1>(read).sentence;
    EXPECT_EQ(std::get<diagnose::Observations>(read).connections.size(), 1U);
  }
}

TEST(PackedText, IsReadAsTheTextInIt) {
  const std::string log = "curl: (7) Failed to connect to 10.0.0.1 port 3128: Connection refused\n";
  for (const auto pack : kPacks) {
    const ScratchFile file("log", pack(log));
    EXPECT_EQ(seen_of(file.path()).reports.size(), 1U);
    const ScratchFile torn("torn-log", pack(log).substr(0, 9));
    const auto read = diagnose::read_evidence({{torn.path(), {}}});
    ASSERT_TRUE(std::holds_alternative<diagnose::Unusable>(read));
    EXPECT_THAT(std::get<diagnose::Unusable>(read).sentence, HasSubstr("data break off"));
  }
}

TEST(Unpacker, TakesAnyBytes) {
  for (const auto pack : kPacks) {
    const auto whole = pack(pcapng_file(whole_story()));
    for (std::size_t size = 0; size < whole.size(); ++size)
      unpacked(whole.substr(0, size), 1 << 20);
    for (std::size_t at = 0; at < whole.size(); ++at) {
      auto bent = whole;
      bent[at] = static_cast<char>(bent[at] ^ 0x55);
      EXPECT_LE(unpacked(bent, 1 << 20).bytes.size(), 1U << 20);
    }
  }
  EXPECT_THAT(unpacked("plain", 3).bytes, testing::Eq("pla"));
}

}  // namespace
}  // namespace misproxy
