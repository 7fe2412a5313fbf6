#include <gtest/gtest.h>

#include <fmt/format.h>

#include "plan/worlds.hpp"
#include "scenario/bundled.hpp"
#include "scenario/loader.hpp"

namespace misproxy {
namespace {

constexpr auto kHead =
    "schema = 1\n[about]\nid = 'x'\ntitle = 't'\nteaches = 'u'\n[[origin]]\nhost = 'a.test'\n";

LoadedScenario with_respond(std::string_view keys) {
  return load_scenario("x.toml", fmt::format("{}[[fault]]\nid = 'f'\nwhen.point = 'reply'\n"
                                             "do.respond = {{ {} }}\n",
                                             kHead, keys));
}

TEST(Warnings, AStatusWithoutTheHeaderThatItDemands) {
  const std::vector<std::pair<std::string, std::string>> cases{{"101", "Upgrade"},
                                                               {"401", "WWW-Authenticate"},
                                                               {"405", "Allow"},
                                                               {"407", "Proxy-Authenticate"},
                                                               {"426", "Upgrade"}};
  for (const auto& [status, header] : cases) {
    const auto bare = with_respond(fmt::format("status = {}", status));
    EXPECT_TRUE(bare.problems.empty()) << to_text(bare.problems);
    ASSERT_EQ(bare.warnings.size(), 1U) << status;
    EXPECT_EQ(bare.warnings.front().line, 11U);
    EXPECT_NE(bare.warnings.front().message.find(header), std::string::npos)
        << bare.warnings.front().message;
    const auto whole =
        with_respond(fmt::format("status = {}, headers = ['{}: x']", status, header));
    EXPECT_TRUE(whole.warnings.empty()) << to_text(whole.warnings);
  }
  EXPECT_TRUE(with_respond("status = 403").warnings.empty());
}

TEST(Warnings, StandAsTheyAreInARawAnswerToo) {
  const auto bare = with_respond(R"(raw = "HTTP/1.1 407 No\r\nX: y\r\n\r\nProxy-Authenticate: z")");
  ASSERT_EQ(bare.warnings.size(), 1U);
  EXPECT_EQ(to_text(bare.warnings.front()).rfind("x.toml:11:16: warning: `raw`: a 407 without", 0),
            0U)
      << to_text(bare.warnings);
  EXPECT_TRUE(with_respond(R"(raw = "HTTP/1.0 407 No\r\nproxy-authenticate: Basic\r\n\r\n")")
                  .warnings.empty());
  EXPECT_TRUE(with_respond("raw = 'nonsense'").warnings.empty());
}

TEST(Warnings, AreNotSaidBesideAMistake) {
  const auto wrong = with_respond("status = 407, headers = 'x'");
  EXPECT_EQ(wrong.problems.size(), 1U);
  EXPECT_TRUE(wrong.warnings.empty());
}

TEST(Warnings, NoBundledScenarioHasAny) {
  for (const auto& bundled : bundled_scenarios()) {
    const auto loaded = load_scenario(std::string(bundled.path), bundled.text);
    EXPECT_TRUE(loaded.warnings.empty()) << to_text(loaded.warnings);
  }
}

TEST(Respond, TakesTheReasonFromTheRegistryWhereItIsAbsent) {
  const auto wire = [](std::string_view keys) {
    const auto loaded = with_respond(keys);
    return std::get<Respond>(loaded.scenario.faults.at(0).deed).answer.wire(true, true);
  };
  EXPECT_EQ(wire("status = 401").rfind("HTTP/1.1 401 Unauthorized\r\n", 0), 0U);
  EXPECT_EQ(wire("status = 451").rfind("HTTP/1.1 451 Unavailable For Legal Reasons\r\n", 0), 0U);
  EXPECT_EQ(wire("status = 401, reason = ''").rfind("HTTP/1.1 401 \r\n", 0), 0U);
  EXPECT_EQ(wire("status = 401, reason = 'No'").rfind("HTTP/1.1 401 No\r\n", 0), 0U);
  EXPECT_EQ(wire("status = 599").rfind("HTTP/1.1 599 \r\n", 0), 0U);
}

TEST(Ids, BeginWithNoDash) {
  EXPECT_FALSE(About::is_id("-x"));
  EXPECT_FALSE(About::is_id("-"));
  EXPECT_TRUE(About::is_id("x-"));
  const auto loaded = load_scenario(
      "x.toml", std::string(kHead) + "[[fault]]\nid = '-f'\nwhen.point = 'reply'\ndo.stall = {}\n");
  EXPECT_EQ(loaded.problems.size(), 1U) << to_text(loaded.problems);
}

TEST(Worlds, LiveSaysWhichLinksItDoesNotHeed) {
  const auto unheeded = [](std::string_view network) {
    const auto loaded = load_scenario("x.toml", fmt::format("{}[network]\n{}\n", kHead, network));
    EXPECT_TRUE(loaded.problems.empty()) << to_text(loaded.problems);
    return unheeded_live(loaded.scenario).value_or("");
  };
  EXPECT_EQ(unheeded(""), "");
  EXPECT_EQ(unheeded("client = '10.0.0.9'"), "");
  const auto rate = unheeded("client_link.rate_bytes_per_s = 1234");
  EXPECT_NE(rate.find("`client_link.rate_bytes_per_s` has no effect"), std::string::npos) << rate;
  const auto both = unheeded("proxy_link.delay_us = 7\norigin_link.delay_us = 7");
  EXPECT_NE(both.find("`proxy_link.delay_us`, `origin_link.delay_us` have no effect"),
            std::string::npos)
      << both;
}

TEST(Warnings, NameOriginsThatNobodyMeetsAndTlsWherePlainHttpIsAsked) {
  const auto loaded = load_scenario("x.toml",
                                    "schema = 1\n[about]\nid = 'x'\ntitle = 't'\nteaches = 'u'\n"
                                    "[[origin]]\nhost = '*.test'\n"
                                    "[[origin]]\nhost = 'a.test'\n"
                                    "[[origin]]\nhost = 'b.test'\nport = 80\n"
                                    "[[origin]]\nhost = 'c.test'\nport = 80\ntls = []\n");
  EXPECT_TRUE(loaded.problems.empty());
  ASSERT_EQ(loaded.warnings.size(), 2U) << to_text(loaded.warnings);
  const auto said = to_text(loaded.warnings);
  EXPECT_NE(
      said.find("x.toml:9:1: warning: `a.test` is never asked for at port 443: `*.test` (line 7)"),
      std::string::npos)
      << said;
  EXPECT_NE(said.find("x.toml:12:1: warning: an origin at port 80 that speaks TLS"),
            std::string::npos)
      << said;
}

}  // namespace
}  // namespace misproxy
