#include "proxy/forwarding.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace misproxy {
namespace {

constexpr auto kGetHostDiffers = "GET http://a.test/x HTTP/1.1\r\nHost: b.test\r\n\r\n";

/// A request, as the proxy reads it, and what becomes of it.
struct Exchange {
  RequestReader reader{64 * 1024};
  std::optional<Forwarding> forwarding;

  explicit Exchange(std::string_view head) {
    reader.feed_head(head);
    EXPECT_TRUE(reader.head()) << head << (reader.error() ? reader.error()->reason : "");
    if (reader.head()) forwarding.emplace(reader, "misproxy");
  }
  Forwarding* operator->() { return &*forwarding; }
};

/// What the client gets, however the origin's bytes were cut.
std::string heard(std::string_view request, std::string_view response) {
  Exchange whole(request);
  const auto out = whole->hear(response);
  for (const std::size_t size : {1U, 2U, 7U}) {
    Exchange cut(request);
    std::string pieces;
    for (std::size_t at = 0; at < response.size(); at += size)
      pieces += cut->hear(response.substr(at, size));
    EXPECT_EQ(pieces, out) << "in pieces of " << size;
    EXPECT_EQ(cut->answered(), whole->answered());
    EXPECT_EQ(cut->response_error(), whole->response_error());
  }
  return out;
}

TEST(Forwarding, WritesTheRequestAnew) {
  Exchange exchange(
      "GET http://a.test:8080/x?y#z HTTP/1.1\r\nHost: elsewhere\r\nUser-Agent: me\r\n"
      "Proxy-Connection: keep-alive\r\nProxy-Authorization: Basic eDp5\r\nVia: 1.1 first\r\n\r\n");
  EXPECT_EQ(exchange->request_head({}),
            "GET /x?y HTTP/1.1\r\nHost: a.test:8080\r\nUser-Agent: me\r\nVia: 1.1 first\r\n"
            "Via: 1.1 misproxy\r\n\r\n");
  EXPECT_TRUE(exchange->asked());
}

/// Source: RFC 9110 section 8.6.
TEST(Forwarding, SaysALengthOnce) {
  for (const auto* length : {"Content-Length: 3, 3", "Content-Length: 3\r\nContent-Length: 3"}) {
    Exchange exchange(fmt::format("POST http://a.test/x HTTP/1.1\r\n{}\r\n\r\nabc", length));
    EXPECT_EQ(exchange->request_head({}),
              "POST /x HTTP/1.1\r\nHost: a.test\r\nContent-Length: 3\r\nVia: 1.1 misproxy\r\n\r\n");
  }
}

TEST(Forwarding, WritesTargetsInFullForAParentWithCredentialsThatAreForIt) {
  const auto head = [](std::string_view line) {
    Exchange exchange(
        fmt::format("{} HTTP/1.1\r\nHost: x\r\nProxy-Authorization: Basic eDp5\r\n\r\n", line));
    return exchange->request_head({"a.test:8080", {"Basic eDp5"}});
  };
  EXPECT_EQ(head("GET http://me:pw@a.test:8080/x?y"),
            "GET http://a.test:8080/x?y HTTP/1.1\r\nHost: a.test:8080\r\n"
            "Proxy-Authorization: Basic eDp5\r\nVia: 1.1 misproxy\r\n\r\n");
  EXPECT_TRUE(head("OPTIONS http://a.test:8080").starts_with("OPTIONS http://a.test:8080 HTTP"));
}

TEST(Forwarding, WritesTargetsAsTheOriginGetsThem) {
  const auto line = [](std::string_view method, std::string_view target) {
    Exchange exchange(fmt::format("{} {} HTTP/1.0\r\n\r\n", method, target));
    const auto head = exchange->request_head({});
    return head.substr(0, head.find("\r\nVia"));
  };
  EXPECT_EQ(line("GET", "http://a.test"), "GET / HTTP/1.1\r\nHost: a.test");
  EXPECT_EQ(line("GET", "HTTP://a.test?q"), "GET /?q HTTP/1.1\r\nHost: a.test");
  EXPECT_EQ(line("OPTIONS", "http://a.test:80"), "OPTIONS * HTTP/1.1\r\nHost: a.test:80");
  EXPECT_EQ(line("OPTIONS", "http://[::1]/"), "OPTIONS / HTTP/1.1\r\nHost: [::1]");
}

TEST(Forwarding, CountsForwards) {
  const auto with = [](std::string_view method, std::string_view most) {
    return Exchange(
        fmt::format("{} http://a.test/ HTTP/1.1\r\nMax-Forwards: {}\r\n"
                    "Cookie: secret\r\nX: y\r\n\r\n",
                    method, most));
  };
  EXPECT_NE(with("TRACE", "3")->request_head({}).find("\r\nMax-Forwards: 2\r\n"),
            std::string::npos);
  EXPECT_FALSE(with("GET", "0")->ends_here()) << "only OPTIONS and TRACE count";
  EXPECT_FALSE(with("TRACE", "-1")->ends_here());
  EXPECT_FALSE(with("TRACE", "0x")->ends_here());
  EXPECT_TRUE(with("OPTIONS", "0")->ends_here());
  auto trace = with("TRACE", "0");
  ASSERT_TRUE(trace->ends_here());
  const auto answer = trace->own_answer();
  EXPECT_NE(answer.find("\r\n\r\nTRACE http://a.test/ HTTP/1.1\r\nMax-Forwards: 0\r\nX: y\r\n\r\n"),
            std::string::npos)
      << answer;
  EXPECT_EQ(answer.find("secret"), std::string::npos);
}

TEST(Forwarding, TakesBodiesUpToTheirEnd) {
  Exchange sized("POST http://a.test/ HTTP/1.1\r\nContent-Length: 5\r\n\r\n");
  EXPECT_EQ(sized->take("abc"), 3U);
  EXPECT_FALSE(sized->asked());
  EXPECT_EQ(sized->take("deGET "), 2U);
  EXPECT_TRUE(sized->asked());
  Exchange chunked("POST http://a.test/ HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n");
  EXPECT_EQ(chunked->take("3;x=y\r\nabc\r\n"), 12U);
  EXPECT_EQ(chunked->take("0\r\nT: r\r\n\r\nGET "), 11U);
  EXPECT_TRUE(chunked->asked());
  EXPECT_NE(chunked->request_head({}).find("Transfer-Encoding: chunked\r\n"), std::string::npos);
  Exchange lies("POST http://a.test/ HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n");
  lies->take("3\r\nabcdef\r\n");
  ASSERT_TRUE(lies->request_error());
  EXPECT_EQ(lies->request_error()->status, 400);
}

TEST(Forwarding, RefusesBodiesThatTwoReadDifferently) {
  const auto refused = [](std::string_view fields) {
    RequestReader reader(64 * 1024);
    reader.feed_head(fmt::format("POST http://a.test/ HTTP/1.1\r\n{}\r\n", fields));
    if (reader.error()) return reader.error()->status;
    const auto error = Forwarding(reader, "p").request_error();
    return error ? error->status : 0;
  };
  EXPECT_EQ(refused("Content-Length: 3\r\nContent-Length: 4\r\n"), 400);
  EXPECT_EQ(refused("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n"), 400);
  EXPECT_EQ(refused("Transfer-Encoding: chunked\r\nContent-Length: 3\r\n"), 400);
  EXPECT_EQ(refused("Content-Length: +3\r\n"), 400);
  EXPECT_EQ(refused("Transfer-Encoding: gzip, chunked\r\n"), 501);
  EXPECT_EQ(refused("Transfer-Encoding: gzip\r\n"), 501);
  EXPECT_EQ(refused("Transfer-Encoding: chunked\r\n"), 0);
}

TEST(Forwarding, WritesTheResponseAnew) {
  EXPECT_EQ(heard(kGetHostDiffers,
                  "HTTP/1.0 200 Fine thing\nContent-Length: 2\nConnection: keep-alive, X\nX: 1\n"
                  "Y: 2\n\nok"),
            "HTTP/1.1 200 Fine thing\r\nY: 2\r\nContent-Length: 2\r\nVia: 1.0 misproxy\r\n\r\nok");
}

TEST(Forwarding, EndsEachResponseAsItIsFramed) {
  const auto ends = [](std::string_view method, std::string_view response) {
    Exchange exchange(fmt::format("{} http://a.test/ HTTP/1.1\r\n\r\n", method));
    exchange->hear(response);
    return exchange->answered();
  };
  EXPECT_TRUE(ends("GET", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
  EXPECT_FALSE(ends("GET", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n"));
  EXPECT_TRUE(ends("HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n"));
  EXPECT_TRUE(ends("HEAD", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"));
  EXPECT_TRUE(ends("GET", "HTTP/1.1 204 No Content\r\n\r\n"));
  EXPECT_TRUE(ends("GET", "HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n"));
  EXPECT_FALSE(ends("GET", "HTTP/1.1 200 OK\r\n\r\nabc"));
  EXPECT_FALSE(ends("GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n"));
  EXPECT_TRUE(
      ends("GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n"));
}

TEST(Forwarding, ABodyWithoutALengthEndsWithTheConnection) {
  Exchange exchange(kGetHostDiffers);
  const auto out = exchange->hear("HTTP/1.1 200 OK\r\n\r\nabc");
  EXPECT_NE(out.find("\r\nConnection: close\r\n\r\nabc"), std::string::npos) << out;
  exchange->hear_end();
  EXPECT_TRUE(exchange->answered());
  EXPECT_TRUE(exchange->closes_client());
  EXPECT_FALSE(exchange->keeps_origin());
}

TEST(Forwarding, ChunksComeBeforeALength) {
  const auto out = heard(kGetHostDiffers,
                         "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n"
                         "\r\n2\r\nab\r\n0\r\n\r\n");
  EXPECT_EQ(out,
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nVia: 1.1 misproxy\r\n\r\n"
            "2\r\nab\r\n0\r\n\r\n");
}

/// RFC 9112 section 6.1.
TEST(Forwarding, AClientOfHttp10GetsNoChunks) {
  const auto out = heard("GET http://a.test/ HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
                         "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;x\r\nab\r\n"
                         "1\r\nc\r\n0\r\nT: r\r\n\r\n");
  EXPECT_EQ(out, "HTTP/1.1 200 OK\r\nVia: 1.1 misproxy\r\nConnection: close\r\n\r\nabc");
  EXPECT_EQ(heard("GET http://a.test/ HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
                  "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx"),
            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nVia: 1.1 misproxy\r\n"
            "Connection: keep-alive\r\n\r\nx");
}

TEST(Forwarding, InterimResponsesPass) {
  constexpr auto kResponse =
      "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n"
      "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
  EXPECT_EQ(heard(kGetHostDiffers, kResponse),
            "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n"
            "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nVia: 1.1 misproxy\r\n\r\n");
  EXPECT_EQ(heard("GET http://a.test/ HTTP/1.0\r\n\r\n", kResponse),
            "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nVia: 1.1 misproxy\r\n"
            "Connection: close\r\n\r\n");
}

/// It may send the body, or leave it out: RFC 9110 section 10.1.1.
TEST(Forwarding, AClientThatWasNotToldToGoOnIsNotReadOn) {
  constexpr auto kPost =
      "POST http://a.test/ HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n";
  Exchange refused(kPost);
  refused->hear("HTTP/1.1 413 Large\r\nContent-Length: 0\r\n\r\n");
  EXPECT_TRUE(refused->closes_client());
  Exchange told(kPost);
  told->hear("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  EXPECT_FALSE(told->closes_client());
}

TEST(Forwarding, TellsABadResponseFromOneThatIsCut) {
  const auto error = [](std::string_view response) {
    Exchange exchange(kGetHostDiffers);
    exchange->hear(response);
    return exchange->response_error().value_or("");
  };
  EXPECT_EQ(error("<html>"), "markup where a response was expected");
  EXPECT_EQ(error("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"),
            "two Content-Lengths");
  EXPECT_NE(error("HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n"), "");
  EXPECT_NE(error("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz"), "");
  EXPECT_EQ(heard(kGetHostDiffers, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc"),
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nVia: 1.1 misproxy\r\n\r\n1\r\nab")
      << "up to the first wrong byte";
  Exchange cut(kGetHostDiffers);
  cut->hear("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc");
  cut->hear_end();
  EXPECT_TRUE(cut->cut_short());
  EXPECT_FALSE(cut->response_error());
}

TEST(Forwarding, WhatIsMoreThanTheAnswerIsLetGo) {
  Exchange exchange(kGetHostDiffers);
  EXPECT_TRUE(exchange->hear("HTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 200 OK\r\n\r\n")
                  .ends_with("Via: 1.1 misproxy\r\n\r\n"));
  EXPECT_FALSE(exchange->keeps_origin());
  Exchange good(kGetHostDiffers);
  good->hear("HTTP/1.1 204 No Content\r\n\r\n");
  EXPECT_TRUE(good->keeps_origin());
}

}  // namespace
}  // namespace misproxy
