#include "packets/ip_packet.hpp"

#include <gtest/gtest.h>

#include "capture/ip_bytes.hpp"
#include "evidence/names.hpp"
#include "packets/text_parts.hpp"
#include "support/captures.hpp"
#include "support/frames.hpp"

namespace misproxy::evidence {
namespace {

std::string bytes(std::string_view hex) {
  std::string out;
  std::string pair;
  for (const char c : hex) {
    if (c == ' ' || c == '\n') continue;
    pair += c;
    if (pair.size() < 2) continue;
    out += static_cast<char>(std::stoi(pair, nullptr, 16));
    pair.clear();
  }
  return out;
}

// 2001:db8::1.54321 > 2001:db8::2.3128: Flags [S], seq 1, win 64240, options [mss 1440], length 0
constexpr auto kTcp = "d431 0c38 00000001 00000000 6002 faf0 0000 0000 020405a0";
constexpr auto kAddresses = "20010db8000000000000000000000001 20010db8000000000000000000000002";

std::string ipv6(std::string_view next_header, std::string_view payload_hex) {
  const auto payload = bytes(payload_hex);
  auto packet =
      bytes("60000000 0000") + bytes(next_header) + bytes("40") + bytes(kAddresses) + payload;
  packet[5] = static_cast<char>(payload.size());
  return packet;
}

WirePacket read(const std::string& packet, std::size_t wire_length = 0) {
  WirePacket read;
  std::string qname;
  read_ip_packet(packet, std::max(wire_length, packet.size()), read, qname);
  return read;
}

TEST(IpPacket, ReadsTcpOverIpv6) {
  const auto packet = read(ipv6("06", kTcp));
  ASSERT_EQ(packet.kind, WirePacket::Kind::tcp);
  EXPECT_EQ(Names().text(packet.source), "[2001:db8::1]:54321");
  EXPECT_EQ(Names().text(packet.destination), "[2001:db8::2]:3128");
  EXPECT_TRUE(packet.syn);
  EXPECT_EQ(packet.mss, 1440);
  EXPECT_EQ(packet.length, 0U);
}

TEST(IpPacket, PassesExtensionHeaders) {
  const auto packet = read(ipv6("00", std::string("0600 0104 00000000 ") + kTcp));
  ASSERT_EQ(packet.kind, WirePacket::Kind::tcp);
  EXPECT_EQ(packet.destination.port, 3128);
}

TEST(IpPacket, TranslatesPacketTooBig) {
  const auto quoted = bytes("60000000 0018 06 40") + bytes(kAddresses) + bytes(kTcp);
  auto packet =
      bytes("60000000 0000 3a 40") + bytes(kAddresses) + bytes("0200 0000 00000500") + quoted;
  packet[5] = static_cast<char>(8 + quoted.size());
  const auto icmp = read(packet);
  ASSERT_EQ(icmp.kind, WirePacket::Kind::icmp);
  EXPECT_EQ(icmp.icmp_type, 3);
  EXPECT_EQ(icmp.icmp_code, 4);
  EXPECT_EQ(icmp.next_hop_mtu, 1280);
  EXPECT_EQ(icmp.quoted_source.port, 54321);
  EXPECT_EQ(icmp.quoted_seq, 1U);
}

TEST(IpPacket, KnowsTheLengthOfWhatWasCut) {
  auto packet = bytes("4500 05dc 0001 4000 40 06 0000 0a282801 0a0a0a01") +
                bytes("d431 0050 00000001 00000001 5018 faf0 0000 0000") + "HTTP";
  const auto cut = read(packet, 1500);
  ASSERT_EQ(cut.kind, WirePacket::Kind::tcp);
  EXPECT_EQ(cut.length, 1460U);
  EXPECT_EQ(cut.payload, "HTTP");
}

TEST(IpPacket, TakesPaddingForNoPayload) {
  auto packet = bytes("4500 0028 0001 4000 40 06 0000 0a282801 0a0a0a01") +
                bytes("d431 0050 00000001 00000001 5010 faf0 0000 0000") + std::string(6, '\0');
  EXPECT_EQ(read(packet).length, 0U);
}

TEST(IpPacket, ReadsBackWhatOurOwnWriterWrites) {
  for (const auto& packet : test::whole_story()) {
    const auto written = ip_packet(packet) + std::string(6, '\0');
    const auto told = read(written);
    const auto parsed = test::parsed(told);
    ASSERT_TRUE(parsed);
    EXPECT_EQ(parsed->packet, test::as_told(packet));
    EXPECT_EQ(told.wire.missing, 0U);
  }
}

TEST(IpPacket, SaysWhatTheCaptureDidNotKeep) {
  const auto whole = ip_packet(test::segment(1, 2, "0123456789"));
  const auto packet = whole.substr(0, 44);
  const auto told = read(packet, whole.size());
  EXPECT_EQ(told.payload, "0123");
  EXPECT_EQ(told.cut(), 6U);
  EXPECT_TRUE(told.wire.whole_head);
  EXPECT_EQ(read(whole.substr(0, 39), whole.size()).kind, WirePacket::Kind::other) << "half a head";
}

TEST(IpPacket, AHeadWhoseOptionsAreCutIsNotWhole) {
  const auto syn = ip_packet(test::whole_story().front());
  const auto packet = syn.substr(0, 44);
  const auto told = read(packet, syn.size());
  EXPECT_EQ(told.kind, WirePacket::Kind::tcp);
  EXPECT_EQ(told.mss, 1460);
  EXPECT_FALSE(told.wire.whole_head);
  EXPECT_FALSE(is_told(told));
}

/// Routers of some makers turn or shorten the length of what they quote.
TEST(IpPacket, AQuotesOwnLengthSaysNothing) {
  for (const unsigned length : {0U, 5U, 0x2800U, 0xFFFFU}) {
    auto icmp = test::unreachable(test::segment(77, 2), 4, 1300);
    auto& quote = std::get<IcmpUnreachable>(icmp.body).quote;
    quote[2] = static_cast<char>(length >> 8);
    quote[3] = static_cast<char>(length & 0xFF);
    const auto packet = ip_packet(icmp);
    const auto told = read(packet);
    EXPECT_EQ(told.quoted_source.port, 54321) << length;
    EXPECT_EQ(told.quoted_seq, 77U) << length;
  }
}

TEST(IpPacket, AFragmentHasNoHeadOfWhatItCarries) {
  auto packet = ip_packet(test::segment(1, 2, "x"));
  packet[6] = 0x20;  // more fragments: the first
  EXPECT_EQ(read(packet).kind, WirePacket::Kind::tcp);
  packet[7] = 1;
  EXPECT_EQ(read(packet).kind, WirePacket::Kind::other);
}

TEST(IpPacket, TakesAnyBytes) {
  for (const auto& packet : test::whole_story()) {
    const auto whole = ip_packet(packet);
    for (std::size_t size = 0; size <= std::min<std::size_t>(whole.size(), 100); ++size)
      read(whole.substr(0, size));
    for (std::size_t at = 0; at < std::min<std::size_t>(whole.size(), 100); ++at) {
      for (unsigned bit = 0; bit < 8; ++bit) {
        auto bent = whole;
        bent[at] = static_cast<char>(static_cast<unsigned char>(bent[at]) ^ (1U << bit));
        read(bent);
      }
    }
  }
}

TEST(IpPacket, AnyPrefixOfAPacketWillDo) {
  const auto whole = ipv6("00", std::string("0600 0104 00000000 ") + kTcp);
  for (std::size_t size = 0; size < whole.size(); ++size)
    read(whole.substr(0, size), whole.size());
}

}  // namespace
}  // namespace misproxy::evidence
