// Faults of the requests and responses of a real upstream without TLS.

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <set>

#include "core/draw.hpp"
#include "core/sha256.hpp"
#include "support/real_proxy.hpp"
#include "support/real_server.hpp"
#include "support/served.hpp"
#include "support/upstream_text.hpp"
#include "trace/normal_form.hpp"

namespace misproxy::test {
namespace {

using ::testing::HasSubstr;

/// A proxy with these faults before nginx, which speaks plain HTTP as `http://plain.test/`.
struct Stage {
  Folder folder;
  std::optional<Served> served;
  std::string url = "http://plain.test";

  Stage(const RealServer& nginx, const std::string& faults,
        const std::string& origin = "port = 80\n", const std::vector<std::string>& flags = {}) {
    const auto text = upstream_text(
        fmt::format("[[origin]]\nhost = 'plain.test'\n{}connect-to = '127.0.0.1:{}'\n{}", origin,
                    nginx.plain_port(), faults));
    served.emplace(std::vector{folder.write("plain.toml", text)}, flags);
  }

  std::vector<std::string> arguments(const std::string& path) const {
    return {"curl", "-q", "-sS",     "-x", served->ready().proxy_url, "-w", "%{stderr}%{http_code}",
            "-m",   "20", url + path};
  }
  Finished fetch(const std::string& path, const std::vector<std::string>& more = {}) const {
    auto all = arguments(path);
    all.insert(all.end(), more.begin(), more.end());
    return run(all, {"no_proxy="});
  }
};

const auto kLicence = fault("licence", "point = 'inner-request', path = '/licence*'",
                            "respond = { status = 451, body = 'not here' }");

TEST(PlainUpstream, AnswersInNginxsPlace) {
  const RealServer nginx;
  Stage stage(nginx, kLicence);
  const auto denied = stage.fetch("/licence/check");
  EXPECT_EQ(denied.out, "not here");
  EXPECT_EQ(denied.err, "451");
  const auto passed = stage.fetch("/small", {"-i"});
  EXPECT_THAT(passed.out, HasSubstr("Server: nginx"));
  EXPECT_THAT(passed.out, HasSubstr("a real answer\n"));
  stage.served->stop();
}

TEST(PlainUpstream, AtAnotherPortWhereTheScenarioSaysSo) {
  const RealServer nginx;
  Stage stage(nginx, kLicence, "port = 8080\ntls = []\n");
  stage.url = "http://plain.test:8080";
  EXPECT_EQ(stage.fetch("/licence").err, "451");
  EXPECT_EQ(stage.fetch("/small").out, "a real answer\n");
  EXPECT_EQ(stage.fetch("/licence", {"-p"}).err, "451") << "and inside a CONNECT";
  stage.served->stop();
}

TEST(PlainUpstream, CutsAndCorruptsAtAByteOfTheBody) {
  const RealServer nginx;
  Stage stage(nginx,
              fault("cut", "point = 'inner-response', body_offset_bytes = 123456, attempt = 1",
                    "close = { how = 'fin' }") +
                  fault("flip", "point = 'inner-response', body_offset_bytes = 200000, attempt = 2",
                        "corrupt = { xor = 255 }"));
  std::string body(1'000'000, '\0');
  SeededBytes(7).fill(0, body);
  nginx.put("large", body);
  const auto cut = stage.fetch("/large");
  EXPECT_EQ(cut.code, 18) << cut.err;
  EXPECT_EQ(sha256_hex(cut.out), sha256_hex(body.substr(0, 123'456)));
  auto flipped = body;
  flipped[200'000] = static_cast<char>(flipped[200'000] ^ '\xff');
  EXPECT_EQ(sha256_hex(stage.fetch("/large").out), sha256_hex(flipped));
  EXPECT_EQ(sha256_hex(stage.fetch("/large").out), sha256_hex(body));
  stage.served->stop();
}

TEST(PlainUpstream, AConditionOnWhatNginxAnswers) {
  const RealServer nginx;
  Stage stage(nginx,
              fault("none", "point = 'inner-response', status = 404", "close = { how = 'rst' }"));
  EXPECT_EQ(stage.fetch("/missing").code, 56);
  EXPECT_EQ(stage.fetch("/small").out, "a real answer\n");
  stage.served->stop();
}

TEST(PlainUpstream, ThroughAParent) {
  const RealServer nginx;
  const RealProxy squid(RealProxy::Kind::squid, RealProxy::Rule::allows, nginx.tls_port(),
                        nginx.plain_port());
  Folder folder;
  Served served({folder.write(
      "plain.toml",
      upstream_text(fmt::format("[[origin]]\nhost = 'plain.test'\nport = 80\nconnect-to = "
                                "'127.0.0.1:{}'\nparent = '127.0.0.1:{}'\n",
                                nginx.plain_port(), squid.port())) +
          kLicence)});
  const auto fetch = [&](const std::string& path) {
    return run({"curl", "-q", "-sS", "-x", served.ready().proxy_url, "-w", "%{stderr}%{http_code}",
                "http://plain.test" + path},
               {"no_proxy="});
  };
  EXPECT_EQ(fetch("/licence").err, "451");
  EXPECT_EQ(fetch("/small").out, "a real answer\n");
  served.stop();
}

TEST(PlainUpstream, FiftyClientsOneDigest) {
  const RealServer nginx;
  nginx.put("some", std::string(200'000, 'x'));
  std::set<std::string> digests;
  for (int round = 0; round < 3; ++round) {
    Stage stage(
        nginx,
        fault("cut", "point = 'inner-response', body_offset_bytes = 50000, attempt = '1..9'",
              "close = { how = 'rst' }"),
        "port = 80\n", {"--threads", "2", "--exit-after", "50"});
    auto arguments = stage.arguments("/some");
    arguments.insert(arguments.end(), {"-o", "/dev/null"});
    std::vector<Process> curls;
    for (int i = 0; i < 50; ++i)
      curls.emplace_back(arguments, std::vector<std::string>{"no_proxy="});
    std::multiset<int> codes;
    for (auto& process : curls)
      codes.insert(process.wait().code);
    EXPECT_EQ(codes.count(56), 9U);
    EXPECT_EQ(codes.count(0), 41U);
    stage.served->wait();
    digests.insert(trace_digest(stage.served->trace()));
  }
  EXPECT_EQ(digests.size(), 1U);
}

}  // namespace
}  // namespace misproxy::test
