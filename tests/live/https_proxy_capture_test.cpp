// What a capture of `serve` shows of a proxy behind TLS, with its keys.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "support/talks.hpp"

namespace misproxy::test {
namespace {

constexpr auto kScenario =
    "schema = 1\n[about]\nid = 'x'\ntitle = 't'\nteaches = 'u'\n[proxy]\ntls = true\n"
    "[[origin]]\nhost = 'a.test'\n"
    "[[fault]]\nid = 'f'\nwhen.point = 'request-head'\ndo = {{ {} }}\n";

std::string verdict_with(std::string_view deed) {
  Folder folder;
  Captured captured({folder.write("x.toml", fmt::format(kScenario, deed))});
  const auto& ready = captured.served.ready();
  run({"curl", "-q", "-s", "-m", "3", "-x", ready.proxy_url, "--proxy-cacert", ready.ca, "--cacert",
       ready.ca, "https://a.test/"},
      {"no_proxy=", "NO_PROXY="});
  captured.served.stop();
  const auto told = misproxy({"diagnose", captured.path, "--format", "json"});
  const auto incident = boost::json::parse(told.out).at("incident");
  return std::string(incident.at("id").as_string());
}

TEST(HttpsProxyCapture, NamesAConnectWithoutAnswerByItsEnd) {
  EXPECT_EQ(verdict_with("close = { how = 'fin' }"), "proxy-closed-without-reply");
  EXPECT_EQ(verdict_with("close = { how = 'rst' }"), "proxy-reset-without-reply");
  EXPECT_EQ(verdict_with("stall = {}"), "proxy-connect-stall")
      << "the client's close_notify comes before the proxy's FIN";
  EXPECT_EQ(verdict_with("respond = { status = 403 }"), "proxy-denied");
}

}  // namespace
}  // namespace misproxy::test
