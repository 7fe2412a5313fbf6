#include "capture/har.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>

namespace misproxy {
namespace {

namespace json = boost::json;

HarEntry good() {
  HarEntry entry;
  entry.started = "2024-01-31T10:20:58.987Z";
  entry.timings = {-1, -1, 20, 12.5, 0, 30, 4};
  entry.request = {"GET", "https://tools.cisco.com/a?x=1&y&=z#f", "HTTP/1.1", {{"Host", "h"}}, 40,
                   0};
  entry.response = {302,        "Found",
                    "HTTP/1.1", {{"location", "/healthcheck"}, {"Content-Type", "text/plain"}},
                    60,         5};
  entry.server_address = "72.163.4.161";
  entry.connection = "1";
  return entry;
}

json::object log_of(const std::vector<HarEntry>& entries) {
  return json::parse(har_text({"misproxy", "0.1"}, entries)).at("log").as_object();
}

TEST(Har, HasAllThatHar12Requires) {
  const auto log = log_of({good(), HarEntry{}});
  EXPECT_EQ(log.at("version"), "1.2");
  EXPECT_EQ(log.at("creator").at("name"), "misproxy");
  EXPECT_EQ(log.at("creator").at("version"), "0.1");
  ASSERT_EQ(log.at("entries").as_array().size(), 2U);
  for (const auto& entry : log.at("entries").as_array()) {
    for (const auto* key : {"startedDateTime", "time", "request", "response", "cache", "timings"})
      EXPECT_TRUE(entry.as_object().contains(key)) << key;
    for (const auto* key : {"method", "url", "httpVersion", "cookies", "headers", "queryString",
                            "headersSize", "bodySize"})
      EXPECT_TRUE(entry.at("request").as_object().contains(key)) << key;
    for (const auto* key : {"status", "statusText", "httpVersion", "cookies", "headers", "content",
                            "redirectURL", "headersSize", "bodySize"})
      EXPECT_TRUE(entry.at("response").as_object().contains(key)) << key;
    for (const auto* key : {"size", "mimeType"})
      EXPECT_TRUE(entry.at("response").at("content").as_object().contains(key)) << key;
    for (const auto* key : {"send", "wait", "receive"})
      EXPECT_GE(entry.at("timings").at(key).to_number<double>(), 0) << key;
  }
}

TEST(Har, FillsInWhatFollowsFromTheRest) {
  const auto log = log_of({good()});
  const auto& entry = log.at("entries").at(0);
  EXPECT_EQ(entry.at("time"), 54) << "TLS is a part of the connect";
  EXPECT_EQ(entry.at("timings").at("ssl"), 12.5);
  EXPECT_EQ(entry.at("timings").at("dns"), -1);
  EXPECT_EQ(entry.at("response").at("redirectURL"), "/healthcheck");
  EXPECT_EQ(entry.at("response").at("content").at("mimeType"), "text/plain");
  EXPECT_EQ(json::serialize(entry.at("request").at("queryString")),
            R"([{"name":"x","value":"1"},{"name":"y","value":""},{"name":"","value":"z"}])");
  EXPECT_FALSE(entry.as_object().contains("comment"));
}

TEST(Har, TellsAFailureAndSurvivesAnyBytes) {
  auto failed = good();
  failed.response = {};
  failed.error = "net::ERR_TUNNEL_CONNECTION_FAILED";
  failed.comment = "after 403";
  failed.request.headers = {{"X-Odd", "a\xff\"\n"}};
  const auto log = log_of({failed});
  const auto& entry = log.at("entries").at(0);
  EXPECT_EQ(entry.at("response").at("status"), 0);
  EXPECT_EQ(entry.at("response").at("_error"), "net::ERR_TUNNEL_CONNECTION_FAILED");
  EXPECT_EQ(entry.at("comment"), "after 403");
  EXPECT_EQ(entry.at("request").at("headers").at(0).at("value"), "a\\xff\"\n");
  EXPECT_EQ(har_text({}, {failed}), har_text({}, {failed}));
}

}  // namespace
}  // namespace misproxy
