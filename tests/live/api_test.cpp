// `misproxy serve --api`: proxies made and looked at over HTTP.

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <boost/json.hpp>
#include <set>

#include "runner/live_runner.hpp"
#include "support/api.hpp"
#include "support/served.hpp"
#include "support/socket.hpp"
#include "support/tree.hpp"

namespace misproxy::test {
namespace {

namespace json = boost::json;

using ::testing::HasSubstr;

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
  const auto validator = npm_program("@seriousme/openapi-schema-validator@2", ".bin/validate-api");
  const auto checked = run({validator, file});
  EXPECT_EQ(checked.code, 0) << checked.out << checked.err;
  api.stop();
}

}  // namespace
}  // namespace misproxy::test
