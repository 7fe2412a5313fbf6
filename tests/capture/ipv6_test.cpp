#include <gtest/gtest.h>

#include "capture/address.hpp"
#include "capture/checksum.hpp"
#include "capture/conversation.hpp"
#include "capture/ip_bytes.hpp"

namespace misproxy {
namespace {

const IpAddress kHost = *parse_ip("2001:db8::1");

TEST(IpAddress, ReadsAndWritesBothFamilies) {
  for (const auto* text : {"10.40.40.1", "2001:db8::1", "::1", "::"})
    EXPECT_EQ(ip_text(parse_ip(text).value_or(IpAddress(1))), text);
  EXPECT_EQ(parse_ip("::ffff:10.40.40.1"), IpAddress(0x0a282801));
  EXPECT_EQ(parse_ip("fe80::1%eth0"), parse_ip("fe80::1"));
  for (const auto* text : {"", "a.test", "10.40.40", "[::1]", "1:2"})
    EXPECT_FALSE(parse_ip(text)) << text;
}

/// The sum over pseudo header and segment is right where it comes to zero: RFC 8200 section 8.1.
std::uint16_t sum_of(std::string_view packet) {
  const auto segment = packet.substr(40);
  const std::string length{0, 0, static_cast<char>(segment.size() >> 8),
                           static_cast<char>(segment.size() & 0xff)};
  Checksum sum;
  sum.add(packet.substr(8, 32));
  sum.add(length);
  sum.add(std::string_view("\0\0\0\x06", 4));
  sum.add(segment);
  return sum.value();
}

TEST(Ipv6Bytes, TheHeaderAndTheChecksumAreRight) {
  Conversation talk({kHost, 40'000}, {*parse_ip("2001:db8::2"), 443}, 1);
  const auto syn = ip_packet(talk.opened().front());
  EXPECT_EQ(syn.substr(0, 8), std::string("\x60\0\0\0\0\x28\x06\x40", 8));  // 40 bytes of TCP
  EXPECT_EQ(syn.substr(8, 16), kHost.wire());
  EXPECT_EQ(sum_of(syn), 0);
  for (const auto& packet : talk.sent(Side::client, std::string(3'001, 'x'))) {
    const auto bytes = ip_packet(packet);
    EXPECT_EQ(bytes.size(), ip_length(packet));
    EXPECT_LE(bytes.size(), 1500U);
    EXPECT_EQ(sum_of(bytes), 0);
  }
}

TEST(Ipv6Bytes, AnEthernetFrameSaysSo) {
  Conversation talk({kHost, 40'000}, {kHost, 443}, 1);
  EXPECT_EQ(ethernet_frame(talk.opened().front()).substr(12, 3), "\x86\xDD\x60");
}

}  // namespace
}  // namespace misproxy
