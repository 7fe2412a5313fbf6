#include <fmt/format.h>
#include <gtest/gtest.h>

#include "proxy/proxy_session.hpp"
#include "support/plans.hpp"
#include "support/playbook.hpp"

namespace misproxy {
namespace {

using test::fault_text;
using test::injected;
using test::noted;
using test::plan_with;
using test::Playbook;
using namespace std::chrono_literals;

constexpr std::string_view kEarly = "HTTP/1.1 200 Early\r\n\r\n";

/// A session of a plan with these faults, which has been asked for this host.
struct AnsweredTalk {
  Plan plan;
  FaultCounts counts;
  ProxySession session{plan, counts, {1, {}, 0}};
  Playbook play{session};

  explicit AnsweredTalk(std::string_view faults, std::string_view host = "a.test")
      : plan(plan_with(faults)) {
    const auto head = fmt::format("CONNECT {}:443 HTTP/1.1\r\n\r\n", host);
    play.give(Opened{Party::client})
        .expect(noted("connected"))
        .give(Received{Party::client, head})
        .expect(CountAttempt{std::string(host)})
        .give(AttemptCounted{1});
  }
};

/// `when`: more of it.
std::string early_200(std::string_view when = {}) {
  return fault_text("early", fmt::format("point = 'request-head'{}", when),
                    "respond = { status = 200, reason = 'Early' }");
}

/// It is the answer: the 403 of a host that the scenario does not name is not said into its tunnel.
TEST(ProxyAnswers, A2xxForAHostWithoutAnOriginIsTheAnswer) {
  AnsweredTalk talk(early_200(), "b.test");
  talk.play
      .expect({noted("request"), injected("respond", "early"),
               Send{Party::client, std::string(kEarly)}, Hangup{Party::client, Ending::fin}})
      .give(Received{Party::client, "hello"})
      .expect_nothing();
}

TEST(ProxyAnswers, NothingIsSaidBehindA2xxWhereTheOriginCannotBeHad) {
  AnsweredTalk talk(early_200());
  talk.play
      .expect({noted("request"), injected("respond", "early"),
               Send{Party::client, std::string(kEarly)}, Open{Party::origin, {"a.test", 443}}})
      .give(Failed{Failed::Why::refused})
      .expect({noted("open-failed"), Hangup{Party::client, Ending::fin}});
}

TEST(ProxyAnswers, NoAnswerLandsBehindA2xx) {
  for (const auto* deed : {"respond = { status = 503 }", "upstream-refused = {}",
                           "respond = { raw = \"HTTP/1.1 503 Busy\\r\\n\\r\\n\" }"}) {
    AnsweredTalk talk(early_200(", times = 1") +
                      fault_text("late", "point = 'upstream-connect'", deed));
    talk.play.expect({noted("request"), injected("respond", "early"),
                      Send{Party::client, std::string(kEarly)},
                      Open{Party::origin, {"a.test", 443}}});
  }
}

TEST(ProxyAnswers, RawBytesComeInParts) {
  AnsweredTalk talk(fault_text("parts", "point = 'request-head'",
                               "respond = { raw = \"HTTP/1.1 103 Early Hints\\r\\n\\r\\n\","
                               "more = [{ after_ms = 100, text = \"HTTP/1.1 502 \" },"
                               "{ after_ms = 50, hex = 'ff0d0a0d0a' }] }"));
  talk.play
      .expect({noted("request"), injected("respond", "parts"),
               Send{Party::client, "HTTP/1.1 103 Early Hints\r\n\r\n"}})
      .at(99ms)
      .give(Fired{Timer::to_client})
      .expect_nothing()
      .at(100ms)
      .give(Fired{Timer::to_client})
      .expect(Send{Party::client, "HTTP/1.1 502 "})
      .at(150ms)
      .give(Fired{Timer::to_client})
      .expect({Send{Party::client, "\xff\r\n\r\n"}, Hangup{Party::client, Ending::fin}});
}

TEST(ProxyAnswers, ThePartsOfA2xxComeBeforeTheTunnel) {
  AnsweredTalk talk(
      fault_text("parts", "point = 'reply'",
                 "respond = { raw = \"HTTP/1.1 100 Continue\\r\\n\\r\\n\","
                 "more = [{ after_ms = 100, text = \"HTTP/1.1 200 OK\\r\\n\\r\\n\" }] }"));
  talk.play.expect({noted("request"), Open{Party::origin, {"a.test", 443}}})
      .give(Opened{Party::origin})
      .expect({injected("respond", "parts"), Send{Party::client, "HTTP/1.1 100 Continue\r\n\r\n"}})
      .give(Received{Party::client, "early"})
      .expect_nothing()
      .at(100ms)
      .give(Fired{Timer::to_client})
      .expect({Send{Party::client, "HTTP/1.1 200 OK\r\n\r\n"}, Send{Party::origin, "early"}});
}

TEST(ProxyAnswers, HalfAHeadAndThenNothing) {
  AnsweredTalk talk(fault_text("half", "point = 'request-head'",
                               "respond = { raw_base64 = 'SFRUUC8xLjEgMjAw', silent = true }"));
  talk.play
      .expect({noted("request"), injected("respond", "half"), Send{Party::client, "HTTP/1.1 200"}})
      .give(Received{Party::client, "hello"})
      .expect_nothing()
      .give(Closed{Party::client, Ending::fin})
      .expect({noted("client-closed"), Hangup{Party::client, Ending::fin}});
}

/// The client that goes in the midst of them is let go.
TEST(ProxyAnswers, PartsThatNobodyWaitsForAnyMore) {
  AnsweredTalk talk(fault_text("parts", "point = 'request-head'",
                               "respond = { raw = 'x', more = [{ after_ms = 100, text = 'y' }] }"));
  talk.play.expect({noted("request"), injected("respond", "parts"), Send{Party::client, "x"}})
      .give(Closed{Party::client, Ending::fin})
      .expect({noted("client-closed"), Hangup{Party::client, Ending::fin}})
      .at(100ms)
      .give(Fired{Timer::to_client})
      .expect_nothing();
}

}  // namespace
}  // namespace misproxy
