#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>

#include "plan/worlds.hpp"
#include "runner/live_runner.hpp"
#include "scenario/bundled.hpp"
#include "scenario/loader.hpp"
#include "support/both_worlds.hpp"

namespace misproxy {
namespace {

Scenario scenario_of(std::string_view text) {
  auto loaded = load_scenario("worlds_test", text);
  EXPECT_TRUE(loaded.problems.empty());
  return std::move(loaded.scenario);
}

/// One attempt of those that wait for a limit: three of them take their time.
Scenario made_short(Scenario scenario) {
  const auto limit = scenario.client.max_time_ms.value_or(Milliseconds{0});
  if (limit * scenario.client.attempts > std::chrono::seconds{5}) scenario.client.attempts = 1;
  scenario.expect = {};
  return scenario;
}

std::vector<BundledScenario> for_live() {
  std::vector<BundledScenario> chosen;
  for (const auto& bundled : bundled_scenarios()) {
    const auto loaded = load_scenario(std::string(bundled.path), bundled.text);
    if (loaded.problems.empty() && !why_not_live(loaded.scenario)) chosen.push_back(bundled);
  }
  return chosen;
}

class Worlds : public testing::TestWithParam<BundledScenario> {};

TEST_P(Worlds, TellTheSameOfABundledScenario) {
  const auto scenario = made_short(scenario_of(GetParam().text));
  if (const auto why = why_not_virtual(scenario)) GTEST_SKIP() << *why;
  test::expect_equal_in_both(scenario);
}

TEST_P(Worlds, CurlDoesWhatTheScenarioExpects) {
  const Plan plan(scenario_of(GetParam().text), Plan::kDefaultSeed);
  LiveRunner runner(test::test_authority(), std::chrono::seconds{60});
  const auto result = runner.run_curl({&plan, std::nullopt, false});
  ASSERT_TRUE(std::holds_alternative<misproxy::Run>(result)) << std::get<std::string>(result);
  const auto& run = std::get<misproxy::Run>(result);
  EXPECT_TRUE(run.result.ok()) << run.result.mismatches.front() << "\n" << run.log;
  EXPECT_EQ(run.result.client, "curl");
  EXPECT_EQ(run.trace.empty(), !plan.scenario().proxy.listens);  // nobody is there to tell
}

INSTANTIATE_TEST_SUITE_P(Bundled, Worlds, testing::ValuesIn(for_live()), [](const auto& param) {
  std::string name(param.param.id());
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

/// A scenario's `[client]` and faults; about and origin are added.
struct Case {
  std::string_view name;
  std::string_view text;
};

constexpr Case kCases[] = {
    {"resolved", "[network]\nproxy_name = 'proxy.example.com'\n[client]\nmethod = 'GET'\n"},
    {"download", "[client]\nurl = 'https://a.test/bytes/300000'\nmethod = 'GET'\n"},
    {"upload", "[client]\nurl = 'https://a.test/upload'\nmethod = 'POST'\nbody_bytes = 700000\n"},
    {"asks_again",
     "[client]\nmethod = 'GET'\nurl = 'https://a.test/bytes/5'\nagain_after_ms = 50\n"},
    {"accept_rst", "[[fault]]\nid = 'f'\nwhen.point = 'accept'\ndo.close.how = 'rst'\n"},
    {"accept_fin", "[[fault]]\nid = 'f'\nwhen.point = 'accept'\ndo.close.how = 'fin'\n"},
    {"head_fin", "[[fault]]\nid = 'f'\nwhen.point = 'request-head'\ndo.close.how = 'fin'\n"},
    {"reply_stall",
     "[[fault]]\nid = 'f'\nwhen.point = 'reply'\n[fault.do.stall]\n[client]\nreply_ms = 200\n"},
    {"tunnel_unread",
     "[[fault]]\nid = 'f'\nwhen.point = 'tunnel'\ndo.stall.reads = false\n[client]\ntls_ms = "
     "200\n"},
    {"first_attempt_only",
     "[[fault]]\nid = 'f'\nwhen.point = 'reply'\nwhen.attempt = 1\ndo.close.how = 'rst'\n"
     "[client]\nretry_delay_ms = 20\n"},
    {"body_cut",
     "[[fault]]\nid = 'f'\nwhen.point = 'inner-response'\nwhen.body_offset_bytes = 70000\n"
     "do.close.how = 'no_close_notify'\n[client]\nurl = 'https://a.test/bytes/300000'\n"
     "method = 'GET'\nattempts = 1\n"},
    {"body_reset",
     "[[fault]]\nid = 'f'\nwhen.point = 'inner-response'\nwhen.body_offset_bytes = 70000\n"
     "do.close.how = 'rst'\n[client]\nurl = 'https://a.test/bytes/300000'\nmethod = 'GET'\n"
     "attempts = 1\n"},
    {"tunnel_offset",
     "[[fault]]\nid = 'f'\nwhen.point = 'tunnel'\nwhen.direction = 'to_client'\n"
     "when.offset_bytes = 300\ndo.close.how = 'fin'\n[client]\nattempts = 1\n"},
    {"basic",
     "[[fault]]\nid = 'f'\nwhen.point = 'request-head'\nwhen.attempt = 1\n"
     "do.respond.status = 407\ndo.respond.headers = ['Proxy-Authenticate: Basic realm=\"a\"']\n"
     "[client]\nproxy_auth = 'any'\nproxy_user = 'u'\nproxy_password = 'p'\n"},
    {"asks_and_lies",
     "[proxy.auth]\nafter_407 = 'lies'\nuser = [{ name = 'u', password = 'p' }]\n"
     "[client]\nproxy_auth = 'digest'\nproxy_user = 'u'\nproxy_password = 'p'\nattempts = 1\n"},
    {"asks_with_a_nonce_for_one_connection",
     "[proxy.auth]\nafter_407 = 'close'\nmistakes = ['nonce-bound-to-connection']\n"
     "user = [{ name = 'u', password = 'p' }]\n"
     "[client]\nproxy_auth = 'digest'\nproxy_user = 'u'\nproxy_password = 'p'\n"},
    {"asks_and_the_next_attempt_knows_the_nonce",
     "[proxy.auth]\nuser = [{ name = 'u', password = 'p' }]\n"
     "[[fault]]\nid = 'f'\nwhen.point = 'auth'\nwhen.attempt = 1\n"
     "do.respond.status = 503\n"
     "[client]\nproxy_auth = 'digest'\nproxy_user = 'u'\nproxy_password = 'p'\n"},
    {"basic_closing",
     "[[fault]]\nid = 'f'\nwhen.point = 'request-head'\nwhen.attempt = 1\n"
     "do.respond.status = 407\ndo.respond.headers = ['Proxy-Authenticate: Basic realm=\"a\"', "
     "'Connection: close']\n"
     "[client]\nproxy_auth = 'any'\nproxy_user = 'u'\nproxy_password = 'p'\n"},
};

class WorldsOf : public testing::TestWithParam<Case> {};

TEST_P(WorldsOf, TellTheSame) {
  std::string text(GetParam().text);
  const bool names_client = text.find("[client]") != std::string::npos;
  if (!names_client) text += "[client]\nretry_delay_ms = 20\n";
  if (text.find("url = ") == std::string::npos) text += "url = 'https://a.test/'\n";
  text =
      "schema = 1\n[about]\nid = 'case'\ntitle = 't'\nteaches = 't'\n[[origin]]\nhost = "
      "'a.test'\n" +
      text;
  test::expect_equal_in_both(scenario_of(text));
}

INSTANTIATE_TEST_SUITE_P(Cases, WorldsOf, testing::ValuesIn(kCases),
                         [](const auto& param) { return std::string(param.param.name); });

TEST(WhyNotLive, NamesWhatNeedsPackets) {
  auto scenario = scenario_of(bundled_scenarios().back().text);  // one of `upstream`
  EXPECT_FALSE(why_not_live(scenario));
  scenario.network.mtu_probing = {"client"};
  const auto& id = scenario.about.id;
  EXPECT_EQ(why_not_live(scenario).value_or(""),
            fmt::format("{0}: `network.mtu_probing` needs packets of its own; the world `virtual` "
                        "can run it: misproxy run {0}",
                        id));
}

TEST(WhyNotVirtual, NamesTheRealUpstream) {
  auto scenario = scenario_of(bundled_scenarios().back().text);
  EXPECT_FALSE(why_not_virtual(scenario));
  scenario.origins.front().host = "a.test";
  scenario.origins.front().upstream.connect_to = "127.0.0.1:8443";
  EXPECT_EQ(
      why_not_virtual(scenario).value_or(""),
      fmt::format("{0}: the [[origin]] `a.test` is a real upstream; the world `live` can lead "
                  "there: misproxy serve {0}",
                  scenario.about.id));
}

}  // namespace
}  // namespace misproxy
