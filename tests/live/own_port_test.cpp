#include "live/own_port.hpp"

#include <gtest/gtest.h>

#include "live/guest_list.hpp"

namespace misproxy::live {
namespace {

using boost::asio::ip::make_address;
using boost::asio::ip::tcp;

tcp::endpoint at(const char* address, std::uint16_t port = 3128) {
  return {make_address(address), port};
}

TEST(OwnPort, OfOneAddress) {
  const OwnPort own(at("127.0.0.1"), {});
  for (const auto* address : {"127.0.0.1", "::ffff:127.0.0.1", "0.0.0.0", "::"})
    EXPECT_TRUE(own.is(at(address))) << address;
  for (const auto* address : {"127.0.0.2", "10.1.2.3", "::1"})
    EXPECT_FALSE(own.is(at(address))) << address;
  EXPECT_FALSE(own.is(at("127.0.0.1", 3129)));
}

TEST(OwnPort, OfAllAddresses) {
  for (const auto* everywhere : {"0.0.0.0", "::"}) {
    const OwnPort own(at(everywhere), {make_address("10.1.2.3"), make_address("2001:db8::1")});
    for (const auto* address :
         {"127.0.0.1", "127.9.9.9", "::1", "10.1.2.3", "::ffff:10.1.2.3", "2001:db8::1", "0.0.0.0"})
      EXPECT_TRUE(own.is(at(address))) << address;
    EXPECT_FALSE(own.is(at("10.1.2.4")));
    EXPECT_FALSE(own.is(at("10.1.2.3", 80)));
  }
}

TEST(OwnPort, NobodysIsNobodys) { EXPECT_FALSE(OwnPort().is(at("127.0.0.1", 0))); }

TEST(GuestList, TheMachineItselfAlwaysMay) {
  for (const auto* address : {"127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"})
    EXPECT_TRUE(GuestList().allows(make_address(address))) << address;
  EXPECT_FALSE(GuestList().allows(make_address("10.1.2.3")));
}

TEST(GuestList, OfBothFamilies) {
  const GuestList guests({*NetworkPrefix::parse("10.0.0.0/8"), *NetworkPrefix::parse("fe80::/10")});
  for (const auto* address : {"10.1.2.3", "::ffff:10.1.2.3", "fe80::1", "fe80::1%lo"})
    EXPECT_TRUE(guests.allows(make_address(address))) << address;
  for (const auto* address : {"11.0.0.1", "2001:db8::1", "::a01:203"})
    EXPECT_FALSE(guests.allows(make_address(address))) << address;
}

TEST(GuestList, AStrangerIsToldOfEachTimeThatItHasDoubled) {
  GuestList guests;
  std::vector<std::int64_t> told;
  for (int i = 0; i < 9; ++i) {
    if (const auto times = guests.turn_away(make_address("10.1.2.3"))) told.push_back(*times);
  }
  EXPECT_EQ(told, (std::vector<std::int64_t>{1, 2, 4, 8}));
  EXPECT_EQ(guests.turn_away(make_address("10.1.2.4")), 1);
}

}  // namespace
}  // namespace misproxy::live
