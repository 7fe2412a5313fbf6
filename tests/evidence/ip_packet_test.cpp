#include "evidence/ip_packet.hpp"

#include <gtest/gtest.h>

#include "evidence/names.hpp"

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

TEST(IpPacket, AnyPrefixOfAPacketWillDo) {
  const auto whole = ipv6("00", std::string("0600 0104 00000000 ") + kTcp);
  for (std::size_t size = 0; size < whole.size(); ++size)
    read(whole.substr(0, size), whole.size());
}

}  // namespace
}  // namespace misproxy::evidence
