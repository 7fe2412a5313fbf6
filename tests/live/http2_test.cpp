#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <set>

#include "core/sha256.hpp"
#include "support/served.hpp"
#include "trace/normal_form.hpp"

namespace misproxy::test {
namespace {

ClientSettings get(const std::string& url) {
  ClientSettings client;
  client.method = ClientSettings::Method::get;
  client.url = url;
  return client;
}

/// A scenario of one origin, a.test; `more` behind its host, tables too.
std::string scenario(const std::string& more) {
  return "schema = 1\n[about]\nid = 'x'\ntitle = 't'\nteaches = 'u'\n"
         "[[origin]]\nhost = 'a.test'\n" +
         more;
}

std::string cut(const std::string& how) {
  return scenario("[[fault]]\nid = 'cut'\ndo = { close = { how = '" + how +
                  "' } }\nwhen = { point = 'inner-response', body_offset_bytes = 100000 }\n");
}

std::vector<std::string> with(std::vector<std::string> arguments,
                              const std::vector<std::string>& more) {
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

std::vector<std::string> s_client(const ReadyLine& ready, const std::vector<std::string>& more) {
  return with({"openssl", "s_client", "-proxy", fmt::format("127.0.0.1:{}", ready.proxy_port),
               "-connect", "a.test:443", "-servername", "a.test", "-CAfile", ready.ca},
              more);
}

/// A measured value of the first event of this name.
std::string measured(const std::vector<TraceLine>& trace, std::string_view event,
                     std::string_view key) {
  for (const auto& line : trace) {
    if (line.event.name != event) continue;
    for (const auto& [name, value] : line.event.measured) {
      if (name == key) return std::visit([](const auto& v) { return fmt::format("{}", v); }, value);
    }
  }
  return "(none)";
}

TEST(Http2, RealCurlSpeaksItByItself) {
  Folder folder;
  Served served({folder.write("x.toml", scenario(""))});
  const auto client = get("https://a.test/bytes/3000000");
  const auto arguments = curl_arguments(served.ready(), client);
  const auto whole = curl(with(arguments, {"--http1.1"}), client).out;
  ASSERT_EQ(whole.size(), 3'000'000U);
  EXPECT_TRUE(curl(with(arguments, {"--http2"}), client).out == whole);
  const auto health = get("https://a.test/healthcheck");
  const auto answer = curl(with(curl_arguments(served.ready(), health), {"-i"}), health).out;
  EXPECT_NE(answer.find("HTTP/2 200"), std::string::npos) << answer;
  const auto upload = get("https://a.test/upload");
  const std::string body(5'000'000, 'x');
  const auto file = folder.write("large", body);
  EXPECT_EQ(curl(with(curl_arguments(served.ready(), upload), {"-T", file}), upload).out,
            fmt::format("received 5000000 bytes, SHA-256 {}\n", sha256_hex(body)));
  served.stop();
  std::set<std::string> versions;
  for (const auto& line : served.trace()) {
    if (line.event.name == "inner-request")
      versions.insert(measured({line}, "inner-request", "http_version"));
  }
  EXPECT_EQ(versions, (std::set<std::string>{"1.1", "2"}));
}

/// As in HTTP/1.1, to the byte; what the trace says of it is the same but for what is measured.
TEST(Http2, RealCurlSeesTheCutAtTheByte) {
  Folder folder;
  for (const auto* how : {"fin", "rst", "no_close_notify"}) {
    const auto file = folder.write("x.toml", cut(how));
    const auto client = get("https://a.test/bytes/300000");
    std::set<std::string> digests;
    for (const auto* version : {"--http1.1", "--http2"}) {
      Served served({file}, {"--exit-after", "1"});
      const auto result = curl(with(curl_arguments(served.ready(), client), {version}), client);
      EXPECT_EQ(result.out.size(), 100'000U) << how << version;
      EXPECT_NE(result.exit, 0) << how << version;
      served.wait();
      digests.insert(trace_digest(served.trace()));
    }
    EXPECT_EQ(digests.size(), 1U) << how;
  }
}

/// With the keys that stand in the capture, tshark shows what is inside.
TEST(Http2, IsReadInACapture) {
  if (run({"tshark", "--version"}).code != 0) GTEST_SKIP() << "tshark is not installed";
  Folder folder;
  const auto file = folder.write(
      "x.toml", cut("rst") + "[client]\nurl = 'https://a.test/bytes/300000'\nmethod = 'GET'\n");
  const auto capture = (folder / "c.pcapng").string();
  misproxy({"run", file, "--world", "live", "--client", "curl", "--capture", capture});
  const auto said = misproxy({"diagnose", capture}).out;
  EXPECT_NE(said.find("reset-mid-transfer"), std::string::npos) << said;
  EXPECT_NE(said.find("GET /bytes/300000 (decrypted)"), std::string::npos) << said;
  EXPECT_NE(said.find("HTTP 200"), std::string::npos) << said;
}

TEST(Http2, FiftyCurlsOneDigest) {
  Folder folder;
  const auto file = folder.write("x.toml", cut("rst"));
  const auto client = get("https://a.test/bytes/300000");
  std::set<std::string> digests;
  for (int i = 0; i < 3; ++i) {
    Served served({file}, {"--threads", "2", "--exit-after", "50"});
    std::vector<Process> curls;
    for (int k = 0; k < 50; ++k) {
      curls.emplace_back(with(curl_arguments(served.ready(), client), {"--http2"}),
                         std::vector<std::string>{"no_proxy="});
    }
    for (auto& process : curls)
      process.wait();
    served.wait();
    digests.insert(trace_digest(served.trace()));
  }
  EXPECT_EQ(digests.size(), 1U);
}

/// Many requests at once on one connection.
TEST(Http2, RealCurlSharesAConnection) {
  Served served({"allow"});
  const auto client = get("https://tools.cisco.com/bytes/200[0-9]");
  const auto result = curl(with(curl_arguments(served.ready(), client), {"-Z"}), client);
  EXPECT_EQ(result.exit, 0) << result.message;
  served.stop();
  const auto trace = served.trace();
  EXPECT_EQ(std::count_if(trace.begin(), trace.end(),
                          [](const auto& line) { return line.event.name == "inner-response"; }),
            10);
}

TEST(Http2, RealGitSpeaksIt) {
  Served served({"allow"});
  const auto git =
      run({"git", "ls-remote", "https://tools.cisco.com/x.git"},
          {"https_proxy=" + served.ready().proxy_url,
           "no_proxy=", "GIT_SSL_CAINFO=" + served.ready().ca, "GIT_TERMINAL_PROMPT=0"});
  EXPECT_NE(git.err.find("not found"), std::string::npos) << git.err;
  served.stop();
  EXPECT_EQ(measured(served.trace(), "inner-request", "http_version"), "2");
}

/// RFC 7301 section 3.2: what is offered, and none of it known.
TEST(Alpn, OnlyOtherProtocolsGetAnAlert) {
  Folder folder;
  const auto file = folder.write("x.toml", scenario("alpn = ['http/1.1']\n"));
  Served served({file, "allow"});
  const auto refused = run(s_client(served.ready(), {"-alpn", "h2"}));
  EXPECT_NE(refused.err.find("no application protocol"), std::string::npos) << refused.err;
  const auto taken = run(s_client(served.ready(), {"-alpn", "http/1.1"}));
  EXPECT_NE(taken.out.find("ALPN protocol: http/1.1"), std::string::npos) << taken.out;
  const auto none = run(s_client(served.ready(), {}));
  EXPECT_NE(none.out.find("No ALPN negotiated"), std::string::npos) << none.out;
  served.stop();
  EXPECT_EQ(measured(served.trace(), "client-hello", "alpn_offered"), "h2");
}

TEST(Alpn, H2AloneIsTaken) {
  Folder folder;
  Served served({folder.write("x.toml", scenario(""))});
  const auto taken = run(s_client(served.ready(), {"-alpn", "h2"}));
  EXPECT_NE(taken.out.find("ALPN protocol: h2"), std::string::npos) << taken.out;
  served.stop();
}

std::int64_t resumed_in(const Served& served) {
  std::int64_t resumed = 0;
  for (const auto& line : served.trace())
    resumed += measured({line}, "tls-handshake", "resumed") == "1" ? 1 : 0;
  return resumed;
}

TEST(SessionTickets, AreGivenWhereTheScenarioWantsThem) {
  Folder folder;
  const auto resumes = [&](const std::string& more, const std::string& version) {
    Served served({folder.write("x.toml", scenario(more))});
    // -reconnect asks for five more connections with the session of the first.
    run(s_client(served.ready(), {"-" + version, "-reconnect", "-no_ign_eof"}));
    served.stop();
    return resumed_in(served);
  };
  EXPECT_EQ(resumes("", "tls1_2"), 0);
  EXPECT_EQ(resumes("session_tickets = 2\n", "tls1_2"), 5);
}

TEST(SessionTickets, ResumeTheSessionsOfTls13) {
  Folder folder;
  for (const auto* tickets : {"session_tickets = 1\n", ""}) {
    const std::int64_t given = *tickets == '\0' ? 0 : 1;
    Served served({folder.write("x.toml", scenario(tickets))});
    const auto client = get("https://a.test/healthcheck");
    // Two connections of one command, as the first is not kept.
    auto arguments = with(curl_arguments(served.ready(), client),
                          {"--http1.1", "--tlsv1.3", "-H", "Connection: close", client.url});
    EXPECT_EQ(curl(arguments, client).exit, 0);
    const auto session = folder.write("session", "");
    const auto request = folder.write(
        "request", "GET /healthcheck HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n");
    const auto ask = [&](const std::string& how) {
      const auto program = s_client(served.ready(), {"-tls1_3", "-quiet", how, session});
      std::string line;
      for (const auto& word : program)
        line += word + " ";
      return run({"sh", "-c", line + "< " + request});
    };
    ask("-sess_out");
    if (given == 1) ask("-sess_in");
    served.stop();
    EXPECT_EQ(resumed_in(served), 2 * given);
  }
}

/// To whoever tries a client: once a kind, and nothing where a fault has acted.
TEST(Hints, SayOnceWhatTheTraceDoesNotMakePlain) {
  Served served({"allow", "acl-deny-403"});
  auto plain = get("http://plain.test/");
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(curl(curl_arguments(served.ready(), plain), plain).http_code, 403);
    const auto denied = bundled_scenario("acl-deny-403").client;
    EXPECT_EQ(curl(curl_arguments(served.ready(1), denied), denied).http_connect, 403);
    const auto secret = get("https://tools.cisco.com/healthcheck");
    EXPECT_EQ(curl({"curl", "-q", "-sS", "-x", served.ready().proxy_url, secret.url}, secret).exit,
              60);
  }
  served.process().signal(SIGTERM);
  const auto said = served.process().wait().err;
  const auto count = [&](std::string_view words) {
    int found = 0;
    for (auto at = said.find(words); at != std::string::npos; at = said.find(words, at + 1))
      ++found;
    return found;
  };
  EXPECT_EQ(count("misproxy: this 403 is misproxy's own answer, and no fault of allow"), 1) << said;
  EXPECT_EQ(count("misproxy's own answer, and no fault of acl-deny-403"), 0);
  EXPECT_EQ(count("misproxy: a client of allow closed after the certificate"), 1) << said;
  EXPECT_EQ(count("does it trust " + served.ready().ca), 1) << said;
}

TEST(TraceHost, LeavesOtherHostsOut) {
  Folder folder;
  const auto file = folder.write("x.toml", scenario("[[origin]]\nhost = 'errand.test'\n"));
  std::set<std::string> all;
  std::set<std::string> some;
  for (int errands = 0; errands < 2; ++errands) {
    Served served({file});
    const auto client = get("https://a.test/healthcheck");
    const auto errand = get("https://errand.test/healthcheck");
    curl(curl_arguments(served.ready(), client), client);
    for (int i = 0; i < errands; ++i)
      curl(curl_arguments(served.ready(), errand), errand);
    served.await(static_cast<std::size_t>(1 + errands),
                 [](const TraceLine& line) { return line.event.name == "closed"; });
    served.stop();
    const auto path = served.trace_path().string();
    all.insert(misproxy({"trace", "digest", path}).out);
    some.insert(misproxy({"trace", "digest", path, "--host", "A.*"}).out);
    const auto none = misproxy({"trace", "show", path, "--host", "b.test"});
    EXPECT_EQ(none.code, 2);
    EXPECT_NE(none.err.find("it names a.test"), std::string::npos) << none.err;
  }
  EXPECT_EQ(all.size(), 2U);
  EXPECT_EQ(some.size(), 1U);
}

}  // namespace
}  // namespace misproxy::test
