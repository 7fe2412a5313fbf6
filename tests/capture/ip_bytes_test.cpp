#include "capture/ip_bytes.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "capture/address.hpp"
#include "support/captures.hpp"

namespace misproxy {
namespace {

using test::from_proxy;
using test::segment;
using test::unreachable;

std::string hex(std::string_view bytes) {
  std::string text;
  for (const auto c : bytes)
    text += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return text;
}

/// The sum of RFC 1071 as the RFC's first page says it, 16 bits at a time: 0xffff where the bytes
/// hold their own checksum.
unsigned plain_sum(std::string bytes) {
  if (bytes.size() % 2 != 0) bytes += '\0';
  unsigned sum = 0;
  for (std::size_t i = 0; i < bytes.size(); i += 2) {
    sum += static_cast<unsigned>(static_cast<unsigned char>(bytes[i])) << 8;
    sum += static_cast<unsigned char>(bytes[i + 1]);
    if (sum > 0xFFFF) sum = (sum & 0xFFFF) + 1;
  }
  return sum;
}

/// Addresses, protocol and length, and behind them the segment.
std::string with_pseudo_header(const std::string& ip) {
  const auto length = ip.size() - 20;
  std::string bytes = ip.substr(12, 8);
  bytes += std::string("\0\x06", 2);
  bytes += static_cast<char>(length >> 8);
  bytes += static_cast<char>(length & 0xFF);
  return bytes + ip.substr(20);
}

Packet syn() {
  auto packet = segment(1000, 0);
  auto& tcp = std::get<TcpSegment>(packet.body);
  tcp.syn = true;
  tcp.has_ack = false;
  tcp.mss = 1460;
  tcp.sack_permitted = true;
  tcp.timestamps = Timestamps{1, 0};
  tcp.window_scale = 7;
  return packet;
}

TEST(IpBytes, WritesASynAsLinuxDoes) {
  auto packet = syn();
  packet.id = 0x1234;
  EXPECT_EQ(hex(tcp_options(*packet.tcp())),
            "020405b4"
            "0402"
            "080a0000000100000000"
            "010303"
            "07");
  const auto bytes = ip_packet(packet);
  EXPECT_EQ(hex(bytes.substr(0, 10)),
            "4500003c12344000"
            "4006");
  EXPECT_EQ(hex(bytes.substr(12, 8)), "0a2828010a0a0a01");
  EXPECT_EQ(hex(bytes.substr(20, 16)),
            "d4310050"
            "000003e8"
            "00000000"
            "a00201f6");
}

TEST(IpBytes, AlignsTimestampsAndSackWithNops) {
  auto packet = segment(1, 2);
  auto& tcp = std::get<TcpSegment>(packet.body);
  tcp.timestamps = Timestamps{3, 4};
  tcp.sack = {{5, 6}};
  EXPECT_EQ(hex(tcp_options(tcp)),
            "0101080a0000000300000004"
            "0101050a0000000500000006");
  tcp.sack.assign(5, {5, 6});
  EXPECT_EQ(tcp_header_bytes(tcp), 60) << "three blocks beside timestamps";
  tcp.timestamps.reset();
  EXPECT_EQ(tcp_header_bytes(tcp), 56) << "four without";
}

TEST(IpBytes, EveryChecksumIsRight) {
  std::vector<Packet> packets{syn(), segment(1, 2), from_proxy(segment(1, 2, "odd"))};
  for (std::size_t size = 1; size < 40; ++size)
    packets.push_back(segment(0xFFFFFFFF, 0xFFFFFFFE, std::string(size, '\xFF')));
  packets.push_back(segment(1, 2, std::string(60000, 'x')));
  for (const auto& packet : packets) {
    const auto bytes = ip_packet(packet);
    EXPECT_EQ(plain_sum(bytes.substr(0, 20)), 0xFFFFU);
    EXPECT_EQ(plain_sum(with_pseudo_header(bytes)), 0xFFFFU);
    EXPECT_EQ(bytes.size(), ip_length(packet));
    const auto icmp = unreachable(packet, 4, 1300);
    const auto message = ip_packet(icmp);
    EXPECT_EQ(plain_sum(message.substr(0, 20)), 0xFFFFU);
    EXPECT_EQ(plain_sum(message.substr(20)), 0xFFFFU);
    EXPECT_EQ(message.size(), ip_length(icmp));
  }
}

TEST(IpBytes, AFrameHasAddressesMadeFromTheHosts) {
  const auto frame = ethernet_frame(segment(1, 2));
  EXPECT_EQ(hex(frame.substr(0, 14)),
            "02000a0a0a01"
            "02000a282801"
            "0800");
  EXPECT_EQ(frame.substr(kEthernetHeader), ip_packet(segment(1, 2)));
}

TEST(IpBytes, AQuoteIsTheHeaderAndEightBytes) {
  const auto lost = segment(77, 2, "payload");
  EXPECT_EQ(quote_of(lost), ip_packet(lost).substr(0, 28));
}

TEST(Address, ReadsWhatItWrites) {
  EXPECT_EQ(ipv4_text(0x0a282801), "10.40.40.1");
  EXPECT_EQ(parse_ipv4("10.40.40.1"), 0x0a282801U);
  EXPECT_EQ(parse_ipv4("255.255.255.255"), 0xFFFFFFFFU);
  for (const auto* wrong : {"", "1.2.3", "1.2.3.4.", "1.2.3.256", "1.2.3.-4", "1.2.3.x", "1..2.3"})
    EXPECT_FALSE(parse_ipv4(wrong)) << wrong;
}

}  // namespace
}  // namespace misproxy
