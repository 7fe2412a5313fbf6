// Real clients whose requests the proxy forwards, and an origin without TLS.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "core/sha256.hpp"
#include "support/served.hpp"
#include "support/socket.hpp"
#include "trace/normal_form.hpp"

namespace misproxy::test {
namespace {

constexpr std::string_view kHead = R"(schema = 1
[about]
id = "plain"
title = "Plain HTTP"
teaches = "nothing"
[[origin]]
host = "*.test"
port = 80
tls = []
)";

/// A scenario with origins without TLS, these faults, and whatever else.
class Plain {
 public:
  explicit Plain(std::string_view more = {}, std::vector<std::string> flags = {})
      : served_({folder_.write("plain.toml", fmt::format("{}{}", kHead, more))}, flags) {}

  Served& operator*() { return served_; }
  Served* operator->() { return &served_; }

  Finished curl(std::vector<std::string> arguments, const std::string& input = {}) {
    arguments.insert(arguments.begin(), {"curl", "-q", "-sS", "-x", served_.ready().proxy_url});
    return run(arguments, {"no_proxy="}, input);
  }
  Socket socket() { return Socket(served_.port()); }
  /// The next connection works.
  void expect_healthy() { EXPECT_EQ(curl({"http://a.test/healthcheck"}).out, "healthy\n"); }

 private:
  Folder folder_;
  Served served_;
};

std::ptrdiff_t count_of(const Served& served, std::string_view name) {
  const auto trace = served.trace();
  return std::ranges::count_if(trace, [&](const auto& line) { return line.event.name == name; });
}

TEST(PlainHttp, CurlGetsAndHeads) {
  Plain plain;
  const auto got = plain.curl({"-i", "http://a.test/healthcheck"});
  EXPECT_EQ(got.code, 0) << got.err;
  EXPECT_TRUE(got.out.starts_with("HTTP/1.1 200 OK\r\n")) << got.out;
  EXPECT_NE(got.out.find("\r\nVia: 1.1 misproxy\r\n"), std::string::npos) << got.out;
  EXPECT_TRUE(got.out.ends_with("\r\n\r\nhealthy\n"));
  const auto head = plain.curl({"-I", "http://a.test/bytes/12345"});
  EXPECT_NE(head.out.find("Content-Length: 12345\r\n"), std::string::npos) << head.out;
  EXPECT_EQ(plain.curl({"-L", "http://a.test/"}).out, "healthy\n") << "a redirect to http";
  plain->stop();
}

TEST(PlainHttp, CurlUploadsInChunksAndWithALength) {
  Plain plain;
  const std::string body(60'000, 'x');  // what a pipe takes at once
  const auto received = fmt::format("received 60000 bytes, SHA-256 {}\n", sha256_hex(body));
  EXPECT_EQ(plain.curl({"-T", "-", "http://a.test/upload"}, body).out, received);
  EXPECT_EQ(plain.curl({"--data-binary", "@-", "http://a.test/upload"}, body).out, received);
  EXPECT_EQ(
      plain
          .curl({"--data-binary", "@-", "-H", "Expect: 100-continue", "http://a.test/upload"}, body)
          .out,
      received);
  EXPECT_EQ(plain.curl({"--http1.0", "--data-binary", "@-", "http://a.test/upload"}, body).out,
            received);
  plain->stop();
}

TEST(PlainHttp, ALargeDownloadIsWhole) {
  Plain plain;
  const auto got = plain.curl(
      {"-H", "Want-Repr-Digest: sha-256=1", "-D", "/dev/stderr", "http://a.test/bytes/20000000"});
  EXPECT_EQ(got.out.size(), 20'000'000U);
  EXPECT_NE(got.err.find("Repr-Digest: sha-256="), std::string::npos);
  const auto direct = plain.curl({"-p", "http://a.test/bytes/20000000"});
  EXPECT_EQ(sha256_hex(got.out), sha256_hex(direct.out)) << "forwarded, and in a tunnel";
  plain->stop();
}

TEST(PlainHttp, OneConnectionServesManyRequestsAndHosts) {
  Plain plain;
  const auto got = plain.curl({"-w", "%{num_connects}\n", "http://a.test/healthcheck",
                               "http://a.test/healthcheck", "http://b.test/healthcheck",
                               "http://a.test/healthcheck"});
  EXPECT_EQ(got.out, "healthy\n1\nhealthy\n0\nhealthy\n0\nhealthy\n0\n");
  plain->stop();
  EXPECT_EQ(count_of(*plain, "connected"), 1);
  EXPECT_EQ(count_of(*plain, "inner-request"), 4);
}

TEST(PlainHttp, HttpOneZero) {
  Plain plain;
  EXPECT_EQ(plain.curl({"--http1.0", "http://a.test/healthcheck"}).out, "healthy\n");
  auto socket = plain.socket();
  socket.send("GET http://a.test/healthcheck HTTP/1.0\r\n\r\n");
  const auto answer = socket.read_all();
  EXPECT_EQ(socket.ending, Socket::End::fin);
  EXPECT_NE(answer.find("\r\nConnection: close\r\n\r\nhealthy\n"), std::string::npos) << answer;
  plain->stop();
}

TEST(PlainHttp, PipelinedRequestsAreAnsweredInOrder) {
  Plain plain;
  std::string requests;
  for (int i = 0; i < 100; ++i)
    requests += fmt::format("GET http://{}.test/bytes/{} HTTP/1.1\r\n\r\n", i % 2, i);
  requests += "GET http://a.test/healthcheck HTTP/1.1\r\nConnection: close\r\n\r\n";
  for (const bool at_once : {true, false}) {
    auto socket = plain.socket();
    if (at_once) {
      socket.send(requests);
    } else {
      for (std::size_t at = 0; at < requests.size(); at += 777)
        socket.send(std::string_view(requests).substr(at, 777));
    }
    socket.finish_sending();
    const auto answers = socket.read_all();
    EXPECT_EQ(socket.ending, Socket::End::fin);
    std::size_t at = 0;
    for (int i = 0; i < 100; ++i) {
      at = answers.find(fmt::format("\r\nContent-Length: {}\r\n", i), at);
      ASSERT_NE(at, std::string::npos) << i;
    }
    EXPECT_TRUE(answers.ends_with("healthy\n"));
  }
  plain.expect_healthy();
  plain->stop();
}

TEST(PlainHttp, ItsOwnAnswers) {
  Plain plain;
  const auto answer = [&](std::string_view request) {
    auto socket = plain.socket();
    socket.send(request);
    socket.finish_sending();
    return socket.read_all();
  };
  EXPECT_TRUE(answer("OPTIONS * HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 200 OK\r\nAllow: "));
  EXPECT_TRUE(answer("OPTIONS http://a.test HTTP/1.1\r\nMax-Forwards: 1\r\n\r\n")
                  .starts_with("HTTP/1.1 204 "));
  EXPECT_NE(answer("TRACE http://a.test/ HTTP/1.1\r\nMax-Forwards: 0\r\n\r\n")
                .find("\r\n\r\nTRACE http://a.test/ HTTP/1.1\r\n"),
            std::string::npos);
  plain->stop();
}

/// Each gets a clear answer, and none shakes the next connection.
TEST(PlainHttp, HostileRequestsAreRefused) {
  Plain plain;
  const auto refusal = [&](std::string_view request, std::string_view status) {
    auto socket = plain.socket();
    socket.send(request);
    const auto answer = socket.read_all();
    EXPECT_TRUE(answer.starts_with(fmt::format("HTTP/1.1 {} ", status))) << request << answer;
    EXPECT_EQ(socket.ending, Socket::End::fin);
  };
  refusal("POST http://a.test/upload HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\n",
          "400");
  refusal(
      "POST http://a.test/upload HTTP/1.1\r\nContent-Length: 3\r\n"
      "Transfer-Encoding: chunked\r\n\r\n",
      "400");
  refusal(
      "POST http://a.test/upload HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
      "5\r\nabcdefgh\r\n",
      "400");
  refusal("POST http://a.test/upload HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n", "400");
  refusal("POST http://a.test/upload HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", "501");
  refusal("GET http://user:secret@a.test/ HTTP/1.1\r\n\r\n", "400");
  refusal("GET http://elsewhere.example/ HTTP/1.1\r\n\r\n", "403");
  refusal("GET http://a.test:99999/ HTTP/1.1\r\n\r\n", "400");
  refusal("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n", "400");
  plain.expect_healthy();
  plain->stop();
  for (const auto& line : plain->trace()) {
    for (const auto& [key, value] : line.event.fields) {
      if (const auto* text = std::get_if<std::string>(&value)) {
        EXPECT_EQ(text->find("secret"), std::string::npos) << key;
      }
    }
  }
}

TEST(PlainHttp, AClientThatLeavesInTheMiddleTakesNothingAlong) {
  Plain plain;
  {
    auto socket = plain.socket();
    socket.send("GET http://a.test/bytes/100000000 HTTP/1.1\r\n\r\n");
    EXPECT_EQ(socket.read(1000).size(), 1000U);
    socket.reset();
  }
  {
    auto socket = plain.socket();
    socket.send("POST http://a.test/upload HTTP/1.1\r\nContent-Length: 1000\r\n\r\nabc");
  }
  plain.expect_healthy();
  plain->stop();
}

TEST(PlainHttp, BadOriginsGetAClearAnswer) {
  const auto status = [](std::string_view deed, std::string_view manner) {
    Plain plain(
        fmt::format("[proxy]\nmanner = '{}'\n[[fault]]\nid = 'f'\n"
                    "when.point = 'inner-request'\n{}\n",
                    manner, deed));
    const auto got = plain.curl({"-o", "/dev/null", "-w", "%{http_code}", "http://a.test/"});
    plain->stop();
    return fmt::format("{} {}", got.code, got.out);
  };
  EXPECT_EQ(status("do.close.how = 'fin'", "rfc"), "0 502");
  EXPECT_EQ(status("do.close.how = 'rst'", "rfc"), "0 502");
  EXPECT_EQ(status("do.respond.raw = \"<html>no head</html>\"", "rfc"), "0 502");
  EXPECT_EQ(status("do.respond.raw = \"HTTP/1.1 200 OK\\r\\nContent-Length: 1\\r\\n"
                   "Content-Length: 2\\r\\n\\r\\nab\"",
                   "squid"),
            "0 502");
  EXPECT_EQ(status("do.close.how = 'fin'", "tinyproxy"), "52 000");
  EXPECT_EQ(status("do.respond.raw = \"<html>no head</html>\"", "tinyproxy"), "0 503");
}

/// A silent origin, and a proxy that waits so long and no longer.
TEST(PlainHttp, ASilentOriginIsGivenUp) {
  Plain plain(
      "[proxy]\nidle_timeout_ms = 200\n[[fault]]\nid = 'f'\nwhen.point = 'inner-request'\n"
      "do.stall = {}\n");
  const auto got = plain.curl({"-i", "http://a.test/"});
  EXPECT_TRUE(got.out.starts_with("HTTP/1.1 504 ")) << got.out << got.err;
  EXPECT_NE(got.out.find("error=http_response_timeout"), std::string::npos);
  plain->stop();
}

TEST(PlainHttp, FaultsActAtTheirPlaces) {
  const auto result = [](std::string_view fault, std::vector<std::string> arguments = {}) {
    Plain plain(fmt::format("[[fault]]\nid = 'f'\n{}\n", fault));
    arguments.insert(arguments.end(),
                     {"-o", "/dev/null", "-m", "5", "-w", "%{http_code} %{size_download}"});
    arguments.emplace_back("http://a.test/bytes/200000");
    const auto got = plain.curl(arguments);
    plain->stop();
    return fmt::format("{} {}", got.code, got.out);
  };
  EXPECT_EQ(result("when = { point = 'request-head', path = '/bytes/*' }\n"
                   "do.respond = { status = 403, body = 'no' }"),
            "0 403 2");
  EXPECT_EQ(result("when = { point = 'request-head', path = '/other' }\n"
                   "do.respond = { status = 403 }"),
            "0 200 200000");
  EXPECT_EQ(result("when.point = 'resolve'\ndo.resolve-failure = {}").substr(0, 5), "0 502");
  EXPECT_EQ(result("when.point = 'upstream-connect'\ndo.upstream-timeout = {}").substr(0, 5),
            "0 504");
  EXPECT_EQ(
      result("when = { point = 'reply', offset_bytes = 1000 }\ndo.close.how = 'rst'").substr(0, 6),
      "56 200");
  EXPECT_EQ(result("when = { point = 'inner-response', body_offset_bytes = 1000 }\n"
                   "do.close.how = 'fin'"),
            "18 200 1000");
  EXPECT_EQ(result("when = { point = 'inner-response', body_offset_bytes = 1000 }\n"
                   "do.close.how = 'rst'"),
            "56 200 1000");
  EXPECT_EQ(result("when.point = 'reply'\ndo.throttle.bytes_per_s = 2000000"), "0 200 200000");
  EXPECT_EQ(result("when = { point = 'reply', offset_bytes = 5 }\ndo.stall.for_ms = 50"),
            "0 200 200000");
  EXPECT_EQ(result("when.point = 'inner-request'\ndo.respond = { status = 503, body = 'x' }"),
            "0 503 1");
}

/// The first, the second and the third get different answers.
TEST(PlainHttp, AttemptsCountRequestsOfOneHost) {
  Plain plain(
      "[[fault]]\nid = 'one'\nwhen = { point = 'reply', attempt = 1 }\n"
      "do.respond = { status = 503, body = 'busy' }\n"
      "[[fault]]\nid = 'two'\nwhen = { point = 'inner-request', attempt = 2 }\n"
      "do.respond = { status = 404, body = 'none' }\n");
  const auto got = plain.curl({"-w", " %{http_code}\n", "http://a.test/healthcheck",
                               "http://a.test/healthcheck", "http://a.test/healthcheck"});
  EXPECT_EQ(got.out, "busy 503\nnone 404\nhealthy\n 200\n");
  plain->stop();
}

/// A CONNECT may carry anything: it passes as it comes, at once, and no trigger takes it for TLS.
TEST(PlainHttp, ATunnelCarriesAnyBytes) {
  Plain plain(
      "[[fault]]\nid = 'hello'\nwhen = { point = 'tunnel', direction = 'to_origin', record = "
      "{ type = 'handshake' } }\ndo.close.how = 'rst'\n");
  const auto tunnel = [&] {
    auto socket = plain.socket();
    socket.send("CONNECT a.test:80 HTTP/1.1\r\n\r\n");
    EXPECT_EQ(socket.read(39), "HTTP/1.1 200 Connection established\r\n\r\n");
    return socket;
  };
  for (const std::string_view words : {"SSH-2.0-OpenSSH_9.2\r\n", "EHLO x\r\n", "\x16", "\x16\x03",
                                       "\x17garbage", "a", "USER x\r\nPASS y\r\n"}) {
    auto socket = tunnel();
    socket.send(words);
    socket.finish_sending();
    socket.read_all();
    EXPECT_NE(socket.ending, Socket::End::bound) << words;
  }
  auto http = tunnel();
  http.send("GET /healthcheck HTTP/1.1\r\nHost: a.test\r\n\r\n");
  EXPECT_EQ(http.read(15), "HTTP/1.1 200 OK") << "without waiting for more";
  plain->stop();
  EXPECT_EQ(count_of(*plain, "close"), 0);
}

/// The same request at every cut: one trace.
TEST(PlainHttp, FiftyClientsOneDigest) {
  std::set<std::string> digests;
  for (int i = 0; i < 3; ++i) {
    Plain plain(
        "[[fault]]\nid = 'f'\nwhen = { point = 'reply', attempt = '10..20', "
        "offset_bytes = 900 }\ndo.close.how = 'fin'\n",
        {"--threads", "2", "--exit-after", "50"});
    std::vector<Process> curls;
    for (int j = 0; j < 50; ++j) {
      curls.emplace_back(
          std::vector<std::string>{"curl", "-q", "-sS", "-x", plain->ready().proxy_url, "-o",
                                   "/dev/null", "http://a.test/bytes/50000"},
          std::vector<std::string>{"no_proxy="});
    }
    for (auto& process : curls)
      process.wait();
    plain->wait();
    digests.insert(trace_digest(plain->trace()));
  }
  EXPECT_EQ(digests.size(), 1U);
}

/// Which attempt the second of each is depends on who comes between.
TEST(PlainHttp, FiftyClientsOneDigestThatAskTwiceOnAConnection) {
  std::set<std::string> digests;
  for (int i = 0; i < 3; ++i) {
    Plain plain("", {"--threads", "2", "--exit-after", "50"});
    std::vector<Process> curls;
    for (int j = 0; j < 50; ++j) {
      curls.emplace_back(
          std::vector<std::string>{"curl", "-q", "-sS", "-x", plain->ready().proxy_url, "-o",
                                   "/dev/null", "http://a.test/bytes/5000", "-o", "/dev/null",
                                   "http://a.test/bytes/70000"},
          std::vector<std::string>{"no_proxy="});
    }
    for (auto& process : curls)
      EXPECT_EQ(process.wait().code, 0);
    plain->wait();
    digests.insert(trace_digest(plain->trace()));
  }
  EXPECT_EQ(digests.size(), 1U);
}

}  // namespace
}  // namespace misproxy::test
