#include "core/address_policy.hpp"

#include <gtest/gtest.h>

#include <string>

namespace misproxy {
namespace {

std::string kind(std::string_view address) {
  return std::string(special_address(address).value_or("public"));
}

TEST(SpecialAddress, PublicOnesAreNone) {
  for (const auto* address :
       {"1.1.1.1", "72.163.4.161", "172.15.255.255", "172.32.0.0", "100.128.0.0", "198.20.0.1",
        "2001:4860:4860::8888", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101",
        "2002:101:101::1"})
    EXPECT_EQ(kind(address), "public") << address;
}

TEST(SpecialAddress, WhatOnlyThisMachineCanReach) {
  EXPECT_EQ(kind("127.0.0.1"), "loopback");
  EXPECT_EQ(kind("127.255.255.254"), "loopback");
  EXPECT_EQ(kind("::1"), "loopback");
  EXPECT_EQ(kind("0.0.0.0"), "unspecified");
  EXPECT_EQ(kind("0.1.2.3"), "unspecified");
  EXPECT_EQ(kind("::"), "unspecified");
}

TEST(SpecialAddress, WhatOnlyItsNetworkCanReach) {
  EXPECT_EQ(kind("10.0.0.1"), "private");
  EXPECT_EQ(kind("172.16.0.1"), "private");
  EXPECT_EQ(kind("172.31.255.255"), "private");
  EXPECT_EQ(kind("192.168.1.1"), "private");
  EXPECT_EQ(kind("fd12:3456::1"), "private");
  EXPECT_EQ(kind("100.64.0.1"), "shared");
  EXPECT_EQ(kind("169.254.1.1"), "link-local");
  EXPECT_EQ(kind("fe80::1"), "link-local");
  EXPECT_EQ(kind("fe80::1%eth0"), "link-local");
  EXPECT_EQ(kind("224.0.0.1"), "multicast");
  EXPECT_EQ(kind("ff02::1"), "multicast");
  EXPECT_EQ(kind("255.255.255.255"), "broadcast");
  EXPECT_EQ(kind("240.0.0.1"), "reserved");
}

TEST(SpecialAddress, TheMetadataOfClouds) {
  EXPECT_EQ(kind("169.254.169.254"), "cloud metadata");
  EXPECT_EQ(kind("fd00:ec2::254"), "cloud metadata");
  EXPECT_EQ(kind("168.63.129.16"), "cloud metadata");
  EXPECT_EQ(kind("100.100.100.200"), "cloud metadata");
}

TEST(SpecialAddress, AnIpv4AddressInsideOneOfIpv6IsWhatItIs) {
  EXPECT_EQ(kind("::ffff:127.0.0.1"), "loopback");
  EXPECT_EQ(kind("::ffff:7f00:1"), "loopback");
  EXPECT_EQ(kind("::ffff:169.254.169.254"), "cloud metadata");
  EXPECT_EQ(kind("::127.0.0.1"), "loopback");
  EXPECT_EQ(kind("64:ff9b::10.0.0.1"), "private");
  EXPECT_EQ(kind("2002:7f00:1::"), "loopback");
  EXPECT_EQ(kind("2002:a00:1::1"), "private");
}

TEST(SpecialAddress, WhatIsNoAddressIsNotPublic) {
  for (const auto* text : {"", "localhost", "1.2.3", "2130706433", "1.1.1.1/8", "[::1]", "x%y"})
    EXPECT_EQ(kind(text), "no address") << text;
  EXPECT_EQ(kind("1::1"), "reserved");  // nobody has it
  EXPECT_EQ(kind("2001::1"), "reserved");
}

}  // namespace
}  // namespace misproxy
