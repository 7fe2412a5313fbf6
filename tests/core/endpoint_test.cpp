#include "core/endpoint.hpp"

#include <gtest/gtest.h>

namespace misproxy {
namespace {

TEST(Endpoint, ReadsNamesAndAddresses) {
  EXPECT_EQ(parse_endpoint("tools.cisco.com:443"), (Endpoint{"tools.cisco.com", 443}));
  EXPECT_EQ(parse_endpoint("72.163.4.161:443"), (Endpoint{"72.163.4.161", 443}));
  EXPECT_EQ(parse_endpoint("[2001:db8::1]:8443"), (Endpoint{"2001:db8::1", 8443}));
  EXPECT_EQ((Endpoint{"2001:db8::1", 8443}.text()), "[2001:db8::1]:8443");
  EXPECT_EQ(parse_endpoint("a.test.:1"), (Endpoint{"a.test.", 1}));
}

TEST(Endpoint, RefusesWhatIsNone) {
  for (const auto* text : {"",
                           ":",
                           "a.test",
                           "a.test:",
                           ":443",
                           "a.test:65536",
                           "a.test:-1",
                           "a.test:+1",
                           "a.test: 1",
                           "a.test:443x",
                           "a..test:443",
                           "[::1]",
                           "[]:443",
                           "[a.test]:443",
                           "2001:db8::1:443",
                           "a b:443",
                           "user@a.test:443",
                           "a.test/:443",
                           "[::1:443",
                           "*:443"}) {
    EXPECT_EQ(parse_endpoint(text), std::nullopt) << text;
  }
  EXPECT_EQ(parse_endpoint(std::string_view("127.0.0.1\0x:1", 13)), std::nullopt);
}

TEST(Endpoint, KnowsItsLimits) {
  EXPECT_TRUE(is_host(std::string(63, 'a')));
  EXPECT_FALSE(is_host(std::string(64, 'a')));
  std::string longest;
  while (longest.size() < 252)
    longest += "a.";
  EXPECT_TRUE(is_host(longest + "a"));
  EXPECT_FALSE(is_host(longest + "aa.a"));
}

TEST(Loopback, IsWhatItSays) {
  for (const auto* host : {"127.0.0.1", "127.8.9.10", "::1", "localhost"}) {
    EXPECT_TRUE(is_loopback(host)) << host;
  }
  for (const auto* host : {"0.0.0.0", "10.0.0.1", "::", "128.0.0.1", "localhost.example"}) {
    EXPECT_FALSE(is_loopback(host)) << host;
  }
}

}  // namespace
}  // namespace misproxy
