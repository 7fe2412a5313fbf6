#include "evidence/tcpdump_unwrap.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "evidence/line_prefix.hpp"
#include "evidence/read_tcpdump.hpp"
#include "evidence/recognize.hpp"

namespace misproxy::evidence {
namespace {

using Lines = std::vector<std::string>;

/// Breaks a line between words, so that no piece is longer.
Lines between_words(const std::string& line, std::size_t width) {
  Lines pieces;
  std::size_t begin = 0;
  while (line.size() - begin > width) {
    const auto end = line.rfind(' ', begin + width);
    pieces.push_back(line.substr(begin, end - begin));
    begin = end + 1;
  }
  pieces.push_back(line.substr(begin));
  return pieces;
}

Lines anywhere(const std::string& line, std::size_t width) {
  Lines pieces;
  for (std::size_t at = 0; at < line.size(); at += width)
    pieces.push_back(line.substr(at, width));
  return pieces;
}

using Breaker = Lines (*)(const std::string&, std::size_t);

/// `mark`: in front of each line that was there before; `quote`: of each that comes out.
std::string broken(const Lines& lines, Breaker breaker, std::size_t width,
                   const std::string& mark = "", const std::string& quote = "") {
  std::string text;
  for (const auto& line : lines) {
    for (const auto& piece : breaker(mark + line, width))
      text += quote + piece + "\n";
  }
  return text;
}

const Lines kPlain{
    "10:20:58.987654 IP 10.40.40.1.54321 > 10.10.10.1.3128: Flags [S], seq 3141592653, win 64240, "
    "options [mss 1460,sackOK,TS val 3735928559 ecr 0,nop,wscale 7], length 0",
    "10:20:58.989654 IP 10.10.10.1.3128 > 10.40.40.1.54321: Flags [S.], seq 2718281828, ack "
    "3141592654, win 65160, options [mss 1460,sackOK,TS val 1 ecr 3735928559,nop,wscale 7], "
    "length 0",
    "10:20:58.989700 IP 10.40.40.1.54321 > 10.10.10.1.3128: Flags [.], ack 1, win 502, length 0",
    "10:20:58.989900 IP 10.40.40.1.54321 > 10.10.10.1.3128: Flags [P.], seq 1:123, ack 1, win "
    "502, length 122",
    "10:20:59.001200 IP 10.10.10.1.3128 > 10.40.40.1.54321: Flags [R.], seq 1, ack 123, win 0, "
    "length 0"};

const Lines kDated = [] {
  Lines lines = kPlain;
  for (auto& line : lines)
    line = "2026-11-28 " + line;
  return lines;
}();

const Lines kLink = [] {
  Lines lines = kPlain;
  for (auto& line : lines)
    line.replace(line.find(" IP "), 4,
                 " 02:42:0a:28:28:01 > 02:42:0a:0a:0a:01, ethertype IPv4 (0x0800), length 74: ");
  return lines;
}();

std::vector<std::string> facts(const std::string& text) {
  std::vector<std::string> result;
  for (const auto& each : read(text).packets) {
    const auto& packet = each.packet;
    result.push_back(fmt::format("{} {}>{} {}{}{} seq {} ack {} win {} mss {} length {}",
                                 packet.time.has_value(), packet.source.port,
                                 packet.destination.port, packet.syn, packet.rst, packet.has_ack,
                                 packet.seq.value_or(0), packet.ack.value_or(0),
                                 packet.window.value_or(0), packet.mss.value_or(0), packet.length));
  }
  return result;
}

TEST(TcpdumpUnwrap, PutsTogetherWhatAMailHasBroken) {
  for (const auto& lines : {kPlain, kDated, kLink}) {
    const auto want = facts(broken(lines, anywhere, 1000));
    ASSERT_EQ(want.size(), lines.size());
    for (std::size_t width = 68; width <= 100; ++width) {
      EXPECT_EQ(facts(broken(lines, between_words, width)), want) << "between words at " << width;
      EXPECT_EQ(facts(broken(lines, anywhere, width)), want) << "anywhere at " << width;
      EXPECT_EQ(facts(broken(lines, between_words, width, "> ")), want) << "quoted, then broken";
      EXPECT_EQ(facts(broken(lines, between_words, width, "", "> ")), want)
          << "broken, then quoted";
    }
  }
}

TEST(TcpdumpUnwrap, TheLineIsTheFirstOfItsPieces) {
  const auto text = broken(kPlain, between_words, 72);
  const auto whole = unwrapped(text);
  ASSERT_TRUE(whole);
  const auto packets = read(text).packets;
  ASSERT_EQ(packets.size(), 5U);
  EXPECT_EQ(packets[0].packet.number, 1U);
  EXPECT_EQ(packets[1].packet.number, 4U);
  EXPECT_EQ(packets[2].packet.number, 7U);
  EXPECT_EQ(packets[0].line, kPlain[0]);
}

TEST(TcpdumpUnwrap, WithTheHeaderOfIp) {
  Lines lines;
  for (const auto& line : kPlain) {
    lines.push_back(
        line.substr(0, 16) +
        "IP (tos 0x0, ttl 64, id 4711, offset 0, flags [DF], proto TCP (6), length 60)");
    auto behind = "    " + line.substr(19);
    behind.insert(behind.find("], ") + 3, "cksum 0x4c8c (correct), ");
    lines.push_back(behind);
  }
  const auto want = facts(broken(lines, anywhere, 1000));
  for (const std::size_t width : {72U, 76U, 80U})
    EXPECT_EQ(facts(broken(lines, between_words, width)), want) << width;
}

/// Its heads are no log of curl, whose requests have the same mark.
TEST(TcpdumpUnwrap, QuotedWithAHeadAndBrokenIsNoLogOfAClient) {
  Lines lines = kPlain;
  lines[3] += ": HTTP, length: 122";
  lines.insert(lines.begin() + 4, {"      CONNECT a.test:443 HTTP/1.1", "      Host: a.test:443"});
  const auto text = without_prefixes(broken(lines, between_words, 72, "> "));
  EXPECT_THAT(recognize(text), testing::ElementsAre(Form::tcpdump_text));
  const auto packets = read(text).packets;
  ASSERT_EQ(packets.size(), 5U);
  EXPECT_THAT(packets[3].payload, testing::StartsWith("CONNECT a.test:443 HTTP/1.1\r\n"));
  const auto arrow =
      "> 10:20:58.1 IP 10.40.40.1.54321\n> 10.10.10.1.80: Flags [S], seq 1,\nx\n"
      "> 10:20:58.2 IP 10.40.40.1.54321 > 10.10.10.1.80: Flags [S], seq 1\n";
  EXPECT_THAT(without_prefixes(arrow), testing::HasSubstr("\n> 10.10.10.1.80: Flags"));
}

TEST(TcpdumpUnwrap, LeavesAloneWhatIsWhole) {
  for (const auto& lines : {kPlain, kDated, kLink})
    EXPECT_FALSE(unwrapped(broken(lines, anywhere, 1000)));
  for (const std::string text : {
           "",
           "\n\n",
           "It fails since Monday.\nWhat now?\n",
           "10:20:58.987654 IP 10.40.40.1.54321 > 10.10.10.1.3128: tcp 0\nand so on\n",
           "10:20:58.987654 ARP, Request who-has 10.40.40.254 tell 10.40.40.1, length 28\n",
           "curl: (56) Received HTTP code 403 from proxy after CONNECT\n",
           // cut, not broken
           "10:20:58.987654 IP 10.40.40.1.54321 > 10.10.10.1.3128: Flags [S], seq 31415\n"
           "10:20:58.989654 IP 10.10.10.1.3128 > 10.40.40.1.54321: Flags [S.], seq 2718\n",
       })
    EXPECT_FALSE(unwrapped(text)) << text;
}

TEST(TcpdumpUnwrap, ProseBehindAPacketIsNoneOfIt) {
  auto text = broken(kPlain, between_words, 72);
  text += "and then nothing came, for as long as I waited for it to come at all\n";
  EXPECT_EQ(facts(text), facts(broken(kPlain, anywhere, 1000)));
}

TEST(TcpdumpUnwrap, TakesAnyBytes) {
  const auto text = broken(kPlain, between_words, 72);
  for (std::size_t size = 0; size < text.size(); ++size)
    facts(text.substr(0, size));
  for (std::size_t at = 0; at < text.size(); ++at) {
    for (const char c : {'\n', '\v', ' ', '>', '\0'}) {
      auto bent = text;
      bent[at] = c;
      EXPECT_LE(facts(bent).size(), 10U);
    }
  }
}

}  // namespace
}  // namespace misproxy::evidence
