// `misproxy serve --api`: proxies made and looked at over HTTP.

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <boost/json.hpp>
#include <set>

#include "runner/live_runner.hpp"
#include "support/served.hpp"
#include "support/socket.hpp"
#include "support/tree.hpp"

namespace misproxy::test {
namespace {

namespace json = boost::json;

using ::testing::HasSubstr;

/// What the API answers.
struct Answer {
  int status = 0;
  std::string body;

  json::object object() const { return json::parse(body).as_object(); }
  std::string type() const { return std::string(object().at("type").as_string()); }
};

std::string text(const json::value& value) { return std::string(value.as_string()); }

/// `serve --api` with these words behind it.
class Api {
 public:
  explicit Api(std::vector<std::string> words = {}, const std::string& where = "127.0.0.1:0")
      : process_(arguments(std::move(words), where), state_environment()) {
    while (const auto line = process_.read_line()) {
      const auto ready = json::parse(*line).as_object();
      if (!ready.contains("api")) continue;
      url_ = text(ready.at("api"));
      ca_ = text(ready.at("ca"));
      if (ready.at("token_file").is_string()) token_file_ = text(ready.at("token_file"));
      return;
    }
    throw std::runtime_error("misproxy serve --api did not start: " + process_.wait().err);
  }

  Answer call(const std::string& method, const std::string& path, const std::string& body = {},
              const std::vector<std::string>& headers = {}) const {
    std::vector<std::string> words{"curl",           "-q",       "-sS", "-X", method, "-w",
                                   "\n%{http_code}", url_ + path};
    if (!body.empty()) words.insert(words.end(), {"--data-binary", "@-"});
    for (const auto& header : headers)
      words.insert(words.end(), {"-H", header});
    const auto done = run(words, {"no_proxy=*"}, body);
    const auto end = done.out.rfind('\n');
    EXPECT_NE(end, std::string::npos) << done.err;
    return {std::atoi(done.out.c_str() + end + 1), done.out.substr(0, end)};
  }
  Answer get(const std::string& path) const { return call("GET", path); }
  Answer post(const std::string& path, const std::string& body) const {
    return call("POST", path, body);
  }
  /// Makes a proxy, and returns what it is.
  json::object make(const std::string& wish) const {
    const auto made = post("/proxies", wish);
    EXPECT_EQ(made.status, 201) << made.body;
    return made.object();
  }
  /// A GET through a proxy that was made.
  Finished fetch(const json::object& proxy,
                 const std::string& target = "https://tools.cisco.com/healthcheck") const {
    return run({"curl", "-q", "-sS", "-x", text(proxy.at("proxy_url")), "--cacert", ca_, target},
               {"no_proxy="});
  }

  std::uint16_t port() const {
    return static_cast<std::uint16_t>(std::stoi(url_.substr(url_.rfind(':') + 1)));
  }
  const std::string& token_file() const { return token_file_; }
  Process& process() { return process_; }
  Finished stop() {
    process_.signal(SIGTERM);
    auto done = process_.wait();
    EXPECT_EQ(done.code, 0) << done.err;
    return done;
  }

 private:
  static std::vector<std::string> arguments(std::vector<std::string> words,
                                            const std::string& where) {
    words.insert(words.begin(), {MISPROXY_BINARY, "serve", "--api=" + where, "--format", "json"});
    return words;
  }

  Process process_;
  std::string url_;
  std::string ca_;
  std::string token_file_;
};

constexpr auto kOwn = R"(schema = 1
[about]
id = 'own'
title = 't'
teaches = 'u'
[[origin]]
host = 'tools.cisco.com'
[[fault]]
id = 'first'
when = { point = 'request-head', attempt = 1 }
do.respond.status = 503
)";

TEST(ServeApi, AProxysLife) {
  Api api;
  const auto proxy = api.make(R"({"scenario": "acl-deny-403"})");
  EXPECT_EQ(proxy.at("id"), "acl-deny-403");
  EXPECT_THAT(text(proxy.at("curl")), HasSubstr(text(proxy.at("proxy_url"))));
  EXPECT_EQ(api.fetch(proxy).code, 56);
  const auto met =
      api.post("/proxies/acl-deny-403/wait-for", R"({"event": "closed", "timeout_ms": 60000})");
  EXPECT_EQ(met.status, 200) << met.body;
  const auto verdict = api.get("/proxies/acl-deny-403/verdict").object();
  EXPECT_EQ(verdict.at("id"), "proxy-denied");
  EXPECT_EQ(verdict.at("healthy"), false);
  EXPECT_THAT(api.get("/proxies/acl-deny-403/trace").body, HasSubstr(R"("fault":"acl-deny")"));
  const auto injected = api.get("/proxies/acl-deny-403/events?cause=injected").object();
  EXPECT_EQ(injected.at("events").as_array().size(), 1U);
  EXPECT_EQ(api.get("/proxies").object().at("proxies").as_array().size(), 1U);
  EXPECT_EQ(api.call("DELETE", "/proxies/acl-deny-403").status, 204);
  EXPECT_EQ(api.get("/proxies/acl-deny-403").status, 404);
  EXPECT_EQ(api.fetch(proxy).code, 7) << "its port is closed";
  api.stop();
}

TEST(ServeApi, TheDigestIsThatOfARun) {
  Folder folder;
  Api api;
  const auto proxy = api.make(R"({"scenario": "bad-gateway-502"})");
  const auto client = bundled_scenario("bad-gateway-502").client;
  auto words =
      curl_arguments({"", 0, text(proxy.at("proxy_url")), {}, text(proxy.at("ca"))}, client);
  curl(words, client);
  api.post("/proxies/bad-gateway-502/wait-for", R"({"event": "closed"})");
  const auto trace = (folder / "t.jsonl").string();
  misproxy({"run", "bad-gateway-502", "--world", "live", "--client", "curl", "--trace", trace});
  EXPECT_EQ(text(api.get("/proxies/bad-gateway-502/digest").object().at("digest")) + "\n",
            misproxy({"trace", "digest", trace}).out);
  api.stop();
}

TEST(ServeApi, ScenariosAreIdsObjectsOrToml) {
  Api api;
  const auto object = api.make(R"({"id": "mine", "seed": 7, "scenario": {"schema": 1,
      "about": {"id": "own", "title": "a \"t\"", "teaches": "u\n"}, "origin": [{"host": "tools.cisco.com"}],
      "fault": [{"id": "f", "when": {"point": "request-head"}, "do": {"respond": {"status": 418}}}]}})");
  EXPECT_EQ(object.at("id"), "mine");
  EXPECT_EQ(object.at("seed"), 7);
  EXPECT_THAT(api.fetch(object).err, HasSubstr("response 418"));
  const auto toml = api.call("POST", "/proxies", kOwn, {"Content-Type: application/toml"});
  EXPECT_EQ(toml.status, 201) << toml.body;
  EXPECT_THAT(api.fetch(toml.object()).err, HasSubstr("response 503"));
  const auto again = api.make(json::serialize(json::object{{"toml", kOwn}, {"capture", false}}));
  EXPECT_EQ(again.at("id"), "own-2") << "an id is made where none is given";
  EXPECT_EQ(api.get("/proxies/own-2/capture").type(), "urn:misproxy:no-capture");
  api.stop();
}

TEST(ServeApi, FaultsAreTurnedOffAndCountsReset) {
  Api api;
  const auto proxy = api.make(json::serialize(json::object{{"toml", kOwn}}));
  EXPECT_EQ(api.fetch(proxy).code, 56);
  EXPECT_EQ(api.fetch(proxy).code, 0) << "the second attempt";
  EXPECT_EQ(api.post("/proxies/own/reset", "{}").status, 200);
  EXPECT_EQ(api.fetch(proxy).code, 56) << "the first again";
  api.post("/proxies/own/reset", "{}");
  const auto off = api.call("PATCH", "/proxies/own/faults/first", R"({"enabled": false})");
  EXPECT_EQ(off.object().at("enabled"), false);
  EXPECT_EQ(api.fetch(proxy).code, 0);
  api.call("PATCH", "/proxies/own/faults/first", R"({"enabled": true})");
  api.post("/proxies/own/reset", "{}");
  EXPECT_EQ(api.fetch(proxy).code, 56);
  EXPECT_EQ(api.call("PATCH", "/proxies/own/faults/none", R"({"enabled": true})").status, 404);
  api.stop();
}

TEST(ServeApi, WaitingEndsWithTheEventTheTimeOrTheProxy) {
  Api api;
  const auto proxy = api.make(R"({"scenario": "allow"})");
  const auto wait = [&](const std::string& wish) {
    return Process({"curl", "-q", "-sS", "-d", wish,
                    fmt::format("http://127.0.0.1:{}/proxies/allow/wait-for", api.port())},
                   {"no_proxy=*"});
  };
  auto two = wait(R"({"event": "tls-handshake", "count": 2, "timeout_ms": 60000})");
  EXPECT_EQ(api.fetch(proxy).code, 0);
  EXPECT_EQ(api.fetch(proxy).code, 0);
  const auto met = json::parse(two.wait().out).as_object();
  EXPECT_EQ(met.at("events").as_array().size(), 2U);
  const auto never = api.post("/proxies/allow/wait-for", R"({"event": "no", "timeout_ms": 20})");
  EXPECT_EQ(never.status, 408);
  EXPECT_EQ(never.type(), "urn:misproxy:timed-out");
  auto gone = wait(R"({"event": "no", "timeout_ms": 600000})");
  api.call("DELETE", "/proxies/allow");
  EXPECT_THAT(gone.wait().out, HasSubstr("no-such-proxy"));
  api.stop();
}

TEST(ServeApi, EventsComeAsTheyHappen) {
  Api api;
  const auto proxy = api.make(R"({"scenario": "allow"})");
  Process stream(
      {"curl", "-q", "-sS", "-N", "-H", "Accept: text/event-stream",
       fmt::format("http://127.0.0.1:{}/proxies/allow/events?event=request", api.port())},
      {"no_proxy=*"});
  EXPECT_EQ(stream.read_line(), ": misproxy") << "it is there before anything happens";
  EXPECT_EQ(stream.read_line(), "");
  for (const auto* id : {"id: 2", "id: "}) {
    EXPECT_EQ(api.fetch(proxy).code, 0);
    EXPECT_THAT(stream.read_line().value_or(""), testing::StartsWith(id));
    EXPECT_EQ(stream.read_line(), "event: request");
    EXPECT_THAT(stream.read_line().value_or(""), HasSubstr(R"("target":"tools.cisco.com:443")"));
    EXPECT_EQ(stream.read_line(), "");
  }
  api.call("DELETE", "/proxies/allow");
  EXPECT_EQ(stream.wait().code, 0) << "it ends with the proxy";
  api.stop();
}

/// One who never reads keeps nothing but its place.
TEST(ServeApi, AReaderThatNeverReadsDisturbsNobody) {
  Api api;
  const auto proxy = api.make(R"({"scenario": "allow"})");
  Socket deaf(api.port());
  deaf.send(
      "GET /proxies/allow/events HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n\r\n");
  for (int i = 0; i < 20; ++i)
    EXPECT_EQ(api.fetch(proxy).code, 0);
  EXPECT_EQ(api.get("/proxies/allow").status, 200);
  api.stop();
}

TEST(ServeApi, ABundleHasAllOfIt) {
  Folder folder;
  Api api;
  const auto proxy = api.make(R"({"scenario": "acl-deny-403"})");
  api.fetch(proxy);
  api.post("/proxies/acl-deny-403/wait-for", R"({"event": "closed"})");
  const auto file = folder.write("b.zip", api.get("/proxies/acl-deny-403/bundle").body);
  const auto unpacked = run({"python3", "-m", "zipfile", "-e", file, (folder / "b").string()});
  EXPECT_EQ(unpacked.code, 0) << unpacked.err;
  EXPECT_THAT(text_of(folder / "b" / "scenario.toml"), HasSubstr("acl-deny-403"));
  EXPECT_THAT(text_of(folder / "b" / "verdict.json"), HasSubstr("proxy-denied"));
  EXPECT_THAT(misproxy({"diagnose", (folder / "b" / "proxy.pcapng").string()}).out,
              HasSubstr("proxy-denied"));
  EXPECT_EQ(misproxy({"trace", "digest", (folder / "b" / "trace.jsonl").string()}).code, 0);
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

TEST(ServeApi, OffLoopbackItWantsAListAndAToken) {
  const auto open = misproxy({"serve", "--api=0.0.0.0:0"});
  EXPECT_EQ(open.code, 2);
  EXPECT_THAT(open.err, HasSubstr("--api: 0.0.0.0:0 is not loopback"));
  Api api({"--allow-client", "127.0.0.0/8"}, "0.0.0.0:0");
  EXPECT_EQ(api.get("/proxies").status, 401);
  auto token = text_of(api.token_file());
  token.pop_back();
  const auto mode = std::filesystem::status(api.token_file()).permissions();
  EXPECT_EQ(static_cast<unsigned>(mode), 0600U);
  EXPECT_EQ(api.call("GET", "/proxies", "", {"Authorization: Bearer " + token}).status, 200);
  EXPECT_EQ(api.call("GET", "/proxies", "", {"Authorization: Bearer x"}).status, 401);
  api.stop();
}

TEST(ServeApi, ScenariosOfTheCommandLineAreThereToo) {
  Api api({"allow", "acl-deny-403"});
  const auto proxy = api.get("/proxies/allow").object();
  EXPECT_EQ(api.fetch(proxy).code, 0);
  const auto met = api.post("/proxies/allow/wait-for", R"({"event": "closed"})");
  EXPECT_EQ(met.status, 200) << met.body;
  EXPECT_EQ(api.get("/proxies/acl-deny-403").status, 200);
  api.make(R"({"scenario": "stall-after-tls"})");
  const auto done = api.stop();
  EXPECT_THAT(done.out, HasSubstr(R"("event":"started")"));
}

/// Made, used, reset and deleted, all of them at once there.
TEST(ServeApi, TwoHundredProxiesAtOnce) {
  Api api;
  std::vector<json::object> proxies;
  for (int i = 0; i < 200; ++i)
    proxies.push_back(api.make(R"({"scenario": "acl-deny-403", "seed": 3})"));
  std::set<std::string> urls;
  for (const auto& proxy : proxies)
    urls.insert(text(proxy.at("proxy_url")));
  EXPECT_EQ(urls.size(), 200U) << "each has a port of its own";
  for (const auto& proxy : proxies)
    EXPECT_EQ(api.fetch(proxy).code, 56);
  for (const auto& proxy : proxies) {
    const auto path = "/proxies/" + text(proxy.at("id"));
    EXPECT_EQ(api.post(path + "/reset", "{}").status, 200);
    EXPECT_EQ(api.call("DELETE", path).status, 204);
  }
  EXPECT_TRUE(api.get("/proxies").object().at("proxies").as_array().empty());
  api.stop();
}

TEST(ServeApi, IsDescribedInOpenApi) {
  Api api;
  const auto description = api.get("/openapi.json");
  EXPECT_EQ(description.status, 200);
  const auto object = description.object();
  EXPECT_EQ(object.at("openapi"), "3.1.0");
  EXPECT_TRUE(object.at("paths").as_object().contains("/proxies/{id}/wait-for"));
  Folder folder;
  const auto file = folder.write("openapi.json", description.body);
  const std::string validator = MISPROXY_BINARY_DIR "/openapi/node_modules/.bin/validate-api";
  if (!std::filesystem::exists(validator)) {
    const auto installed =
        run({"npm", "install", "--loglevel=error", "--no-audit", "--no-fund", "--prefix",
             MISPROXY_BINARY_DIR "/openapi", "@seriousme/openapi-schema-validator@2"});
    ASSERT_EQ(installed.code, 0) << installed.err;
  }
  const auto checked = run({validator, file});
  EXPECT_EQ(checked.code, 0) << checked.out << checked.err;
  api.stop();
}

}  // namespace
}  // namespace misproxy::test
