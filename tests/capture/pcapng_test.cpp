#include "capture/pcapng.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "support/captures.hpp"
#include "support/process.hpp"

namespace misproxy {
namespace {

using test::kMorning;
using test::pcapng_file;
using test::ScratchFile;
using test::segment;
using test::whole_story;

std::uint32_t u32(std::string_view bytes, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = 4; i-- > 0;)
    value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
  return value;
}

/// The types of the blocks, each of which must say its length twice.
std::vector<std::uint32_t> block_types(std::string_view bytes) {
  std::vector<std::uint32_t> types;
  while (bytes.size() >= 12) {
    const auto length = u32(bytes, 4);
    EXPECT_EQ(length % 4, 0U);
    if (length < 12 || length > bytes.size()) break;
    EXPECT_EQ(u32(bytes, length - 4), length);
    types.push_back(u32(bytes, 0));
    bytes.remove_prefix(length);
  }
  EXPECT_TRUE(bytes.empty());
  return types;
}

Pcapng two_points() {
  CaptureHead head;
  head.comment = "what for";
  head.points = {{"client", "before the router"}, {"proxy", ""}};
  return Pcapng(head);
}

TEST(Pcapng, WritesBlocksInTheirOrder) {
  using Types = std::vector<std::uint32_t>;
  const auto writer = two_points();
  EXPECT_EQ(block_types(writer.begin()), (Types{0x0A0D0D0A, 1, 1}));
  EXPECT_EQ(block_types(writer.secrets("odd")), Types{10});
  EXPECT_EQ(block_types(writer.end(kMorning, {1, 2})), (Types{5, 5}));
  for (const auto* payload : {"", "1", "12", "123"}) {
    for (const auto* comment : {"", "1", "12", "123", "1234"}) {
      EXPECT_EQ(block_types(writer.packet(1, kMorning, segment(1, 2, payload), comment)), Types{6});
    }
  }
  EXPECT_EQ(block_types(pcapng_file({segment(1, 2)})), (Types{0x0A0D0D0A, 1, 4, 10, 6, 5}));
}

TEST(Pcapng, IsTheSameBytesEachTime) {
  EXPECT_EQ(pcapng_file(whole_story()), pcapng_file(whole_story()));
}

TEST(Pcapng, CutsACommentBetweenCharacters) {
  std::string comment;
  while (comment.size() < 70000)
    comment += "\xE2\x82\xAC";
  const auto writer = two_points();
  block_types(writer.packet(0, kMorning, segment(1, 2), comment));
  const ScratchFile file("euro.pcapng",
                         writer.begin() + writer.packet(0, kMorning, segment(1, 2), comment));
  const auto shown =
      test::run({"tshark", "-r", file.path(), "-T", "fields", "-e", "frame.comment"});
  EXPECT_EQ(shown.out, comment.substr(0, 65535) + "\n");
}

TEST(Pcapng, TsharkReadsItAndFindsNothingWrong) {
  const ScratchFile file("story.pcapng", pcapng_file(whole_story()));
  const auto count = static_cast<long>(whole_story().size());
  const auto shown = test::run({"tshark",
                                "-r",
                                file.path(),
                                "-o",
                                "ip.check_checksum:TRUE",
                                "-o",
                                "tcp.check_checksum:TRUE",
                                "-T",
                                "fields",
                                "-E",
                                "separator=|",
                                "-e",
                                "ip.checksum.status",
                                "-e",
                                "tcp.checksum.status",
                                "-e",
                                "icmp.checksum.status",
                                "-e",
                                "_ws.malformed",
                                "-e",
                                "frame.comment",
                                "-e",
                                "frame.interface_name"});
  ASSERT_EQ(shown.code, 0) << shown.err;
  EXPECT_EQ(std::count(shown.out.begin(), shown.out.end(), '\n'), count);
  EXPECT_NE(shown.out.find("|1||the router's word|client\n"), std::string::npos) << shown.out;
  std::size_t good = 0;
  for (auto at = shown.out.find("1|1||||client\n"); at != std::string::npos;
       at = shown.out.find("1|1||||client\n", at + 1))
    ++good;
  EXPECT_EQ(good, static_cast<std::size_t>(count) - 1) << shown.out;
}

TEST(Pcapng, TsharkShowsTheHeadAndTheNames) {
  const ScratchFile file("head.pcapng", pcapng_file({segment(1, 2)}));
  const auto head = test::run({"capinfos", file.path()});
  for (const auto* text :
       {"misproxy", "a test's", "nanoseconds", "where the client stands",
        "Number of decryption secrets in file: 1", "Number of resolved IPv4 addresses in file: 2"})
    EXPECT_NE(head.out.find(text), std::string::npos) << text << "\n" << head.out;
  const auto line = test::run({"tshark", "-N", "n", "-r", file.path(), "-T", "fields", "-e",
                               "ip.src_host", "-e", "frame.time_epoch"});
  EXPECT_EQ(line.out, "client\t1706696458.987654321\n");
}

}  // namespace
}  // namespace misproxy
