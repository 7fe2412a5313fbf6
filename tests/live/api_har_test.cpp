// The HAR of what a proxy has seen.

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <boost/json.hpp>

#include "support/api.hpp"
#include "support/served.hpp"

namespace misproxy::test {
namespace {

namespace json = boost::json;

using ::testing::HasSubstr;
using ::testing::Not;

/// By the validator that npm has for HAR 1.2; empty where it is right.
std::string har_mistakes(const std::string& path) {
  const auto validator = npm_program("har-validator@5.1.5", "har-validator");
  constexpr auto kCheck =
      "const [, validator, har] = process.argv;"
      "require(validator).har(JSON.parse(require('fs').readFileSync(har)))"
      ".catch((error) => { console.error(JSON.stringify(error.errors ?? error)); "
      "process.exit(1); });";
  const auto checked = run({"node", "-e", kCheck, validator, path});
  return checked.code == 0 ? "" : checked.err + "?";
}

struct HarCase {
  const char* scenario;
  const char* target;
  const char* verdict;
};

void PrintTo(const HarCase& each, std::ostream* out) { *out << each.scenario; }

class ServeApiHar : public testing::TestWithParam<HarCase> {};

TEST_P(ServeApiHar, IsOneAndIsDiagnosedAsTheCaptureIs) {
  const auto& [scenario, target, verdict] = GetParam();
  Folder folder;
  Api api;
  const auto proxy = api.make(fmt::format(R"({{"scenario": "{}"}})", scenario));
  api.fetch(proxy, target,
            {"-b", "sid=topsecret", "-u", "alice:topsecret", "-U", "alice:topsecret", "-m", "5"});
  const auto path = fmt::format("/proxies/{}/", scenario);
  api.post(path + "wait-for", R"({"event": "closed"})");
  EXPECT_EQ(api.get(path + "verdict").text_of_member("id"), verdict);
  const auto har = api.get(path + "har");
  EXPECT_EQ(har.status, 200);
  EXPECT_FALSE(har.object().at("log").at("entries").as_array().empty());
  EXPECT_THAT(har.body, Not(HasSubstr("topsecret")));
  EXPECT_THAT(har.body, Not(HasSubstr("YWxpY2U6dG9wc2VjcmV0"))) << "alice:topsecret";
  const auto file = folder.write("proxy.har", har.body);
  EXPECT_EQ(har_mistakes(file), "");
  EXPECT_THAT(misproxy({"diagnose", file}).out, HasSubstr(fmt::format("[{}]", verdict)));
  api.stop();
}

INSTANTIATE_TEST_SUITE_P(
    Scenarios, ServeApiHar,
    testing::Values(
        HarCase{"allow", "https://tools.cisco.com/healthcheck", "healthy"},
        HarCase{"acl-deny-403", "https://tools.cisco.com/", "proxy-denied"},
        HarCase{"bad-gateway-502", "https://tools.cisco.com/", "proxy-bad-gateway"},
        HarCase{"wrong-password", "https://tools.cisco.com/", "proxy-auth-rejected"},
        HarCase{"truncated-download", "https://support.sourcefire.com/bytes/300000", "truncated"},
        HarCase{"reset-mid-download", "https://support.sourcefire.com/bytes/300000",
                "reset-mid-transfer"},
        HarCase{"inspection-untrusted", "https://tools.cisco.com/", "tls-untrusted-ca"}),
    [](const auto& each) { return test_name(each.param.scenario); });

/// Each request with what it was answered, the CONNECT first.
TEST(ServeApi, AHarHasWhatWasAskedInsideTls) {
  Api api;
  const auto proxy = api.make(R"({"scenario": "allow"})");
  EXPECT_EQ(api.fetch(proxy).code, 0);
  api.post("/proxies/allow/wait-for", R"({"event": "closed"})");
  const auto har = api.get("/proxies/allow/har").object();
  const auto& entries = har.at("log").at("entries").as_array();
  ASSERT_EQ(entries.size(), 2U);
  EXPECT_EQ(entries.at(0).at("request").at("method"), "CONNECT");
  EXPECT_EQ(entries.at(0).at("request").at("url"), "tools.cisco.com:443");
  EXPECT_EQ(entries.at(1).at("request").at("url"), "https://tools.cisco.com/healthcheck");
  EXPECT_EQ(entries.at(1).at("response").at("status"), 200);
  EXPECT_EQ(entries.at(1).at("response").at("content").at("size"), 8);
  EXPECT_FALSE(entries.at(1).at("response").at("headers").as_array().empty());
  api.stop();
}

}  // namespace
}  // namespace misproxy::test
