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

constexpr auto kClient = Party::client;
constexpr auto kOrigin = Party::origin;
constexpr std::string_view kEarly = "HTTP/1.1 200 Early\r\n\r\n";

/// A session of a plan with these faults, which has been asked for this host.
struct Talk {
  Plan plan;
  FaultCounts counts;
  ProxySession session{plan, counts, {1, {}, 0}};
  Playbook play{session};

  explicit Talk(std::string_view faults, std::string_view host = "a.test")
      : plan(plan_with(faults)) {
    const auto head = fmt::format("CONNECT {}:443 HTTP/1.1\r\n\r\n", host);
    play.give(Opened{kClient})
        .expect(noted("connected"))
        .give(Received{kClient, head})
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
  Talk talk(early_200(), "b.test");
  talk.play
      .expect({noted("request"), injected("respond", "early"), Send{kClient, std::string(kEarly)},
               Hangup{kClient, Ending::fin}})
      .give(Received{kClient, "hello"})
      .expect_nothing();
}

TEST(ProxyAnswers, NothingIsSaidBehindA2xxWhereTheOriginCannotBeHad) {
  Talk talk(early_200());
  talk.play
      .expect({noted("request"), injected("respond", "early"), Send{kClient, std::string(kEarly)},
               Open{kOrigin, {"a.test", 443}}})
      .give(Failed{Failed::Why::refused})
      .expect({noted("open-failed"), Hangup{kClient, Ending::fin}});
}

TEST(ProxyAnswers, NoAnswerLandsBehindA2xx) {
  for (const auto* deed : {"respond = { status = 503 }", "upstream-refused = {}",
                           "respond = { raw = \"HTTP/1.1 503 Busy\\r\\n\\r\\n\" }"}) {
    Talk talk(early_200(", times = 1") + fault_text("late", "point = 'upstream-connect'", deed));
    talk.play.expect({noted("request"), injected("respond", "early"),
                      Send{kClient, std::string(kEarly)}, Open{kOrigin, {"a.test", 443}}});
  }
}

TEST(ProxyAnswers, RawBytesComeInParts) {
  Talk talk(fault_text("parts", "point = 'request-head'",
                       "respond = { raw = \"HTTP/1.1 103 Early Hints\\r\\n\\r\\n\","
                       "more = [{ after_ms = 100, text = \"HTTP/1.1 502 \" },"
                       "{ after_ms = 50, hex = 'ff0d0a0d0a' }] }"));
  talk.play
      .expect({noted("request"), injected("respond", "parts"),
               Send{kClient, "HTTP/1.1 103 Early Hints\r\n\r\n"}})
      .at(99ms)
      .give(Fired{Timer::to_client})
      .expect_nothing()
      .at(100ms)
      .give(Fired{Timer::to_client})
      .expect(Send{kClient, "HTTP/1.1 502 "})
      .at(150ms)
      .give(Fired{Timer::to_client})
      .expect({Send{kClient, "\xff\r\n\r\n"}, Hangup{kClient, Ending::fin}});
}

TEST(ProxyAnswers, ThePartsOfA2xxComeBeforeTheTunnel) {
  Talk talk(fault_text("parts", "point = 'reply'",
                       "respond = { raw = \"HTTP/1.1 100 Continue\\r\\n\\r\\n\","
                       "more = [{ after_ms = 100, text = \"HTTP/1.1 200 OK\\r\\n\\r\\n\" }] }"));
  talk.play.expect({noted("request"), Open{kOrigin, {"a.test", 443}}})
      .give(Opened{kOrigin})
      .expect({injected("respond", "parts"), Send{kClient, "HTTP/1.1 100 Continue\r\n\r\n"}})
      .give(Received{kClient, "early"})
      .expect_nothing()
      .at(100ms)
      .give(Fired{Timer::to_client})
      .expect({Send{kClient, "HTTP/1.1 200 OK\r\n\r\n"}, Send{kOrigin, "early"}});
}

TEST(ProxyAnswers, HalfAHeadAndThenNothing) {
  Talk talk(fault_text("half", "point = 'request-head'",
                       "respond = { raw_base64 = 'SFRUUC8xLjEgMjAw', silent = true }"));
  talk.play.expect({noted("request"), injected("respond", "half"), Send{kClient, "HTTP/1.1 200"}})
      .give(Received{kClient, "hello"})
      .expect_nothing()
      .give(Closed{kClient, Ending::fin})
      .expect({noted("client-closed"), Hangup{kClient, Ending::fin}});
}

/// The client that goes in the midst of them is let go.
TEST(ProxyAnswers, PartsThatNobodyWaitsForAnyMore) {
  Talk talk(fault_text("parts", "point = 'request-head'",
                       "respond = { raw = 'x', more = [{ after_ms = 100, text = 'y' }] }"));
  talk.play.expect({noted("request"), injected("respond", "parts"), Send{kClient, "x"}})
      .give(Closed{kClient, Ending::fin})
      .expect({noted("client-closed"), Hangup{kClient, Ending::fin}})
      .at(100ms)
      .give(Fired{Timer::to_client})
      .expect_nothing();
}

}  // namespace
}  // namespace misproxy
