#include <fmt/format.h>
#include <gtest/gtest.h>

#include "core/sha256.hpp"
#include "origin/make_session.hpp"
#include "origin/origin_session.hpp"
#include "support/http2_client.hpp"
#include "support/plans.hpp"
#include "support/tls_trust.hpp"
#include "tls/client_tls.hpp"

namespace misproxy {
namespace {

using test::fault_text;
using test::Http2Client;
using test::plan_with;

/// An origin of a plan with these faults, and a client that speaks HTTP/2 with it.
struct Http2Talk {
  Plan plan;
  FaultCounts counts;
  std::unique_ptr<Session> session;
  ClientTls tls;
  Http2Client http;
  std::vector<std::string> notes;
  std::vector<Ending> endings;
  bool drains = true;   // what is sent is handed on at once
  std::size_t cut = 0;  // of what the client sends, into pieces; 0 is whole

  explicit Http2Talk(std::string_view faults = {}, std::uint32_t window = 1 << 30)
      : plan(plan_with(faults)),
        session(make_origin_session(plan, counts, test::http2_server(), {1, "a.test", 1}, 443,
                                    test::test_time())),
        tls(test::http2_client(), "a.test"),
        http(window) {
    tls.start();
    give(Opened{Party::client});
    for (int i = 0; i < 3; ++i)
      pump_tls();
    EXPECT_EQ(tls.protocol(), "h2");
  }

  void give(const Event& event) {
    ActionList actions;
    session->step(event, {}, actions);
    for (const auto& action : actions)
      take(action);
  }

  void take(const Action& action) {
    if (const auto* note = std::get_if<Note>(&action)) notes.push_back(note->fault + note->name);
    if (const auto* hangup = std::get_if<Hangup>(&action)) endings.push_back(hangup->how);
    if (const auto* timer = std::get_if<StartTimer>(&action)) give(Fired{timer->timer});
    if (const auto* send = std::get_if<Send>(&action)) {
      EXPECT_TRUE(endings.empty()) << "bytes after the end";
      http.receive(tls.receive(send->bytes));
      if (drains) give(Drained{Party::client});
    }
  }

  void pump_tls() {
    const auto bytes = tls.take_output();
    const auto piece = cut == 0 ? bytes.size() : cut;
    for (std::size_t at = 0; at < bytes.size(); at += piece)
      give(Received{Party::client, std::string_view(bytes).substr(at, piece)});
  }

  /// All that both have to say, until neither has more.
  void pump() {
    for (auto bytes = http.take_output(); !bytes.empty(); bytes = http.take_output()) {
      tls.send(bytes);
      pump_tls();
    }
  }

  Http2Client::Answer& ask(const std::string& path, const std::string& method = "GET",
                           const std::vector<std::pair<std::string, std::string>>& headers = {},
                           const std::string& body = {}) {
    const auto stream = http.ask(path, method, headers, body);
    pump();
    return http.answer(stream);
  }
};

TEST(OriginHttp2, AnswersTheRoutes) {
  Http2Talk talk;
  auto& root = talk.ask("/");
  EXPECT_EQ(root.headers[":status"], "302");
  EXPECT_EQ(root.headers["location"], "https://a.test/healthcheck");
  EXPECT_EQ(root.headers["server"], "misproxy");
  EXPECT_TRUE(root.whole);
  auto& health = talk.ask("/healthcheck");
  EXPECT_EQ(health.body, "healthy\n");
  EXPECT_EQ(health.headers["content-length"], "8");
  EXPECT_TRUE(health.whole);
  auto& head = talk.ask("/bytes/5368709120", "HEAD");
  EXPECT_EQ(head.headers["content-length"], "5368709120");
  EXPECT_TRUE(head.whole && head.body.empty());
  EXPECT_EQ(talk.ask("/healthcheck", "PUT", {}, "x").headers["allow"], "GET, HEAD, OPTIONS");
  EXPECT_EQ(
      talk.ask("/upload", "POST", {}, std::string(300'000, 'x')).body,
      fmt::format("received 300000 bytes, SHA-256 {}\n", sha256_hex(std::string(300'000, 'x'))));
  EXPECT_EQ(talk.ask("/elsewhere").headers[":status"], "404");
  EXPECT_NE(
      talk.ask("/bytes/10", "GET", {{"want-repr-digest", "sha-256=1"}}).headers["repr-digest"], "");
  EXPECT_TRUE(talk.endings.empty());
}

TEST(OriginHttp2, ADownloadIsThatOfHttp1) {
  Http2Talk talk;
  auto& answer = talk.ask("/bytes/3000000");
  ASSERT_EQ(answer.body.size(), 3'000'000U);
  std::string wanted(3'000'000, '\0');
  talk.plan.download(3'000'000).fill(0, wanted);
  EXPECT_TRUE(answer.body == wanted);
  EXPECT_TRUE(answer.whole);
}

TEST(OriginHttp2, IsTheSameHoweverTheClientCuts) {
  const auto notes = [](std::size_t cut) {
    Http2Talk talk;
    talk.cut = cut;
    for (const auto* path : {"/bytes/100000", "/healthcheck", "/"})
      talk.http.ask(path);
    talk.pump();
    return talk.notes;
  };
  EXPECT_EQ(notes(0), notes(1));
  EXPECT_EQ(notes(0).size(), 8U);
}

/// The body bytes that arrive before the cut, and how it ends.
TEST(OriginHttp2, CutsABodyAtTheByte) {
  for (const std::size_t at :
       std::initializer_list<std::size_t>{0, 1, 16'384, 65'535, 65'536, 199'999, 200'000}) {
    for (const auto* how : {"fin", "rst", "no_close_notify"}) {
      Http2Talk talk(
          fault_text("cut", fmt::format(R"(point = "inner-response", body_offset_bytes = {})", at),
                     fmt::format(R"(close = {{ how = "{}" }})", how)));
      auto& answer = talk.ask("/bytes/200000");
      EXPECT_EQ(answer.body.size(), at) << how;
      EXPECT_FALSE(answer.whole);
      EXPECT_EQ(answer.headers[":status"], "200");
      EXPECT_EQ(talk.notes.back(), "cutclose");
      EXPECT_EQ(talk.endings, std::vector{std::string(how) == "rst" ? Ending::rst : Ending::fin});
      EXPECT_EQ(talk.tls.state() == TlsEngine::State::closed_by_peer, std::string(how) == "fin");
    }
  }
  Http2Talk beyond(fault_text("cut", R"(point = "inner-response", body_offset_bytes = 9)",
                              R"(close = { how = "rst" })"));
  EXPECT_TRUE(beyond.ask("/healthcheck").whole);
}

/// While a fault waits in one body no other request is taken up.
TEST(OriginHttp2, ACutComesBeforeTheNextRequest) {
  Http2Talk talk(fault_text("cut", R"(point = "inner-response", body_offset_bytes = 100000)",
                            R"(close = { how = "rst" })"));
  const auto first = talk.http.ask("/bytes/200000");
  const auto second = talk.http.ask("/bytes/200000");
  talk.pump();
  EXPECT_EQ(talk.http.answer(first).body.size(), 100'000U);
  EXPECT_EQ(talk.http.answer(second).body.size(), 0U);
  EXPECT_EQ(talk.notes.back(), "cutclose");
}

TEST(OriginHttp2, StallsAndGoesOnAtTheByte) {
  Http2Talk ever(
      fault_text("s", R"(point = "inner-response", body_offset_bytes = 70000)", "stall = {}"));
  EXPECT_EQ(ever.ask("/bytes/200000").body.size(), 70'000U);
  EXPECT_EQ(ever.ask("/healthcheck").body, "") << "nothing more is said";
  EXPECT_TRUE(ever.endings.empty());
  Http2Talk timed(fault_text("s", R"(point = "inner-response", body_offset_bytes = 70000)",
                             "stall = { for_ms = 10 }"));
  EXPECT_EQ(timed.ask("/bytes/200000").body.size(), 200'000U);
  EXPECT_EQ(timed.notes.back(), "sstall");
  Http2Talk before(fault_text("s", R"(point = "inner-request")", "stall = { for_ms = 10 }"));
  EXPECT_EQ(before.ask("/healthcheck").body, "healthy\n");
}

TEST(OriginHttp2, RespondsInThePlaceOfTheOrigin) {
  Http2Talk talk(fault_text(
      "busy", R"(point = "inner-request")",
      R"(respond = { status = 503, reason = "Busy", headers = ["Retry-After: 5", "Connection: keep-alive"], body = "later" })"));
  auto& answer = talk.ask("/");
  EXPECT_EQ(answer.headers[":status"], "503");
  EXPECT_EQ(answer.headers["retry-after"], "5");
  EXPECT_FALSE(answer.headers.contains("connection")) << "HTTP/2 has no such thing";
  EXPECT_FALSE(answer.headers.contains("server")) << "a fault's answer is not misproxy's own";
  EXPECT_EQ(answer.body, "later");
  EXPECT_EQ(talk.ask("/", "HEAD").headers["content-length"], "5");
  Http2Talk last(
      fault_text("busy", R"(point = "inner-request")",
                 R"(respond = { status = 503, headers = ["Connection: close"], body = "x" })"));
  EXPECT_EQ(last.ask("/").body, "x");
  EXPECT_TRUE(last.http.said_goodbye());
  EXPECT_EQ(last.endings, std::vector{Ending::fin});
  Http2Talk raw(
      fault_text("raw", R"(point = "inner-request")", R"(respond = { raw = "no HTTP" })"));
  EXPECT_EQ(raw.ask("/").headers.size(), 0U);
  EXPECT_EQ(raw.endings, std::vector{Ending::fin});
  Http2Talk early(fault_text("hints", R"(point = "inner-request")", "respond = { status = 103 }"));
  EXPECT_EQ(early.ask("/healthcheck").body, "healthy\n");
}

TEST(OriginHttp2, AStreamThatStandsStillHoldsUpNoOther) {
  Http2Talk talk({}, 1000);  // of the window, which is not opened again
  const auto slow = talk.http.ask("/bytes/100000");
  talk.pump();
  EXPECT_EQ(talk.http.answer(slow).body.size(), 1'000U);
  EXPECT_EQ(talk.ask("/healthcheck").body, "healthy\n");
  talk.http.reset(slow);
  EXPECT_EQ(talk.ask("/healthcheck").body, "healthy\n");
}

TEST(OriginHttp2, SendsNoFasterThanIsHandedOn) {
  Http2Talk talk;
  talk.drains = false;
  auto& answer = talk.ask("/bytes/10000000");
  const auto most = 2 * OriginSession::kPiece + 20'000;
  EXPECT_LE(answer.body.size(), most);
  const auto before = answer.body.size();
  talk.give(Drained{Party::client});
  EXPECT_GT(answer.body.size(), before);
  EXPECT_LE(answer.body.size(), before + most);
}

TEST(OriginHttp2, EndsWhereTheBytesAreNoHttp2) {
  Http2Talk talk;
  talk.tls.send("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n");
  talk.pump_tls();
  EXPECT_EQ(talk.notes.back(), "refuse");
  EXPECT_EQ(talk.endings, std::vector{Ending::fin});
}

/// In a stall, or where its window is shut: nothing more can come of it.
TEST(OriginHttp2, WaitsForNoClientThatHasGone) {
  Http2Talk stalled(fault_text("s", R"(point = "inner-request")", "stall = {}"));
  stalled.ask("/healthcheck");
  stalled.give(Closed{Party::client, Ending::fin});
  EXPECT_EQ(stalled.endings, std::vector{Ending::fin});
  Http2Talk shut({}, 1000);
  shut.ask("/bytes/100000");
  EXPECT_TRUE(shut.endings.empty());
  shut.give(Closed{Party::client, Ending::fin});
  EXPECT_EQ(shut.endings, std::vector{Ending::fin});
}

/// A client that has half closed still gets its answer.
TEST(OriginHttp2, AnswersWhatWasAskedBeforeTheEnd) {
  Http2Talk talk;
  talk.drains = false;
  auto& answer = talk.ask("/bytes/1000000");
  talk.give(Closed{Party::client, Ending::fin});
  EXPECT_TRUE(talk.endings.empty());
  for (int i = 0; i < 100 && talk.endings.empty(); ++i)
    talk.give(Drained{Party::client});
  EXPECT_EQ(answer.body.size(), 1'000'000U);
  EXPECT_EQ(talk.endings, std::vector{Ending::fin});
}

TEST(OriginHttp2, EndsWithItsClient) {
  Http2Talk talk;
  talk.ask("/healthcheck");
  talk.tls.close();
  talk.pump_tls();
  EXPECT_EQ(talk.endings, std::vector{Ending::fin});
}

}  // namespace
}  // namespace misproxy
