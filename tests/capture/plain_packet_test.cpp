#include "capture/plain_packet.hpp"

#include <gtest/gtest.h>

#include "capture/checksum.hpp"

namespace misproxy {
namespace {

constexpr Ipv4 kHere = 0x0a282801;
constexpr Ipv4 kThere = 0x0a2828fe;

std::string packet() { return ip_packet_of({{kHere, 40'000}, {kThere, 53}, "question"}); }

TEST(PlainPacket, IsReadAsItWasWritten) {
  const auto bytes = packet();
  const auto read = read_datagram(bytes);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->source, (SocketAddress{kHere, 40'000}));
  EXPECT_EQ(read->destination, (SocketAddress{kThere, 53}));
  EXPECT_EQ(read->payload, "question");
}

TEST(PlainPacket, HasRightChecksums) {
  const auto bytes = packet();
  Checksum head;
  head.add(bytes.substr(0, 20));
  EXPECT_EQ(head.value(), 0);
  Checksum udp;
  const std::string pseudo = bytes.substr(12, 8) + std::string("\0\x11\0\x10", 4);
  udp.add(pseudo);
  udp.add(bytes.substr(20));
  EXPECT_EQ(udp.value(), 0);
}

TEST(PlainPacket, LengthsThatLieAreNone) {
  const auto good = packet();
  for (std::size_t cut = 0; cut < good.size(); ++cut)
    EXPECT_FALSE(read_datagram(good.substr(0, cut))) << cut;
  for (const int length : {0, 7, 17, 255}) {
    auto bad = good;
    bad[25] = static_cast<char>(length);
    EXPECT_FALSE(read_datagram(bad)) << length;
  }
  auto tcp = good;
  tcp[9] = 6;
  EXPECT_FALSE(read_datagram(tcp));
}

}  // namespace
}  // namespace misproxy
