// `misproxy probe` against Debian's proxies, and what it says of settings.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <signal.h>

#include <array>
#include <boost/json.hpp>
#include <fstream>

#include "support/real_proxy.hpp"
#include "support/served.hpp"
#include "support/tree.hpp"

namespace misproxy::test {
namespace {

namespace json = boost::json;

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using Kind = RealProxy::Kind;
using Rule = RealProxy::Rule;

std::string origin_text(const std::string& fault = "") {
  return "schema = 1\n[about]\nid = \"origin\"\ntitle = \"t\"\nteaches = \"u\"\n"
         "[[origin]]\nhost = \"127.0.0.1\"\n" +
         fault;
}

/// An origin that any proxy can reach, and its CA.
class Origin {
 public:
  explicit Origin(const std::string& fault = "")
      : served_({folder_.write("origin.toml", origin_text(fault))}) {}

  std::uint16_t port() const { return served_.ready().origin_ports.at(0); }
  std::string url() const { return fmt::format("https://127.0.0.1:{}/healthcheck", port()); }
  const ReadyLine& ready() const { return served_.ready(); }

 private:
  Folder folder_;
  Served served_;
};

std::vector<std::string> arguments(const Origin& origin, const std::string& proxy) {
  return {"probe", "--proxy", proxy, "--url", origin.url(), "--ca", origin.ready().ca};
}

Finished probe(const Origin& origin, const std::string& proxy,
               const std::vector<std::string>& more = {}) {
  auto words = arguments(origin, proxy);
  words.insert(words.end(), more.begin(), more.end());
  return misproxy(words);
}

struct Found {
  int code = -1;
  json::object object;

  std::string id() const {
    return std::string(object.at("diagnosis").at("incident").at("id").as_string());
  }
  std::vector<std::string> steps() const {
    std::vector<std::string> names;
    for (const auto& step : object.at("steps").as_array())
      names.push_back((step.at("ok").as_bool() ? "" : "!") +
                      std::string(step.at("step").as_string()));
    return names;
  }
};

Found probe_json(const Origin& origin, const std::string& proxy) {
  const auto finished = probe(origin, proxy, {"--format", "json"});
  return {finished.code, json::parse(finished.out).as_object()};
}

class RealProxies : public ::testing::TestWithParam<Kind> {
 protected:
  Origin origin_;
};

TEST_P(RealProxies, Allowed) {
  const RealProxy proxy(GetParam(), Rule::allows, origin_.port());
  const auto found = probe_json(origin_, proxy.url());
  EXPECT_EQ(found.id(), "healthy");
  EXPECT_EQ(found.code, 0);
  EXPECT_THAT(found.steps(),
              ElementsAre("connect", "CONNECT", "reply", "TLS", "request", "response", "body"));
  EXPECT_EQ(found.object.at("outcome").at("http_code").to_number<int>(), 200);
}

TEST_P(RealProxies, Denied) {
  const RealProxy proxy(GetParam(), Rule::denies, origin_.port());
  const auto found = probe_json(origin_, proxy.url());
  EXPECT_EQ(found.id(), "proxy-denied");
  EXPECT_EQ(found.code, 1);
  EXPECT_THAT(found.steps(), ElementsAre("connect", "CONNECT", "!reply"));
}

TEST_P(RealProxies, RightPassword) {
  const RealProxy proxy(GetParam(), Rule::wants_password, origin_.port());
  const auto found = probe_json(origin_, proxy.url(RealProxy::kUser, RealProxy::kPassword));
  EXPECT_EQ(found.id(), "healthy");
  EXPECT_EQ(found.code, 0);
}

TEST_P(RealProxies, WrongPassword) {
  const RealProxy proxy(GetParam(), Rule::wants_password, origin_.port());
  const auto found = probe_json(origin_, proxy.url(RealProxy::kUser, "wrong"));
  EXPECT_EQ(found.id(), "proxy-auth-rejected");
  EXPECT_EQ(found.code, 1);
}

TEST_P(RealProxies, NoPassword) {
  const RealProxy proxy(GetParam(), Rule::wants_password, origin_.port());
  const auto found = probe_json(origin_, proxy.url());
  EXPECT_EQ(found.id(), "proxy-auth-missing");
  EXPECT_EQ(found.code, 1);
}

TEST_P(RealProxies, Down) {
  std::string url;
  {
    const RealProxy proxy(GetParam(), Rule::allows, origin_.port());
    url = proxy.url();
  }
  const auto found = probe_json(origin_, url);
  EXPECT_EQ(found.id(), "proxy-refused");
  EXPECT_EQ(found.code, 1);
  EXPECT_THAT(found.steps(), ElementsAre("!connect"));
}

std::string kind_name(const ::testing::TestParamInfo<Kind>& tested) {
  constexpr std::array<const char*, 3> names{"squid", "tinyproxy", "apache"};
  return names.at(static_cast<std::size_t>(tested.param));
}

INSTANTIATE_TEST_SUITE_P(Debian, RealProxies,
                         ::testing::Values(Kind::squid, Kind::tinyproxy, Kind::apache), &kind_name);

TEST(Probe, ShowsChecksStepsAndVerdict) {
  const Origin origin;
  const auto url = fmt::format("http://localhost:{}", origin.ready().proxy_port);
  auto words = arguments(origin, url);
  words[4] = "https://127.0.0.1/healthcheck";
  const auto finished = misproxy(words);
  EXPECT_EQ(finished.code, 0);
  EXPECT_EQ(finished.err, "");
  EXPECT_THAT(finished.out, AllOf(HasSubstr("ok  host: localhost is a host name\n"),
                                  HasSubstr("ok   resolve   localhost is "),
                                  HasSubstr("ok   reply     200 Connection established\n"),
                                  HasSubstr("CN=127.0.0.1, issued by CN=misproxy local CA\n"),
                                  HasSubstr("ok   response  200 OK\n"), HasSubstr("[healthy]")));
}

TEST(Probe, AProxyNameThatDoesNotResolve) {
  const Origin origin;
  const auto found = probe_json(origin, "http://no-such-proxy.invalid:3128");
  EXPECT_EQ(found.id(), "proxy-name-unresolved");
  EXPECT_THAT(found.steps(), ElementsAre("!resolve"));
}

// Nobody but the system's CAs is trusted without --ca, and ours is none of them.
TEST(Probe, TrustsTheSystemsAuthoritiesWithoutCa) {
  const Origin origin;
  const auto finished = misproxy(
      {"probe", "--proxy", origin.ready().proxy_url, "--url", "https://127.0.0.1/healthcheck"});
  EXPECT_EQ(finished.code, 1);
  EXPECT_THAT(finished.out, HasSubstr("[tls-untrusted-ca]"));

  auto environment = state_environment();
  environment.push_back("SSL_CERT_FILE=" + origin.ready().ca);
  const auto trusted = run({MISPROXY_BINARY, "probe", "--proxy", origin.ready().proxy_url, "--url",
                            "https://127.0.0.1/healthcheck"},
                           environment);
  EXPECT_EQ(trusted.code, 0) << trusted.out;
}

TEST(Probe, ATimeLimitEndsAStall) {
  const Origin origin("[[fault]]\nid = \"s\"\nwhen = { point = \"reply\" }\ndo = { stall = {} }\n");
  auto words = arguments(origin, origin.ready().proxy_url);
  words[4] = "https://127.0.0.1/";
  words.insert(words.end(), {"--timeout", "300"});
  const auto stalled = misproxy(words);
  EXPECT_EQ(stalled.code, 1);
  EXPECT_THAT(stalled.out, HasSubstr("[proxy-connect-stall]"));
}

TEST(Probe, CtrlCEndsItWithWhatIsKnown) {
  const Origin origin("[[fault]]\nid = \"s\"\nwhen = { point = \"reply\" }\ndo = { stall = {} }\n");
  Process process({MISPROXY_BINARY, "probe", "--proxy", origin.ready().proxy_url, "--url",
                   "https://127.0.0.1/", "--ca", origin.ready().ca},
                  state_environment());
  for (auto line = process.read_line(); line; line = process.read_line()) {
    if (line->find("CONNECT   127.0.0.1:443") != std::string::npos) break;
  }
  process.signal(SIGINT);
  const auto finished = process.wait();
  EXPECT_EQ(finished.code, 1);
  EXPECT_THAT(finished.out, AllOf(HasSubstr("FAIL reply     interrupted while this was awaited"),
                                  HasSubstr("before the CONNECT to")));
}

TEST(Probe, TheKeptLogHoldsNoPassword) {
  const Origin origin;
  const RealProxy proxy(Kind::tinyproxy, Rule::wants_password, origin.port());
  Folder folder;
  const auto path = (folder / "probe.log").string();
  const auto finished =
      probe(origin, proxy.url(RealProxy::kUser, RealProxy::kPassword), {"--log", path});
  EXPECT_EQ(finished.code, 0);
  std::ifstream file(path);
  const std::string log(std::istreambuf_iterator<char>(file), {});
  EXPECT_THAT(log, HasSubstr("> Proxy-Authorization: Basic *** (user "));
  EXPECT_THAT(misproxy({"diagnose", path}).out, HasSubstr("[healthy]"));
}

TEST(Probe, TakesTheSettingsOfAnFmc) {
  const Origin origin;
  Folder folder;
  const auto config = folder.write(
      "iprep_proxy.conf", fmt::format("iprep_proxy {{\nPROXY_HOST 127.0.0.1;\nPROXY_PORT {};\n}}\n",
                                      origin.ready().proxy_port));
  const std::vector<std::string> rest{"--url", "https://127.0.0.1/", "--ca", origin.ready().ca};
  auto words = std::vector<std::string>{"probe", "--config", config};
  words.insert(words.end(), rest.begin(), rest.end());
  const auto finished = misproxy(words);
  EXPECT_EQ(finished.code, 0) << finished.out << finished.err;

  words.insert(words.end(), {"--proxy", "http://127.0.0.1:1"});
  EXPECT_THAT(misproxy(words).out, HasSubstr("warning: config: the file has 127.0.0.1:"));
}

struct Refused {
  std::vector<std::string> arguments;
  std::string says;
};

TEST(Probe, RefusesWhatCannotBeTried) {
  const std::string url = "https://a.test/";
  const std::vector<Refused> cases{
      {{"--url", url}, "misproxy: probe wants --proxy URL or --config FILE\n"},
      {{"--proxy", "a.test:80"}, "misproxy probe: --url is required; see misproxy probe --help\n"},
      {{"--proxy", "a.test:80", "--url", "ftp://a.test/"},
       "misproxy: --url: ftp://a.test/ is no http:// or https:// URL\n"},
      {{"--proxy", "a.test:80", "--url", url, "--ca", "/nowhere"},
       "misproxy: cannot read /nowhere: No such file or directory\n"},
      {{"--proxy", "a.test:80", "--url", url, "--ca", "/dev/null"},
       "misproxy: /dev/null holds no certificate in PEM\n"},
      {{"--config", "/dev/null", "--url", url},
       "misproxy: /dev/null holds no PROXY_HOST and no PROXY_PORT\n"},
      {{"--proxy", "a.test", "--url", url},
       "misproxy: with these settings no attempt can be made\n"},
  };
  for (const auto& each : cases) {
    auto words = each.arguments;
    words.insert(words.begin(), "probe");
    const auto finished = misproxy(words);
    EXPECT_EQ(finished.code, 2) << each.says;
    EXPECT_EQ(finished.err, each.says);
  }
}

TEST(Probe, AFolderIsNoSettingsAndNoCa) {
  Folder folder;
  const auto path = (folder / "").string();
  const std::vector<std::vector<std::string>> cases{{"--config", path},
                                                    {"--proxy", "a.test:80", "--ca", path}};
  for (auto words : cases) {
    words.insert(words.begin(), {"probe", "--url", "https://a.test/"});
    const auto finished = misproxy(words);
    EXPECT_EQ(finished.code, 2);
    EXPECT_EQ(finished.err, fmt::format("misproxy: cannot read {}: Is a directory\n", path));
  }
}

TEST(Probe, ALogThatCannotBeWrittenIsSaidBeforeTheAttempt) {
  const auto finished = misproxy(
      {"probe", "--proxy", "127.0.0.1:1", "--url", "https://a.test/", "--log", "/nowhere/x"});
  EXPECT_EQ(finished.code, 3);
  EXPECT_EQ(finished.out, "");
  EXPECT_EQ(finished.err, "misproxy: cannot write /nowhere/x: No such file or directory\n");
}

TEST(Probe, AFullDeviceDoesNotSwallowTheVerdict) {
  const auto finished = misproxy(
      {"probe", "--proxy", "127.0.0.1:1", "--url", "https://a.test/", "--log", "/dev/full"});
  EXPECT_EQ(finished.code, 3);
  EXPECT_THAT(finished.out, HasSubstr("[proxy-refused]"));
  EXPECT_EQ(finished.err, "misproxy: cannot write /dev/full: No space left on device\n");
}

TEST(Probe, JsonOfSettingsThatCannotBeTried) {
  const auto finished = misproxy(
      {"probe", "--proxy", "socks5://a.test:0", "--url", "https://a.test/", "--format", "json"});
  EXPECT_EQ(finished.code, 2);
  const auto object = json::parse(finished.out).as_object();
  EXPECT_TRUE(object.at("diagnosis").is_null());
  EXPECT_EQ(object.at("checks").at(0).at("level").as_string(), "error");
  EXPECT_THAT(finished.err, HasSubstr("error: port: `0` is no port: 1 to 65535\n"));
}

}  // namespace
}  // namespace misproxy::test
