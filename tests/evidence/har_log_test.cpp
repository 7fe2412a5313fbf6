#include "evidence/har_log.hpp"

#include <gtest/gtest.h>

#include <string>

#include "support/judged.hpp"

namespace misproxy::test {
namespace {

using diagnose::Confidence;

/// An entry of a HAR, with secrets where a browser saves them.
std::string entry(const std::string& url, const std::string& response) {
  return R"({"time": 403.5, "request": {"method": "GET", "url": ")" + url +
         R"(", "headers": [{"name": "Cookie", "value": "sid=topsecret"},
         {"name": "Authorization", "value": "Basic dG9wc2VjcmV0"}]},
         "response": )" +
         response + R"(, "timings": {"send": 0, "wait": 403, "receive": 1}})";
}

std::string har(const std::string& entries) {
  return R"({"log": {"version": "1.2", "creator": {"name": "WebInspector"}, "entries": [)" +
         entries + "]}}\n";
}

std::string status(int code, const std::string& headers = "") {
  return R"({"status": )" + std::to_string(code) + R"(, "statusText": "X", "headers": [)" +
         headers + "]}";
}

std::string error(const std::string& words) {
  return R"({"status": 0, "statusText": "", "headers": [], "_error": ")" + words + "\"}";
}

TEST(HarLog, TellsOfAnswers) {
  const auto squid =
      judged(har(entry("https://b.test/?token=topsecret",
                       status(503, R"({"name": "X-Squid-Error", "value": "ERR_CONNECT_FAIL 111"},
                     {"name": "Set-Cookie", "value": "topsecret"})"))));
  EXPECT_EQ(squid.id, "proxy-error-in-tunnel");
  EXPECT_EQ(squid.headline.find("topsecret"), std::string::npos);
  for (const auto& place : squid.evidence)
    EXPECT_EQ(place.citation().quote.find("topsecret"), std::string::npos);
  EXPECT_EQ(judged(har(entry("http://b.test/", status(407)))).id, "proxy-auth-missing");
  EXPECT_EQ(judged(har(entry("http://b.test/", status(403)))).id, "plain-http-status");
  EXPECT_EQ(judged(har(entry("https://b.test/", status(200)))).id, "healthy");
}

/// That the origin answered, and no proxy that inspects, a HAR does not show.
TEST(HarLog, AStatusInsideTlsIsTheOriginsAsFarAsItShows) {
  const auto found = judged(har(entry("https://b.test/", status(503))));
  EXPECT_EQ(found.id, "origin-status");
  EXPECT_EQ(found.confidence, Confidence::likely);
}

TEST(HarLog, TellsHowRequestsFailed) {
  const auto failed = [](const std::string& words) {
    return std::string(judged(har(entry("https://b.test/", error(words)))).id);
  };
  EXPECT_EQ(failed("net::ERR_NAME_NOT_RESOLVED"), "host-name-unresolved");
  EXPECT_EQ(failed("net::ERR_CERT_AUTHORITY_INVALID"), "tls-untrusted-ca");
  EXPECT_EQ(failed("net::ERR_CERT_COMMON_NAME_INVALID"), "tls-cert-wrong-host");
  EXPECT_EQ(failed("net::ERR_CONTENT_LENGTH_MISMATCH"), "truncated");
  EXPECT_EQ(failed("net::ERR_CONNECTION_TIMED_OUT"), "proxy-syn-unanswered");
  EXPECT_EQ(failed("net::ERR_TUNNEL_CONNECTION_FAILED"), "not-enough-evidence");
}

/// Such as a proxy saves it, misproxy among them.
TEST(HarLog, TellsOfConnects) {
  const auto connect = [](const std::string& response) {
    auto text = entry("b.test:443", response);
    return text.replace(text.find("GET"), 3, "CONNECT");
  };
  EXPECT_EQ(judged(har(connect(status(403)))).id, "proxy-denied");
  EXPECT_EQ(judged(har(connect(status(502)))).id, "proxy-bad-gateway");
  auto rejected = connect(status(407));
  rejected.replace(rejected.find("\"Authorization\""), 15, "\"Proxy-Authorization\"");
  EXPECT_EQ(judged(har(rejected)).id, "proxy-auth-rejected");
  EXPECT_EQ(judged(har(connect(status(407)))).id, "proxy-auth-missing");
  EXPECT_EQ(judged(har(connect(error("Operation timed out")))).id, "proxy-connect-stall");
  const auto tunnel = connect(status(200));
  EXPECT_TRUE(evidence::read_har(har(tunnel), "a.har").at(0).connections.empty())
      << "what went through it is told by itself";
  EXPECT_EQ(judged(har(tunnel + ", " + entry("https://b.test/", status(200)))).id, "healthy");
}

TEST(HarLog, TellsOfAnswersThatWereBrokenOff) {
  const auto cut = [](const std::string& words) {
    auto response = status(200);
    response.insert(response.size() - 1, R"(, "_error": ")" + words + '"');
    return std::string(judged(har(entry("https://b.test/", response))).id);
  };
  EXPECT_EQ(cut("transfer closed with 5 bytes remaining to read"), "truncated");
  EXPECT_EQ(cut("Connection reset by peer"), "reset-mid-transfer");
}

TEST(HarLog, ABrokenOneTellsNothing) {
  EXPECT_TRUE(evidence::read_har(R"({"log": {"entries": [)", "a.har").empty());
  EXPECT_TRUE(evidence::read_har(R"({"log": {"entries": 5}})", "a.har").empty());
  EXPECT_TRUE(evidence::read_har(R"({"log": 5})", "a.har").empty());
}

}  // namespace
}  // namespace misproxy::test
