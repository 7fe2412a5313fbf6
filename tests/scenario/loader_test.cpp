#include "scenario/loader.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "scenario/bundled.hpp"

namespace misproxy {
namespace {

TEST(Loader, ReadsEveryPart) {
  const auto loaded = load_scenario("x.toml", R"(
schema = 1
[about]
id = "all-parts"
title = "t"
teaches = "x"
article = "somewhere"
[network]
client = "10.0.0.1"
proxy = "10.0.0.2:3128"
origin = "192.0.2.7:443"
[proxy]
head_limit_bytes = 1000
head_timeout_ms = 10
idle_timeout_ms = 20
[[origin]]
host = "a.test"
port = 8443
tls = ["1.2"]
alpn = ["http/1.1", "h2"]
session_tickets = 2
[[fault]]
id = "one"
when = { point = "tunnel", direction = "to_client", record = { type = "alert", ordinal = 2 }, chance = 1 }
do.stall = { for_ms = 5 }
[client]
url = "https://a.test:8443/bytes/10"
method = "GET"
max_time_ms = 100
[[expect.curl]]
from = "7.0"
exit = 28
http_connect = 200
http_code = 200
message = "*"
)");
  ASSERT_TRUE(loaded.problems.empty()) << to_text(loaded.problems);
  const auto& s = loaded.scenario;
  EXPECT_EQ(s.about.id, "all-parts");
  EXPECT_EQ(s.network.proxy, "10.0.0.2:3128");
  EXPECT_EQ(s.proxy.head_limit_bytes, 1000);
  EXPECT_EQ(s.proxy.idle_timeout_ms, Milliseconds{20});
  EXPECT_EQ(s.origins.at(0).tls, std::vector<std::string>{"1.2"});
  EXPECT_EQ(s.origins.at(0).alpn, (std::vector<std::string>{"http/1.1", "h2"}));
  EXPECT_EQ(s.origins.at(0).session_tickets, 2);
  EXPECT_EQ(s.faults.at(0).when.record->ordinal, 2);
  EXPECT_EQ(s.faults.at(0).when.chance, 1.0);
  EXPECT_EQ(std::get<Stall>(s.faults.at(0).deed).for_ms, Milliseconds{5});
  EXPECT_EQ(s.client.max_time_ms, Milliseconds{100});
  EXPECT_EQ(s.expect.curl.at(0).exit, 28);
}

/// What a client is told to ask for by default must be there.
TEST(Loader, TheDefaultUrlIsOfAHostThatIsListed) {
  const auto url = [](std::string_view origins, std::string_view rest = "") {
    const auto loaded = load_scenario(
        "x.toml", fmt::format("schema = 1\n[about]\nid = 'x'\ntitle = 't'\nteaches = 'u'\n{}{}",
                              origins, rest));
    EXPECT_TRUE(loaded.problems.empty());
    return loaded.scenario.client.url;
  };
  EXPECT_EQ(url("[[origin]]\nhost = '*.cisco.com'\n"), "https://tools.cisco.com");
  EXPECT_EQ(url("[[origin]]\nhost = '*.test'\n[[origin]]\nhost = 'b.test'\nport = 8443\n"),
            "https://b.test:8443");
  EXPECT_EQ(url("[[origin]]\nhost = 'tools.cisco.com'\nport = 80\ntls = []\n"),
            "http://tools.cisco.com");
  EXPECT_EQ(url("[[origin]]\nhost = '::1'\n"), "https://[::1]");
  EXPECT_EQ(url("[[origin]]\nhost = 'b.test'\n", "[client]\nurl = 'https://c.test'\n"),
            "https://c.test");
}

TEST(Loader, EveryBundledScenarioLoadsUnderItsName) {
  ASSERT_GE(bundled_scenarios().size(), 5U);
  for (const auto& bundled : bundled_scenarios()) {
    const auto loaded = load_scenario(std::string(bundled.path), bundled.text);
    EXPECT_TRUE(loaded.problems.empty()) << to_text(loaded.problems);
    EXPECT_EQ(loaded.scenario.about.id, bundled.id());
    const auto& expect = loaded.scenario.expect;  // the built-in client may be at home in no world
    EXPECT_TRUE(expect.client || !expect.curl.empty()) << bundled.path;
  }
}

}  // namespace
}  // namespace misproxy
