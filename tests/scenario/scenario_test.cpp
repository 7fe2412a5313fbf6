#include "scenario/scenario.hpp"

#include <gtest/gtest.h>

namespace misproxy {
namespace {

TEST(CurlExpectation, CoversVersionsByNumberNotByText) {
  CurlExpectation expected;
  expected.from = "7.87";
  expected.below = "8.20";
  EXPECT_TRUE(expected.covers("7.87.0"));
  EXPECT_TRUE(expected.covers("8.9.1"));
  EXPECT_TRUE(expected.covers("8.19.0-DEV"));
  EXPECT_FALSE(expected.covers("8.20.0"));
  EXPECT_FALSE(expected.covers("7.9.1"));
  EXPECT_FALSE(expected.covers("curl"));
}

TEST(Answer, WritesWhatHttpAsks) {
  Answer deed;
  deed.reason = "";
  deed.status = 204;
  EXPECT_EQ(deed.wire(true, true), "HTTP/1.1 204 \r\n\r\n");
  deed.status = 200;
  EXPECT_EQ(deed.wire(true, true), "HTTP/1.1 200 \r\n\r\n") << "no length in a 2xx to CONNECT";
  EXPECT_EQ(deed.wire(false, true), "HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n");
  deed.status = 407;
  deed.headers = {"content-length: 100"};
  deed.body = "short";
  EXPECT_EQ(deed.wire(true, true), "HTTP/1.1 407 \r\ncontent-length: 100\r\n\r\nshort")
      << "a lie stays";
}

TEST(Answer, KnowsWhenItEndsTheConnection) {
  Answer deed;
  deed.status = 403;
  EXPECT_FALSE(deed.ends_connection());
  deed.headers = {"connection:Close"};
  EXPECT_TRUE(deed.ends_connection());
  deed.headers = {"Proxy-Connection: close"};
  EXPECT_TRUE(deed.ends_connection());
  deed.headers = {"X-Connection-Note: close"};
  EXPECT_FALSE(deed.ends_connection());
  deed.headers.clear();
  deed.version = "1.0";
  EXPECT_TRUE(deed.ends_connection());
  deed.headers = {"Connection: keep-alive"};
  EXPECT_FALSE(deed.ends_connection());
}

TEST(Settings, KnowWhatIsValid) {
  using Names = std::vector<std::string>;
  for (const auto& good : {Names{"h2"}, Names{"http/1.1"}, Names{"h2", "http/1.1"}})
    EXPECT_TRUE(OriginSettings::are_protocols(good));
  for (const auto& bad : {Names{}, Names{"h3"}, Names{"h2", "h2"}, Names{"h2", "http/1.1", "h2"}})
    EXPECT_FALSE(OriginSettings::are_protocols(bad));

  EXPECT_TRUE(OriginSettings::is_host_or_glob("*.cisco.com"));
  EXPECT_TRUE(OriginSettings::is_host_or_glob("72.163.4.161"));
  EXPECT_FALSE(OriginSettings::is_host_or_glob("a b"));
  EXPECT_FALSE(OriginSettings::is_host_or_glob(""));
  EXPECT_TRUE(ClientSettings::is_url("https://a.test:8443/x?y=1"));
  EXPECT_TRUE(ClientSettings::is_url("http://a.test"));
  for (const auto* url : {"ftp://a.test", "https://", "http:///x", "https://a b/",
                          "https://a.test/'x'", "a.test", "://a.test"}) {
    EXPECT_FALSE(ClientSettings::is_url(url)) << url;
  }
  EXPECT_TRUE(Network::is_ipv4_and_port("10.10.10.1:80"));
  EXPECT_FALSE(Network::is_ipv4_and_port("[2001:db8::1]:80"));
  EXPECT_FALSE(Network::is_ipv4_and_port("proxy.test:80"));
  EXPECT_TRUE(Network::are_parties({"client", "proxy", "origin"}));
  EXPECT_FALSE(Network::are_parties({"router"}));
}

}  // namespace
}  // namespace misproxy
