// The embedded origin without TLS.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "origin/make_session.hpp"
#include "origin/origin_session.hpp"
#include "support/plans.hpp"

namespace misproxy {
namespace {

using test::fault_text;
using test::plan_with;

constexpr auto kHealthcheck = "GET /healthcheck HTTP/1.1\r\nHost: a\r\n\r\n";

/// An origin of a plan with these faults, and what a client hears of it.
struct PlainOriginTalk {
  Plan plan;
  FaultCounts counts;
  std::unique_ptr<Session> session;
  std::string heard;
  std::vector<std::string> notes;
  std::vector<Hangup> hangups;
  bool waits = false;  // for a stall to end

  explicit PlainOriginTalk(std::string_view faults = {}, std::uint16_t port = 80)
      : plan(plan_with(faults)),
        session(make_origin_session(plan, counts, nullptr, {1, "a.test", 1}, port, {})) {
    give(Opened{Party::client});
  }

  void give(const Event& event) {
    ActionList actions;
    session->step(event, {}, actions);
    for (const auto& action : actions)
      take(action);
  }

  void take(const Action& action) {
    if (const auto* note = std::get_if<Note>(&action)) notes.push_back(note->fault + note->name);
    if (const auto* hangup = std::get_if<Hangup>(&action)) hangups.push_back(*hangup);
    if (const auto* timer = std::get_if<StartTimer>(&action)) {
      EXPECT_NE(timer->timer, Timer::limit) << "nothing is waited for";
      waits = waits || timer->timer == Timer::stall;
    }
    if (const auto* send = std::get_if<Send>(&action)) {
      heard += send->bytes;
      give(Drained{Party::client});
    }
  }

  std::string ask(std::string_view bytes) {
    heard.clear();
    give(Received{Party::client, bytes});
    return heard;
  }
};

TEST(PlainOrigin, AnswersInTheClear) {
  PlainOriginTalk talk;
  EXPECT_TRUE(talk.ask(kHealthcheck).starts_with("HTTP/1.1 200 OK\r\n"));
  EXPECT_TRUE(talk.heard.ends_with("healthy\n"));
  EXPECT_EQ(talk.notes, (std::vector<std::string>{"inner-request", "inner-response"}));
}

TEST(PlainOrigin, AnswersTheSameHoweverTheClientCuts) {
  const auto two = std::string(kHealthcheck) + "GET /bytes/70000 HTTP/1.1\r\nHost: a\r\n\r\n";
  PlainOriginTalk whole;
  const auto wanted = whole.ask(two);
  PlainOriginTalk cut;
  std::string heard;
  for (const char c : two)
    heard += cut.ask(std::string(1, c));
  EXPECT_EQ(heard, wanted);
  EXPECT_EQ(cut.notes, whole.notes);
}

TEST(PlainOrigin, RedirectsToPlainUrls) {
  const auto location = [](std::uint16_t port) {
    PlainOriginTalk talk({}, port);
    const auto head = talk.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    const auto at = head.find("Location: ");
    return head.substr(at, head.find("\r\n", at) - at);
  };
  EXPECT_EQ(location(80), "Location: http://a.test/healthcheck");
  EXPECT_EQ(location(443), "Location: http://a.test:443/healthcheck");
}

TEST(PlainOrigin, RefusesWhatIsNoHttpAtOnce) {
  for (const std::string_view bytes : {"\x16\x03\x01\x02", "SSH-2.0-x\n", "<html>"}) {
    PlainOriginTalk talk;
    EXPECT_TRUE(talk.ask(bytes).starts_with("HTTP/1.1 400 ")) << bytes;
    EXPECT_EQ(talk.hangups, (std::vector<Hangup>{{Party::client, Ending::fin}}));
  }
}

/// RFC 9112 section 3.2; HTTP/1.0 needs none.
TEST(PlainOrigin, RefusesWhatHasNoHost) {
  for (const auto* line : {"GET / HTTP/1.1", "GET http://a.test/ HTTP/1.1", "OPTIONS * HTTP/1.2"}) {
    PlainOriginTalk talk;
    EXPECT_TRUE(talk.ask(fmt::format("{}\r\nAccept: */*\r\n\r\n", line))
                    .starts_with("HTTP/1.1 400 Bad Request\r\n"))
        << line;
    EXPECT_EQ(talk.notes, std::vector<std::string>{"refuse"}) << line;
    EXPECT_EQ(talk.hangups, (std::vector<Hangup>{{Party::client, Ending::fin}}));
  }
  PlainOriginTalk old;
  EXPECT_TRUE(old.ask("GET /healthcheck HTTP/1.0\r\n\r\n").starts_with("HTTP/1.1 200 OK\r\n"));
}

TEST(PlainOrigin, AnswersAHigherMinorVersionAndNoOtherMajorOne) {
  PlainOriginTalk talk;
  EXPECT_TRUE(
      talk.ask("GET /healthcheck HTTP/1.2\r\nHost: a\r\n\r\n").starts_with("HTTP/1.1 200 OK\r\n"));
  EXPECT_TRUE(talk.hangups.empty()) << "it is kept alive, as in HTTP/1.1";
  EXPECT_TRUE(talk.ask("GET /healthcheck HTTP/2.0\r\nHost: a\r\n\r\n")
                  .starts_with("HTTP/1.1 505 HTTP Version Not Supported\r\n"));
}

TEST(PlainOrigin, FaultsActAsWithinTls) {
  PlainOriginTalk cut(fault_text("cut", "point = 'inner-response', body_offset_bytes = 3",
                                 "close = { how = 'rst' }"));
  EXPECT_TRUE(cut.ask(kHealthcheck).ends_with("\r\n\r\nhea"));
  EXPECT_EQ(cut.hangups, (std::vector<Hangup>{{Party::client, Ending::rst}}));
  PlainOriginTalk stalls(fault_text("stall", "point = 'inner-request'", "stall = { for_ms = 5 }"));
  EXPECT_EQ(stalls.ask(kHealthcheck), "");
  EXPECT_TRUE(stalls.waits);
  stalls.give(Fired{Timer::stall});
  EXPECT_TRUE(stalls.heard.ends_with("healthy\n"));
  PlainOriginTalk responds(
      fault_text("busy", "point = 'inner-request'", "respond = { status = 503 }"));
  EXPECT_TRUE(responds.ask(kHealthcheck).starts_with("HTTP/1.1 503 "));
}

/// An alert has no meaning here; where nobody could say so before, FIN is what is left of it.
TEST(PlainOrigin, AnAlertIsNotSealed) {
  PlainOriginTalk talk(
      fault_text("alert", "point = 'inner-request'", "tls-alert = { description = 40 }"));
  EXPECT_EQ(talk.ask(kHealthcheck), "");
  EXPECT_EQ(talk.notes.back(), "alert-not-sealed");
  EXPECT_EQ(talk.hangups, (std::vector<Hangup>{{Party::client, Ending::fin}}));
}

TEST(PlainOrigin, ClosesWhenTheClientHasItsAnswers) {
  PlainOriginTalk talk;
  talk.ask(kHealthcheck);
  talk.give(Closed{Party::client, Ending::fin});
  EXPECT_EQ(talk.hangups, (std::vector<Hangup>{{Party::client, Ending::fin}}));
}

}  // namespace
}  // namespace misproxy
