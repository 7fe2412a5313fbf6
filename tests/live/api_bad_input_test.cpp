// What nobody should send to the API, or leave there.

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <boost/json.hpp>

#include "support/api.hpp"
#include "support/served.hpp"
#include "support/socket.hpp"

namespace misproxy::test {
namespace {

namespace json = boost::json;

using ::testing::HasSubstr;

/// One who never reads keeps nothing but its place.
TEST(ServeApi, AReaderThatNeverReadsDisturbsNobody) {
  Api api;
  const auto proxy = api.make(R"({"scenario": "allow"})");
  Socket deaf(api.port());
  deaf.send(
      "GET /proxies/allow/events HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n\r\n");
  const auto url = text(proxy.at("proxy_url"));
  const auto port = static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
  for (int i = 0; i < 5000; ++i) {  // megabytes of events, more than any socket's buffers
    Socket client(port);
    client.send("GET / HTTP/1.1\r\nHost: a.test\r\nX-Long: " + std::string(1500, 'x') + "\r\n\r\n");
    client.read_all();
  }
  EXPECT_EQ(api.fetch(proxy).code, 0);
  EXPECT_EQ(api.get("/proxies/allow/events?event=refuse&limit=1").status, 200);
  api.stop();
}

TEST(ServeApi, BadRequestsAreProblems) {
  Api api;
  const auto type = [&](const Answer& answer) {
    return fmt::format("{} {}", answer.status, answer.type());
  };
  const auto make = [&](const std::string& wish) { return type(api.post("/proxies", wish)); };
  EXPECT_EQ(make("{bad"), "400 urn:misproxy:bad-request");
  EXPECT_EQ(make("[]"), "400 urn:misproxy:bad-request");
  EXPECT_EQ(make("{}"), "400 urn:misproxy:bad-request");
  EXPECT_EQ(make(R"({"scenario": "allow", "port": 70000})"), "400 urn:misproxy:bad-request");
  EXPECT_EQ(make(R"({"scenario": "allow", "id": "../x"})"), "400 urn:misproxy:bad-request");
  EXPECT_EQ(make(R"({"scenario": {"a": null}})"), "400 urn:misproxy:bad-request");
  EXPECT_EQ(make(std::string(100'000, '[')), "400 urn:misproxy:bad-request");
  EXPECT_EQ(make(R"({"scenario": "alow"})"), "404 urn:misproxy:no-such-scenario");
  EXPECT_EQ(make(R"({"scenario": "mtu-black-hole-download"})"), "422 urn:misproxy:not-live");
  EXPECT_EQ(make(std::string(900'000, '[')), "400 urn:misproxy:bad-request");
  EXPECT_EQ(type(api.get("/nothing")), "404 urn:misproxy:no-such-path");
  EXPECT_EQ(type(api.get("/proxies/none")), "404 urn:misproxy:no-such-proxy");
  EXPECT_EQ(type(api.call("PUT", "/proxies", "{}")), "405 urn:misproxy:method-not-allowed");
  EXPECT_EQ(type(api.get("/scenarios?layr=reply")), "400 urn:misproxy:unknown-parameter");
  api.make(R"({"scenario": "allow"})");
  EXPECT_EQ(make(R"({"scenario": "allow", "id": "allow"})"), "409 urn:misproxy:id-taken");
  EXPECT_EQ(make(fmt::format(R"({{"scenario": "allow", "port": {}}})", api.port())),
            "409 urn:misproxy:port-not-free");
  EXPECT_EQ(type(api.get("/proxies/allow/events?after=x")), "400 urn:misproxy:bad-request");
  EXPECT_EQ(type(api.post("/proxies/allow/wait-for", R"({"evnt": "x"})")),
            "400 urn:misproxy:bad-request");
  EXPECT_EQ(api.get("/proxies").status, 200) << "nothing else is disturbed";
  api.stop();
}

TEST(ServeApi, ABodyWithoutEndIsRefusedAndTheRefusalArrives) {
  Api api;
  Socket client(api.port());
  client.send("POST /proxies HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000000\r\n\r\n");
  client.send(std::string(10'000'000, 'x'));
  client.finish_sending();
  EXPECT_THAT(client.read_all(), testing::StartsWith("HTTP/1.1 413 "));
  Socket chunked(api.port());
  chunked.send("POST /proxies HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
  for (int i = 0; i < 100; ++i)
    chunked.send("186a0\r\n" + std::string(100'000, 'x') + "\r\n");
  chunked.finish_sending();
  EXPECT_THAT(chunked.read_all(), testing::StartsWith("HTTP/1.1 413 "));
  EXPECT_EQ(api.get("/proxies").status, 200);
  api.stop();
}

TEST(ServeApi, AScenariosMistakesHaveTheirPlaces) {
  Api api;
  const std::string wrong =
      "schema = 1\n[about]\nid = 'w'\ntitle = 't'\nteaches = 'u'\n[[origin]]\nhost = "
      "'a.test'\n[[fault]]\nid = "
      "'f'\nwhen.point = 'request-heed'\ndo.stall = {}\n";
  const auto answer = api.post("/proxies", json::serialize(json::object{{"toml", wrong}}));
  EXPECT_EQ(answer.status, 422);
  const auto problem = answer.object();
  const auto& first = problem.at("diagnostics").as_array().at(0).as_object();
  EXPECT_EQ(first.at("line"), 10);
  EXPECT_EQ(first.at("column"), 14);
  EXPECT_THAT(text(first.at("hint")), HasSubstr("request-head"));
  api.stop();
}

TEST(ServeApi, BrowsersPagesAndHostileBytesAreRefused) {
  Api api;
  const auto with = [&](const std::string& header) {
    return api.call("GET", "/proxies", "", {header}).status;
  };
  EXPECT_EQ(with("Host: evil.example"), 403);
  EXPECT_EQ(with("Host: localhost:1"), 200);
  EXPECT_EQ(with("Host: [::1]:1"), 200);
  EXPECT_EQ(with("Origin: http://evil.example"), 403);
  EXPECT_EQ(with("Origin: null"), 403);
  for (const auto* bytes :
       {"\x16\x03\x01\x02", "GET\r\n\r\n", "GET nothing HTTP/1.1\r\nHost: localhost\r\n\r\n"}) {
    Socket client(api.port());
    client.send(bytes);
    client.finish_sending();
    EXPECT_THAT(client.read_all(), testing::AnyOf("", testing::StartsWith("HTTP/1.1 4"))) << bytes;
  }
  EXPECT_EQ(api.get("/proxies").status, 200);
  api.stop();
}

/// Connections of its own, each kept for a thousand calls.
TEST(ServeApi, CallsByTheThousandAreAnsweredAndDisturbNobody) {
  Api api;
  const auto proxy = api.make(R"({"scenario": "allow"})");
  constexpr auto kCalls = R"(
import http.client, sys
connection = http.client.HTTPConnection(sys.argv[1])
for _ in range(1000):
    connection.request("GET", "/proxies/allow/events?event=request")
    response = connection.getresponse()
    response.read()
    assert response.status == 200, response.status
)";
  std::vector<Process> callers;
  for (int i = 0; i < 4; ++i)
    callers.emplace_back(std::vector<std::string>{"python3", "-c", kCalls, api.url().substr(7)});
  for (int i = 0; i < 5; ++i)
    EXPECT_EQ(api.fetch(proxy).code, 0);
  for (auto& caller : callers) {
    const auto done = caller.wait();
    EXPECT_EQ(done.code, 0) << done.err;
  }
  EXPECT_EQ(api.fetch(proxy).code, 0);
  api.stop();
}

}  // namespace
}  // namespace misproxy::test
