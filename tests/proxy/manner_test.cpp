#include "proxy/manner.hpp"

#include <gmock/gmock.h>

namespace misproxy {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;
using Manner = ProxySettings::Manner;
using Why = Failed::Why;

std::string said(Manner manner, const Failed& failed) {
  return unreachable_answer(manner, failed, "a.test:443").wire(true, true);
}

TEST(Manner, ThePlainProxySaysWhyInItsProxyStatus) {
  const std::vector<std::pair<Why, std::string>> all{
      {Why::unresolved, "502 Bad Gateway\r\nProxy-Status: misproxy; error=dns_error"},
      {Why::refused, "502 Bad Gateway\r\nProxy-Status: misproxy; error=connection_refused"},
      {Why::unreachable,
       "502 Bad Gateway\r\nProxy-Status: misproxy; error=destination_ip_unroutable"},
      {Why::timeout, "504 Gateway Timeout\r\nProxy-Status: misproxy; error=connection_timeout"},
      {Why::reset, "502 Bad Gateway\r\nProxy-Status: misproxy; error=connection_terminated"},
      {Why::garbage, "502 Bad Gateway\r\nProxy-Status: misproxy; error=http_protocol_error"},
      {Why::prohibited,
       "502 Bad Gateway\r\nProxy-Status: misproxy; error=destination_ip_prohibited"},
      {Why::exhausted,
       "503 Service Unavailable\r\nProxy-Status: misproxy; error=connection_limit_reached"},
  };
  for (const auto& [why, begin] : all)
    EXPECT_THAT(said(Manner::rfc, {why}), StartsWith("HTTP/1.1 " + begin));
  EXPECT_THAT(said(Manner::rfc, {Why::prohibited, "10.0.0.1 is private"}),
              HasSubstr("not one to connect to: 10.0.0.1 is private\""));
}

TEST(Manner, ThoseOfRealProxies) {
  EXPECT_THAT(said(Manner::squid, {Why::prohibited}), StartsWith("HTTP/1.1 403 Forbidden\r\n"));
  EXPECT_THAT(said(Manner::squid, {Why::unreachable}), HasSubstr("ERR_CONNECT_FAIL 113\r\n"));
  EXPECT_THAT(said(Manner::squid, {Why::garbage}), StartsWith("HTTP/1.1 502 Bad Gateway\r\n"));
  EXPECT_THAT(said(Manner::tinyproxy, {Why::prohibited}),
              StartsWith("HTTP/1.0 403 Access denied\r\n"));
  EXPECT_THAT(said(Manner::tinyproxy, {Why::garbage}),
              StartsWith("HTTP/1.0 500 Unable to connect\r\n"));
}

/// Whatever its manner, a proxy does not speak for its parent.
TEST(Manner, WhatAParentSaysIsPassedOn) {
  const Failed no{Why::declined, "", 407, "HTTP/1.1 407 No\r\n\r\nbody"};
  for (const auto manner : {Manner::rfc, Manner::squid, Manner::tinyproxy}) {
    EXPECT_EQ(said(manner, no), no.reply);
    EXPECT_EQ(unreachable_answer(manner, no, "a.test:443").status, 407);
  }
}

}  // namespace
}  // namespace misproxy
