#include <gmock/gmock.h>

#include <algorithm>
#include <set>

#include "core/draw.hpp"
#include "core/sha256.hpp"
#include "support/real_proxy.hpp"
#include "support/real_server.hpp"
#include "support/served.hpp"
#include "support/socket.hpp"
#include "support/upstream_text.hpp"
#include "trace/normal_form.hpp"

namespace misproxy::test {
namespace {

using ::testing::HasSubstr;

constexpr auto kConnectUpstream = "CONNECT real.test:443 HTTP/1.1\r\nHost: real.test:443\r\n\r\n";
constexpr std::string_view kUpstreamEstablished = "HTTP/1.1 200 Connection established\r\n\r\n";

ClientSettings get(const std::string& path) {
  ClientSettings client;
  client.method = ClientSettings::Method::get;
  client.url = "https://real.test" + path;
  return client;
}

CurlResult fetch(const Served& served, const RealServer& server, const std::string& path) {
  const auto client = get(path);
  auto ready = served.ready();
  ready.ca = server.certificate();
  return curl(curl_arguments(ready, client), client);
}

bool has_event(const Served& served, std::string_view name, std::string_view why = {}) {
  const auto lines = served.trace();
  return std::any_of(lines.begin(), lines.end(), [&](const TraceLine& line) {
    if (line.event.name != name) return false;
    const auto* value = line.find("why");
    return why.empty() || (value != nullptr && *value == TraceValue(std::string(why)));
  });
}

struct Stage {
  Folder folder;
  Served served;
  explicit Stage(const std::string& text, const std::vector<std::string>& flags = {})
      : served({folder.write("up.toml", text)}, flags) {}

  /// The head of what a client gets that asks for real.test.
  std::string answer() const {
    Socket client(served.port());
    client.send(kConnectUpstream);
    std::string head;
    for (auto byte = client.read(1); !byte.empty(); byte = client.read(1)) {
      head += byte;
      if (head.ends_with("\r\n\r\n")) break;
    }
    return head;
  }
};

TEST(RealUpstream, NginxBehindConnectTo) {
  const RealServer nginx;
  Stage stage(real_at(nginx.tls_port()));
  const auto result = fetch(stage.served, nginx, "/small");
  EXPECT_EQ(result.exit, 0) << result.message;
  EXPECT_EQ(result.out, "a real answer\n");
  stage.served.stop();
  EXPECT_TRUE(has_event(stage.served, "connected"));
}

TEST(RealUpstream, ADownloadIsTheSameBytes) {
  const RealServer nginx;
  std::string body(30'000'000, '\0');
  SeededBytes(7).fill(0, body);
  nginx.put("large", body);
  Stage stage(real_at(nginx.tls_port()));
  EXPECT_EQ(sha256_hex(fetch(stage.served, nginx, "/large").out), sha256_hex(body));
  stage.served.stop();
}

/// What a run leaves of a download that the kernel may pass by itself, or not.
std::string digest_of_run(const std::string& scenario, const std::vector<std::string>& flags) {
  std::vector<std::string> words{
      "run",        scenario,
      "--world",    "live",
      "--evidence", "log",
      "--client",   "exec:curl -q -sS -p -x $MISPROXY_PROXY_URL http://real.test/large | wc -c",
      "--format",   "json"};
  words.insert(words.end(), flags.begin(), flags.end());
  const auto finished = misproxy(words);
  EXPECT_THAT(finished.out, HasSubstr("5000000")) << finished.err;
  const auto at = finished.out.find("\"trace_digest\":\"");
  EXPECT_NE(at, std::string::npos) << finished.out;
  return at == std::string::npos ? "" : finished.out.substr(at, 80);
}

TEST(RealUpstream, ARunLeavesTheSameTraceWithSpliceAndWithout) {
  const RealServer nginx;
  nginx.put("large", std::string(5'000'000, 'x'));
  const Folder folder;
  const auto scenario = folder.write(
      "up.toml", upstream_text(fmt::format(
                     "[[origin]]\nhost = 'real.test'\nport = 80\nconnect-to = '127.0.0.1:{}'\n"
                     "[client]\nurl = 'http://real.test/large'\n",
                     nginx.plain_port())));
  EXPECT_EQ(digest_of_run(scenario, {}), digest_of_run(scenario, {"--no-splice"}));
}

TEST(RealUpstream, NoSpliceIsForRealSockets) {
  const auto finished = misproxy({"run", "allow", "--no-splice"});
  EXPECT_EQ(finished.code, 2);
  EXPECT_THAT(finished.err, HasSubstr("--no-splice is for the tunnels of real sockets"));
}

TEST(RealUpstream, AResetAtAnExactByteOfARealDownload) {
  const RealServer nginx;
  nginx.put("large", std::string(1'000'000, 'x'));
  Stage stage(real_at(nginx.tls_port()) +
                  "[[fault]]\nid = 'cut'\nwhen = { point = 'tunnel', direction = 'to_client', "
                  "offset_bytes = 100000 }\ndo = { close = { how = 'rst' } }\n",
              {"--exit-after", "1"});
  const auto result = fetch(stage.served, nginx, "/large");
  EXPECT_EQ(result.exit, 56) << result.message;
  EXPECT_GT(result.out.size(), 60'000U);
  EXPECT_LT(result.out.size(), 100'000U);
  stage.served.wait();
  EXPECT_FALSE(has_event(stage.served, "upstream-reset"));  // it was not the upstream
}

TEST(RealUpstream, FiftyClientsAtOnceOneDigest) {
  const RealServer nginx;
  nginx.put("some", std::string(200'000, 'x'));
  std::set<std::string> digests;
  for (int round = 0; round < 3; ++round) {
    Stage stage(real_at(nginx.tls_port()), {"--threads", "2", "--exit-after", "50"});
    auto ready = stage.served.ready();
    ready.ca = nginx.certificate();
    std::vector<Process> curls;
    for (int i = 0; i < 50; ++i)
      curls.emplace_back(curl_arguments(ready, get("/some")),
                         std::vector<std::string>{"no_proxy="});
    for (auto& each : curls) {
      const auto finished = each.wait();
      EXPECT_EQ(finished.code, 0) << finished.err;
      EXPECT_EQ(finished.out.size(), 200'000U);
    }
    stage.served.wait();
    digests.insert(trace_digest(stage.served.trace()));
  }
  EXPECT_EQ(digests.size(), 1U);
}

TEST(RealUpstream, PlainHttpThroughAConnect) {
  const RealServer nginx;
  Stage stage(upstream_text(
      fmt::format("[[origin]]\nhost = 'real.test'\nport = 80\nconnect-to = '127.0.0.1:{}'\n",
                  nginx.plain_port())));
  const auto finished = run(
      {"curl", "-q", "-sS", "-p", "-x", stage.served.ready().proxy_url, "http://real.test/small"},
      {"no_proxy="});
  EXPECT_EQ(finished.out, "a real answer\n") << finished.err;
  stage.served.stop();
}

TEST(RealUpstream, OneThatRefusesIsSaidAndTheNextConnectionWorks) {
  const RealServer nginx;
  Stage stage(upstream_text(
      fmt::format("[[origin]]\nhost = 'real.test'\nconnect-to = '127.0.0.1:{}'\n[[origin]]\nhost = "
                  "'works.real.test'\nconnect-to = '127.0.0.1:{}'\n",
                  free_port(), nginx.tls_port())));
  const auto answer = stage.answer();
  EXPECT_THAT(answer, HasSubstr("HTTP/1.1 502 Bad Gateway\r\n"));
  EXPECT_THAT(answer, HasSubstr("error=connection_refused"));
  auto client = get("/small");
  client.url = "https://works.real.test/small";
  auto ready = stage.served.ready();
  ready.ca = nginx.certificate();
  EXPECT_EQ(curl(curl_arguments(ready, client), client).out, "a real answer\n");
  stage.served.stop();
  EXPECT_TRUE(has_event(stage.served, "open-failed", "refused"));
}

/// As Linux does it: past the backlog a SYN is dropped.
TEST(RealUpstream, OneThatIsSilentHasALimit) {
  const Listener full(0);
  std::vector<Socket> waiting;
  waiting.emplace_back(full.port());
  Stage stage(real_at(full.port(), "[proxy]\nconnect_timeout_ms = 300\n"));
  EXPECT_THAT(stage.answer(), HasSubstr("HTTP/1.1 504 Gateway Timeout\r\n"));
  stage.served.stop();
  EXPECT_TRUE(has_event(stage.served, "open-failed", "timeout"));
}

TEST(RealUpstream, TheProxysMannerHolds) {
  const auto port = free_port();
  Stage squid(real_at(port, "[proxy]\nmanner = 'squid'\n"));
  EXPECT_THAT(squid.answer(), HasSubstr("X-Squid-Error: ERR_CONNECT_FAIL 111\r\n"));
  Stage tinyproxy(real_at(port, "[proxy]\nmanner = 'tinyproxy'\n"));
  EXPECT_THAT(tinyproxy.answer(), HasSubstr("HTTP/1.0 500 Unable to connect\r\n"));
}

TEST(RealUpstream, ANameThatNobodyHas) {
  Stage stage(upstream_text("[[origin]]\nhost = 'nobody.invalid'\nvia = 'real'\n"));
  Socket client(stage.served.port());
  client.send("CONNECT nobody.invalid:443 HTTP/1.1\r\n\r\n");
  EXPECT_THAT(client.read_all(), HasSubstr("error=dns_error"));
  stage.served.stop();
  EXPECT_TRUE(has_event(stage.served, "open-failed", "unresolved"));
}

TEST(RealUpstream, AListedNameThatLeadsToThisMachineIsRefused) {
  const RealServer nginx;  // which would answer
  Stage stage(upstream_text(
      fmt::format("[[origin]]\nhost = 'localhost'\nport = {}\nvia = 'real'\n", nginx.tls_port())));
  Socket client(stage.served.port());
  client.send(fmt::format("CONNECT localhost:{} HTTP/1.1\r\n\r\n", nginx.tls_port()));
  const auto answer = client.read_all();
  EXPECT_THAT(answer, HasSubstr("HTTP/1.1 502 Bad Gateway\r\n"));
  EXPECT_THAT(answer, HasSubstr("error=destination_ip_prohibited"));
  EXPECT_THAT(answer, HasSubstr("is loopback, and only `connect-to` leads there"));
  stage.served.stop();
  EXPECT_TRUE(has_event(stage.served, "open-failed", "prohibited"));
}

TEST(RealUpstream, NobodyIsLedBackToTheProxyItself) {
  const auto port = free_port();
  for (const auto* how : {"connect-to", "parent"}) {
    for (const auto* host : {"127.0.0.1", "localhost", "0.0.0.0"}) {
      Stage stage(upstream_text(fmt::format("[[origin]]\nhost = 'real.test'\n{} = '{}:{}'\n", how,
                                            host, port)),
                  {"--listen", fmt::format("127.0.0.1:{}", port)});
      const auto answer = stage.answer();
      const bool refused = answer.find("is this proxy itself") != std::string::npos ||
                           answer.find("connection_refused") != std::string::npos;
      EXPECT_TRUE(refused) << how << ' ' << host << ": " << answer;
      stage.served.stop();
      EXPECT_EQ(stage.served.trace().back().connection, 0);
    }
  }
}

TEST(RealUpstream, ItsResetIsPassedOnAndSaid) {
  const Listener upstream;
  Stage stage(real_at(upstream.port()), {"--exit-after", "1"});
  Socket client(stage.served.port());
  client.send(kConnectUpstream);
  auto server = upstream.accept();
  server.send("some bytes");
  EXPECT_EQ(client.read(kUpstreamEstablished.size() + 10),
            std::string(kUpstreamEstablished) + "some bytes");
  server.reset();
  EXPECT_EQ(client.read_all(), "");
  EXPECT_EQ(client.ending, Socket::End::rst);
  stage.served.wait();
  EXPECT_TRUE(has_event(stage.served, "upstream-reset"));
}

TEST(RealUpstream, TheClientsResetIsPassedOnAndNobodysFault) {
  const Listener upstream;
  Stage stage(real_at(upstream.port()), {"--exit-after", "1"});
  Socket client(stage.served.port());
  client.send(kConnectUpstream);
  auto server = upstream.accept();
  EXPECT_EQ(client.read(kUpstreamEstablished.size()), kUpstreamEstablished);
  client.reset();
  EXPECT_EQ(server.read_all(), "");
  EXPECT_EQ(server.ending, Socket::End::rst);
  stage.served.wait();
  EXPECT_FALSE(has_event(stage.served, "upstream-reset"));
}

TEST(RealUpstream, AHalfCloseIsOne) {
  const Listener upstream;
  Stage stage(real_at(upstream.port()), {"--exit-after", "1"});
  Socket client(stage.served.port());
  client.send(std::string(kConnectUpstream) + "question");
  auto server = upstream.accept();
  EXPECT_EQ(client.read(kUpstreamEstablished.size()), kUpstreamEstablished);
  client.finish_sending();
  EXPECT_EQ(server.read_all(), "question");
  server.send("answer");
  server.finish_sending();
  EXPECT_EQ(client.read_all(), "answer");
  EXPECT_EQ(client.ending, Socket::End::fin);
  stage.served.wait();
}

/// In both directions: what one side does not take, the other cannot send without end.
TEST(RealUpstream, WhoTakesNothingIsWaitedFor) {
  constexpr std::size_t kFar = 256U << 20;
  const Listener upstream;
  Stage stage(real_at(upstream.port()));
  Socket client(stage.served.port());
  client.send(kConnectUpstream);
  auto server = upstream.accept();
  EXPECT_EQ(client.read(kUpstreamEstablished.size()), kUpstreamEstablished);
  server.limit_wait(500);
  client.limit_wait(500);
  const std::string much(kFar, 'x');
  EXPECT_LT(server.send(much), kFar / 4);
  EXPECT_LT(client.send(much), kFar / 4);
  stage.served.stop();
}

}  // namespace
}  // namespace misproxy::test
