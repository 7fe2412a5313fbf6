#include "evidence/told_server.hpp"

#include <gtest/gtest.h>

namespace misproxy::evidence {
namespace {

TEST(ToldServer, IsWhomTheClientWasConnectingTo) {
  const auto told = [](std::string_view line) {
    const auto server = server_told(line);
    return server ? server->first + " " + std::to_string(server->second) : "none";
  };
  EXPECT_EQ(told("dial tcp 10.1.1.1:3128: connect: connection refused"), "10.1.1.1 3128");
  EXPECT_EQ(told("dial tcp [2001:db8::1]:3128: i/o timeout"), "2001:db8::1 3128");
  EXPECT_EQ(told("read tcp 10.0.0.5:51022->10.1.1.1:3128: read: connection reset by peer"),
            "10.1.1.1 3128");
  EXPECT_EQ(told("Failed to connect to gw.a.test port 3128 after 3 ms"), "gw.a.test 3128");
  EXPECT_EQ(told("'Connection to 10.1.1.1 timed out. (connect timeout=5)'"), "10.1.1.1 0");
  EXPECT_EQ(told("connect ECONNREFUSED 10.1.1.1:3128"), "10.1.1.1 3128");
  EXPECT_EQ(told("Unable to connect to the remote server"), "none");
  EXPECT_EQ(told("dial tcp: lookup gw.a.test: no such host"), "none");
}

TEST(ToldServer, ANameWithoutAnAddress) {
  EXPECT_EQ(unresolved_name("dial tcp: lookup gw.a.test on 10.0.0.1:53: no such host"),
            "gw.a.test");
  EXPECT_EQ(unresolved_name("getaddrinfo ENOTFOUND gw.a.test"), "gw.a.test");
  EXPECT_EQ(unresolved_name("java.net.UnknownHostException: gw.a.test"), "gw.a.test");
  EXPECT_EQ(unresolved_name("Name or service not known"), "");
}

TEST(ToldServer, TheWordProxyInANameProvesNothing) {
  EXPECT_TRUE(says_proxy("Cannot connect to proxy."));
  EXPECT_TRUE(says_proxy("ProxyError('Unable to connect')"));
  EXPECT_TRUE(says_proxy("proxyconnect tcp: dial tcp"));
  EXPECT_TRUE(says_proxy("Could not resolve proxy: gw.a.test"));
  for (const auto* line : {"connect to proxy.a.test port 443", "my-proxy01:443: refused",
                           "open /etc/proxy/conf", "http_proxy is unset", "no word of it"})
    EXPECT_FALSE(says_proxy(line)) << line;
}

}  // namespace
}  // namespace misproxy::evidence
