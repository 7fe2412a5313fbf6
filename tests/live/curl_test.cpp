#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "core/glob.hpp"
#include "runner/run.hpp"
#include "support/served.hpp"

namespace misproxy::test {
namespace {

/// What this machine's curl must report, by its version.
const CurlExpectation& expectation(const Scenario& scenario) {
  const auto& all = scenario.expect.curl;
  const auto found =
      std::find_if(all.begin(), all.end(), [](const auto& e) { return e.covers(curl_version()); });
  if (found == all.end()) throw std::runtime_error("no expectation covers curl " + curl_version());
  return *found;
}

std::vector<std::string> injected_faults(const std::vector<TraceLine>& trace) {
  std::vector<std::string> ids;
  for (const auto& line : trace) {
    if (line.event.cause == Cause::injected) ids.push_back(line.event.fault);
  }
  return ids;
}

/// Real curl against each scenario: exit code, both status codes and message, as the scenario says,
/// and the injected fault in the trace.
class RealCurl : public testing::TestWithParam<std::string> {};

TEST_P(RealCurl, ReportsWhatTheScenarioSays) {
  const auto scenario = bundled_scenario(GetParam());
  const auto& expected = expectation(scenario);
  Served served({GetParam()});
  const auto result = curl(curl_arguments(served.ready(), scenario.client), scenario.client);
  EXPECT_EQ(result.exit, expected.exit) << result.message;
  EXPECT_EQ(result.http_connect, expected.http_connect);
  EXPECT_EQ(result.http_code, expected.http_code);
  EXPECT_TRUE(glob_matches(expected.message.value_or("*"), result.message)) << result.message;
  served.stop();
  RunResult compared;  // which faults acted, and which had to
  compare_trace(scenario, served.trace(), false, compared);
  EXPECT_THAT(compared.mismatches, testing::IsEmpty());
  EXPECT_EQ(injected_faults(served.trace()).empty(), compared.fired.empty());
}

INSTANTIATE_TEST_SUITE_P(Scenarios, RealCurl, testing::ValuesIn(bundled_ids()),
                         [](const auto& test) { return test_name(test.param); });

/// The same by number, so that a scenario file changed by mistake is noticed. curl 7.87 to 8.19.
TEST(RealCurl, TheArticlesTableHolds) {
  const auto code = [](const char* id) { return std::pair(bundled_scenario(id).expect.curl, id); };
  const auto at = [&](const char* id, const char* version) {
    for (const auto& e : code(id).first) {
      if (e.covers(version)) return fmt::format("{}/{}/{}", e.exit, e.http_connect, e.http_code);
    }
    return std::string("none");
  };
  EXPECT_EQ(at("allow", "7.88.1"), "0/200/302");
  EXPECT_EQ(at("acl-deny-403", "7.81.0"), "56/403/0");
  EXPECT_EQ(at("acl-deny-403", "7.88.1"), "56/403/0");
  EXPECT_EQ(at("acl-deny-403", "8.21.0"), "7/403/0");
  EXPECT_EQ(at("bad-gateway-502", "8.14.1"), "56/502/0");
  EXPECT_EQ(at("bad-gateway-502", "8.20.0"), "7/502/0");
  EXPECT_EQ(at("stall-after-tls", "8.21.0"), "28/200/0");
  EXPECT_EQ(at("reset-on-large-segment", "7.88.1"), "56/200/0");
  EXPECT_EQ(at("reset-on-large-segment", "8.14.1"), "35/200/0");
}

TEST(RealCurl, TheArticlesCheckShowsBothAnswers) {
  Served served({"allow"}, {"--exit-after", "1"});
  const auto client = bundled_scenario("allow").client;
  auto arguments = curl_arguments(served.ready(), client);
  arguments.emplace_back("--http1.1");  // as the article's curl speaks; today's would take HTTP/2
  const auto result = curl(arguments, client);
  EXPECT_NE(result.out.find("HTTP/1.1 200 Connection established\r\n"), std::string::npos);
  EXPECT_NE(result.out.find("HTTP/1.1 302 Found\r\n"), std::string::npos);
  EXPECT_NE(result.out.find("Location: https://tools.cisco.com/healthcheck\r\n"),
            std::string::npos);
  served.wait();
}

TEST(RealCurl, FollowsTheRedirect) {
  Served served({"allow"});
  auto client = bundled_scenario("allow").client;
  client.method = ClientSettings::Method::get;
  auto arguments = curl_arguments(served.ready(), client);
  arguments.emplace_back("-L");
  const auto result = curl(arguments, client);
  EXPECT_EQ(result.exit, 0) << result.message;
  EXPECT_EQ(result.http_code, 200);
  EXPECT_NE(result.out.find("healthy"), std::string::npos);
  served.stop();
}

TEST(RealCurl, SpeaksTls12AndTls13) {
  Served served({"allow"});
  const auto client = bundled_scenario("allow").client;
  for (const auto* versions : {"--tls-max 1.2", "--tlsv1.3"}) {
    auto arguments = curl_arguments(served.ready(), client);
    std::istringstream words(versions);
    for (std::string word; words >> word;)
      arguments.push_back(word);
    EXPECT_EQ(curl(arguments, client).exit, 0) << versions;
  }
  served.stop();
  std::vector<std::string> spoken;
  for (const auto& line : served.trace()) {
    if (line.event.name == "tls-handshake")
      spoken.push_back(std::get<std::string>(*line.find("version")));
  }
  EXPECT_EQ(spoken, (std::vector<std::string>{"TLSv1.2", "TLSv1.3"}));
}

TEST(RealCurl, RefusesTheCertificateWithoutTheCa) {
  Served served({"allow"});
  const auto client = bundled_scenario("allow").client;
  auto ready = served.ready();
  ready.ca = "/etc/ssl/certs/ca-certificates.crt";
  EXPECT_EQ(curl({"curl", "-q", "-sS", "-x", ready.proxy_url, "-I", client.url}, client).exit, 60);
  served.stop();
  const auto trace = served.trace();
  EXPECT_TRUE(std::any_of(trace.begin(), trace.end(),
                          [](const auto& line) { return line.event.name == "tls-failed"; }));
}

TEST(RealCurl, HostsThatNoOriginNamesGet403) {
  Served served({"allow"});
  auto client = bundled_scenario("allow").client;
  client.url = "https://elsewhere.example/";
  const auto result = curl(curl_arguments(served.ready(), client), client);
  EXPECT_EQ(result.http_connect, 403);
  served.stop();
  EXPECT_TRUE(injected_faults(served.trace()).empty()) << "nobody injected this";
}

TEST(RealCurl, MeetsTheRstInManySmallRecordsToo) {
  // Chunks of 100 bytes make small records; their flight is over the limit all the same.
  Served served({"reset-on-large-segment"}, {"--exit-after", "1"});
  auto client = bundled_scenario("reset-on-large-segment").client;
  client.body_bytes = 0;
  client.url = "https://tools.cisco.com/healthcheck";
  client.method = ClientSettings::Method::get;
  auto arguments = curl_arguments(served.ready(), client);
  arguments.insert(arguments.end(), {"-H", "X-Long: " + std::string(1200, 'x')});
  EXPECT_EQ(curl(arguments, client).exit,
            expectation(bundled_scenario("reset-on-large-segment")).exit);
  served.wait();
  EXPECT_EQ(injected_faults(served.trace()), (std::vector<std::string>{"large-flight"}));
}

TEST(RealCurl, SmallRequestsPassTheSizeThatResets) {
  Served served({"reset-on-large-segment"});
  auto client = bundled_scenario("allow").client;
  EXPECT_EQ(curl(curl_arguments(served.ready(), client), client).exit,
            expectation(bundled_scenario("reset-on-large-segment")).exit == 35 ? 35 : 0);
  served.stop();
}

}  // namespace
}  // namespace misproxy::test
