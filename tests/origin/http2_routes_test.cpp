#include <fmt/format.h>
#include <gtest/gtest.h>

#include "core/sha256.hpp"
#include "origin/make_session.hpp"
#include "support/fake_files.hpp"
#include "support/http2_client.hpp"
#include "support/plans.hpp"
#include "support/tls_trust.hpp"
#include "tls/client_tls.hpp"

namespace misproxy {
namespace {

using test::fault_text;
using test::Http2Client;
using test::plan_with;

/// An origin of a plan with this text behind its head, and a client that speaks HTTP/2 with it.
struct RouteTalk {
  Plan plan;
  test::FakeFiles files;
  FaultCounts counts;
  std::unique_ptr<Session> session;
  ClientTls tls;
  Http2Client http;
  std::vector<std::string> notes;
  std::vector<Ending> endings;

  explicit RouteTalk(std::string_view text)
      : plan(plan_with(text)), tls(test::http2_client(), "a.test") {
    session = make_origin_session(plan, counts, test::http2_server(), {1, "a.test", 1}, 443,
                                  test::test_time(), {&plan.scenario().origins.front(), &files});
    tls.start();
    give(Opened{Party::client});
    for (int i = 0; i < 3; ++i)
      pump();
  }

  void give(const Event& event) {
    ActionList actions;
    session->step(event, {}, actions);
    for (const auto& action : actions) {
      if (const auto* note = std::get_if<Note>(&action)) notes.push_back(note->fault + note->name);
      if (const auto* hangup = std::get_if<Hangup>(&action)) endings.push_back(hangup->how);
      if (const auto* send = std::get_if<Send>(&action)) {
        http.receive(tls.receive(send->bytes));
        give(Drained{Party::client});
      }
    }
  }

  void pump() {
    if (tls.state() == TlsEngine::State::open) tls.send(http.take_output());
    give(Received{Party::client, tls.take_output()});
  }

  Http2Client::Answer ask(const std::string& path, const std::string& method = "GET",
                          const std::vector<std::pair<std::string, std::string>>& headers = {},
                          const std::string& body = {}) {
    const auto stream = http.ask(path, method, headers, body);
    for (int i = 0; i < 8; ++i)
      pump();
    return http.answer(stream);
  }
};

std::string http2_route(std::string_view keys) {
  return fmt::format("[[origin.route]]\n{}\n", keys);
}

TEST(Http2Routes, AnswersAsInHttp1) {
  RouteTalk talk(http2_route("path = '/x'\ntext = '0123456789'\netag = '\"v1\"'") +
                 http2_route("path = '/c'\nbytes = 100000\nframing = 'chunked'") +
                 http2_route("path = '/z'\nbytes = 100000\ngzip = true") +
                 http2_route("path = '/n'\nstatus = 204"));
  EXPECT_EQ(talk.ask("/x").body, "0123456789");
  const auto part = talk.ask("/x", "GET", {{"range", "bytes=2-4"}});
  EXPECT_EQ(part.headers.at(":status"), "206");
  EXPECT_EQ(part.headers.at("content-range"), "bytes 2-4/10");
  EXPECT_EQ(part.body, "234");
  const auto parts = talk.ask("/x", "GET", {{"range", "bytes=2-4,7-"}});
  EXPECT_EQ(parts.headers.at(":status"), "206");
  EXPECT_TRUE(parts.headers.at("content-type").starts_with("multipart/byteranges; boundary="));
  EXPECT_EQ(parts.headers.at("content-length"), fmt::to_string(parts.body.size()));
  EXPECT_NE(parts.body.find("\r\nContent-Range: bytes 7-9/10\r\n\r\n789\r\n--"), std::string::npos);
  EXPECT_TRUE(parts.whole);
  EXPECT_EQ(talk.ask("/x", "HEAD", {{"range", "bytes=2-4,7-"}}).headers.at("content-length"), "10");
  EXPECT_EQ(talk.ask("/x", "GET", {{"if-match", "\"v2\""}}).headers.at(":status"), "412");
  const auto same = talk.ask("/x", "GET", {{"if-none-match", "\"v1\""}});
  EXPECT_EQ(same.headers.at(":status"), "304");
  EXPECT_TRUE(same.whole);
  const auto chunked = talk.ask("/c");
  EXPECT_FALSE(chunked.headers.contains("content-length"));
  EXPECT_FALSE(chunked.headers.contains("transfer-encoding"));
  EXPECT_EQ(chunked.body.size(), 100'000U);
  const auto coded = talk.ask("/z", "GET", {{"accept-encoding", "gzip"}});
  EXPECT_EQ(coded.headers.at("content-encoding"), "gzip");
  EXPECT_TRUE(coded.whole);
  EXPECT_EQ(coded.body.substr(0, 2), "\x1f\x8b");
  EXPECT_FALSE(talk.ask("/n").headers.contains("content-length"));
  EXPECT_EQ(talk.ask("/upload", "PUT", {}, "hello").body,
            fmt::format("received 5 bytes, SHA-256 {}\n", sha256_hex("hello")));
}

TEST(Http2Routes, ABodyWhoseSourceFailsResetsItsStreamAlone) {
  RouteTalk talk("files = '/tmp'\n");
  talk.files.add("/tmp/x", std::string(200'000, 'x'), 100'000);
  const auto got = talk.ask("/x");
  EXPECT_FALSE(got.whole);
  EXPECT_EQ(talk.notes.back(), "body-cut-short");
  EXPECT_EQ(talk.ask("/healthcheck").body, "healthy\n");
}

TEST(Http2Routes, WhatIsExpectedBeforeABody) {
  RouteTalk talk(http2_route("path = '/refuse'\nexpect = '417'") +
                 http2_route("path = '/take'\ntext = 'done'"));
  EXPECT_EQ(talk.ask("/take", "PUT", {{"expect", "100-continue"}}, "hi").body, "done");
  EXPECT_EQ(talk.ask("/refuse", "PUT", {{"expect", "100-continue"}}, "hi").headers.at(":status"),
            "417");
  EXPECT_EQ(talk.ask("/healthcheck").body, "healthy\n") << "the connection goes on";
}

TEST(Http2Routes, FaultsActInACodedBodyWhoseLengthIsNotKnown) {
  RouteTalk talk(http2_route("path = '/z'\nbytes = 100000\ngzip = true") +
                 fault_text("cut", "point = 'inner-response', body_offset_bytes = 1000",
                            "close = { how = 'rst' }"));
  EXPECT_EQ(talk.ask("/z", "GET", {{"accept-encoding", "gzip"}}).body.size(), 1000U);
  EXPECT_EQ(talk.endings, std::vector{Ending::rst});
}

}  // namespace
}  // namespace misproxy
