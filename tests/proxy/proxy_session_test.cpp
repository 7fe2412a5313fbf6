#include "proxy/proxy_session.hpp"

#include <gtest/gtest.h>

#include "support/plans.hpp"
#include "support/playbook.hpp"

namespace misproxy {
namespace {

using test::fault_text;
using test::from_client;
using test::from_origin;
using test::injected;
using test::kEstablished;
using test::noted;
using test::plan_with;
using test::Playbook;
using test::sent;
using namespace std::chrono_literals;

constexpr auto kConnect = "CONNECT a.test:443 HTTP/1.1\r\nHost: a.test:443\r\n\r\n";

/// A session of a plan with these faults, and the dialogue with it.
struct ProxyTalk {
  Plan plan;
  FaultCounts counts;
  ProxySession session{plan, counts, {1, {}, 0}};
  Playbook play{session};

  explicit ProxyTalk(std::string_view faults = {}) : plan(plan_with(faults)) {}

  Playbook& connected() { return play.give(Opened{Party::client}).expect(noted("connected")); }
  Playbook& asked() {
    connected().give(from_client(kConnect)).expect(CountAttempt{"a.test"});
    return play;
  }
  Playbook& in_tunnel() {
    return asked()
        .give(AttemptCounted{1})
        .expect({noted("request"), Open{Party::origin, {"a.test", 443}}})
        .give(Opened{Party::origin})
        .expect({kEstablished, noted("reply")});
  }
};

TEST(ProxySession, AnswersAConnectAfterTheOriginIsOpen) {
  ProxyTalk talk;
  talk.in_tunnel()
      .give(from_client("hello"))
      .expect(Send{Party::origin, "hello"})
      .give(from_origin("world"))
      .expect(Send{Party::client, "world"})
      .give(Closed{Party::origin, Ending::fin})
      .expect({Hangup{Party::origin, Ending::fin}, Hangup{Party::client, Ending::fin}})
      .give(Closed{Party::client, Ending::fin})
      .expect(noted("client-closed"));
}

TEST(ProxySession, PassesOnWhatCameAlongWithTheConnect) {
  ProxyTalk talk;
  talk.connected()
      .give(from_client(std::string(kConnect) + "early"))
      .expect(CountAttempt{"a.test"})
      .give(AttemptCounted{1})
      .expect({noted("request"), Open{Party::origin, {"a.test", 443}}})
      .give(Opened{Party::origin})
      .expect({kEstablished, noted("reply"), Send{Party::origin, "early"}});
}

TEST(ProxySession, HearsTheOriginAfterEachRecord) {
  ProxyTalk talk;
  const std::string first("\x16\x03\x01\x00\x03one", 8);
  const std::string second("\x16\x03\x01\x00\x03two", 8);
  talk.in_tunnel()
      .give(from_client(first + second + "\x16"))
      .expect({Send{Party::origin, first}, Yield{}})
      .give(from_origin("heard"))
      .expect(Send{Party::client, "heard"})
      .give(Yielded{})
      .expect({Send{Party::origin, second}, Yield{}})
      .give(Yielded{})
      .expect(Send{Party::origin, "\x16"});
}

TEST(ProxySession, KeepsTheOtherHalfOpenWhenTheClientIsDone) {
  ProxyTalk talk;
  talk.in_tunnel()
      .give(Closed{Party::client, Ending::fin})
      .expect({noted("client-closed"), HalfClose{Party::origin}})
      .give(from_origin("the answer"))
      .expect(Send{Party::client, "the answer"})
      .give(Closed{Party::origin, Ending::fin})
      .expect({Hangup{Party::origin, Ending::fin}, Hangup{Party::client, Ending::fin}});
}

TEST(ProxySession, PassesOnAReset) {
  ProxyTalk talk;
  talk.in_tunnel()
      .give(Closed{Party::origin, Ending::rst})
      .expect(Hangup{Party::client, Ending::rst});
}

TEST(ProxySession, IsNoOpenRelay) {
  ProxyTalk talk;
  talk.connected()
      .give(from_client("CONNECT b.test:443 HTTP/1.1\r\n\r\n"))
      .expect(CountAttempt{"b.test"})
      .give(AttemptCounted{1})
      .expect({noted("request"), noted("refuse"), sent(Party::client, "HTTP/1.1 403 Forbidden\r\n"),
               Hangup{Party::client, Ending::fin}});
}

TEST(ProxySession, RefusesWhatIsNoConnect) {
  const auto answers = [](std::string_view head, std::string_view status) {
    ProxyTalk talk;
    talk.connected()
        .give(from_client(head))
        .expect({noted("request"), noted("refuse"), sent(Party::client, status),
                 Hangup{Party::client, Ending::fin}});
  };
  answers("CONNECT a.test HTTP/1.1\r\n\r\n", "HTTP/1.1 400 ");
  answers("CONNECT a.test: HTTP/1.1\r\n\r\n", "HTTP/1.1 400 ");
  answers("CONNECT a.test:0 HTTP/1.1\r\n\r\n", "HTTP/1.1 400 ");
  answers("CONNECT a.test:99999 HTTP/1.1\r\n\r\n", "HTTP/1.1 400 ");
  answers("GET / HTTP/1.1\r\n\r\n", "HTTP/1.1 400 ");
}

/// All that misproxy itself refuses says so, in a header and in its text; nothing that a fault
/// gives.
TEST(ProxySession, SaysThatARefusalIsItsOwn) {
  const auto own = [](std::string_view bytes, std::string_view status) {
    ProxyTalk talk;
    talk.connected().give(from_client(bytes));
    if (bytes.find("b.test") != std::string_view::npos) {
      talk.play.expect(CountAttempt{"b.test"}).give(AttemptCounted{1});
    }
    const auto reply = talk.play.take_bytes(Party::client);
    EXPECT_TRUE(reply.starts_with(status)) << bytes;
    EXPECT_NE(reply.find("\r\nProxy-Status: misproxy; error=http_request_"), std::string::npos)
        << reply;
    EXPECT_NE(reply.find("misproxy's own answer"), std::string::npos) << reply;
    return reply;
  };
  own("GET / HTTP/1.1\r\n\r\n", "HTTP/1.1 400 ");
  own("CONNECT a.test HTTP/1.1\r\n\r\n", "HTTP/1.1 400 ");
  own("CONNECT b.test:443 HTTP/1.1\r\n\r\n", "HTTP/1.1 403 ");
  own(std::string(64 * 1024, 'A'), "HTTP/1.1 431 ");
  const auto plain = own("GET http://b.test/ HTTP/1.1\r\n\r\n", "HTTP/1.1 403 ");
  EXPECT_NE(plain.find("details=\"no [[origin]] of the scenario names b.test:80\""),
            std::string::npos)
      << plain;
  ProxyTalk head;
  head.connected()
      .give(from_client("HEAD http://b.test/ HTTP/1.1\r\n\r\n"))
      .expect(CountAttempt{"b.test"})
      .give(AttemptCounted{1});
  EXPECT_TRUE(head.play.take_bytes(Party::client).ends_with("\r\n\r\n")) << "a HEAD gets no body";
  ProxyTalk denied(fault_text("deny", R"(point = "request-head")",
                              R"(respond = { status = 403, reason = "Forbidden" })"));
  denied.asked().give(AttemptCounted{1});
  EXPECT_EQ(denied.play.take_bytes(Party::client).find("misproxy"), std::string::npos);
}

/// What the client sent, and never its secrets; beside the digest, for it varies with the version.
TEST(ProxySession, TellsWhatTheClientSent) {
  const auto told = [](std::string_view head) {
    ProxyTalk talk;
    talk.connected().give(from_client(head));
    ActionList actions = talk.play.take();
    for (const auto& action : actions) {
      if (const auto* note = std::get_if<Note>(&action)) return *note;
    }
    return Note{};
  };
  const auto value = [](const Note& note, std::string_view key) {
    for (const auto& [name, text] : note.measured) {
      if (name == key) return std::get<std::string>(text);
    }
    return std::string("(none)");
  };
  const auto basic = told(
      "GET http://me:secret@b.test/ HTTP/1.0\r\nHost: b.test\r\n"
      "Proxy-Authorization: basic c2VjcmV0\r\nX-Y: z\r\n\r\n");
  EXPECT_EQ(value(basic, "http_version"), "1.0");
  EXPECT_EQ(value(basic, "headers"), "Host, Proxy-Authorization, X-Y");
  EXPECT_EQ(value(basic, "credentials"), "Basic");
  EXPECT_EQ(std::get<std::string>(basic.fields.at(1).second), "http://***@b.test/");
  EXPECT_EQ(value(told("GET / HTTP/1.1\r\n\r\n"), "credentials"), "none");
  EXPECT_EQ(value(told("GET / HTTP/1.1\r\nProxy-Authorization: c2VjcmV0\r\n\r\n"), "credentials"),
            "other")
      << "a secret without a scheme";
}

TEST(ProxySession, RefusesGarbage) {
  ProxyTalk talk;
  talk.connected()
      .give(from_client("\x16\x03\x01"))
      .expect({noted("refuse"), sent(Party::client, "HTTP/1.1 400 "),
               Hangup{Party::client, Ending::fin}});
  ProxyTalk large;
  large.connected()
      .give(from_client(std::string(64 * 1024, 'A')))
      .expect({noted("refuse"), sent(Party::client, "HTTP/1.1 431 "),
               Hangup{Party::client, Ending::fin}});
}

TEST(ProxySession, ResetsBothSidesAfterTheConfiguredByte) {
  ProxyTalk talk(fault_text("cut", R"(point = "tunnel", direction = "to_origin", offset_bytes = 4)",
                            R"(close = { how = "rst" })"));
  talk.in_tunnel()
      .give(from_client("abcdef"))
      .expect({Send{Party::origin, "abcd"}, Yield{}})
      .give(Yielded{})
      .expect({injected("close", "cut"), Hangup{Party::origin, Ending::rst},
               Hangup{Party::client, Ending::rst}});
}

TEST(ProxySession, RespondsInThePlaceOfTheProxy) {
  ProxyTalk talk(fault_text(
      "deny", R"(point = "request-head")",
      R"(respond = { status = 403, reason = "Forbidden", headers = ["Connection: close"], body = "no" })"));
  talk.asked()
      .give(AttemptCounted{1})
      .expect({noted("request"), injected("respond", "deny"),
               Send{Party::client,
                    "HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 2\r\n\r\nno"},
               Hangup{Party::client, Ending::fin}});
}

TEST(ProxySession, KeepsTheConnectionWhereTheAnswerDoes) {
  ProxyTalk talk(
      fault_text("deny", R"(point = "request-head", attempt = 1)", "respond = { status = 403 }"));
  talk.connected()
      .give(from_client(std::string(kConnect) + kConnect))
      .expect(CountAttempt{"a.test"})
      .give(AttemptCounted{1})
      .expect({noted("request"), injected("respond", "deny"), sent(Party::client, "403"),
               CountAttempt{"a.test"}})
      .give(AttemptCounted{2})
      .expect({noted("request"), Open{Party::origin, {"a.test", 443}}});
}

TEST(ProxySession, A2xxStartsTheTunnelAndA1xxComesBefore) {
  ProxyTalk created(
      fault_text("x", R"(point = "reply")", "respond = { status = 201, reason = 'Created' }"));
  created.asked()
      .give(AttemptCounted{1})
      .expect({noted("request"), Open{Party::origin, {"a.test", 443}}})
      .give(Opened{Party::origin})
      .expect({injected("respond", "x"), Send{Party::client, "HTTP/1.1 201 Created\r\n\r\n"}})
      .give(from_client("a"))
      .expect(Send{Party::origin, "a"});

  ProxyTalk interim(fault_text("x", R"(point = "reply")", "respond = { status = 102 }"));
  interim.asked()
      .give(AttemptCounted{1})
      .expect({noted("request"), Open{Party::origin, {"a.test", 443}}})
      .give(Opened{Party::origin})
      .expect({injected("respond", "x"), Send{Party::client, "HTTP/1.1 102 Processing\r\n\r\n"},
               kEstablished, noted("reply")});

  ProxyTalk early(
      fault_text("x", R"(point = "request-head")", R"(respond = { raw = "HTTP/1.0 200 OK\n\n" })"));
  early.asked()
      .give(AttemptCounted{1})
      .expect({noted("request"), injected("respond", "x"),
               Send{Party::client, "HTTP/1.0 200 OK\n\n"}, Open{Party::origin, {"a.test", 443}}})
      .give(Opened{Party::origin})
      .expect_nothing();
}

TEST(ProxySession, StallsForEverUntilTheClientLeaves) {
  ProxyTalk talk(fault_text(
      "quiet", R"(point = "tunnel", direction = "to_client", offset_bytes = 3)", "stall = {}"));
  talk.in_tunnel()
      .give(from_origin("abcdef"))
      .expect({Send{Party::client, "abc"}, injected("stall", "quiet"), Pause{Party::origin}})
      .give(from_client("anything"))
      .expect_nothing()
      .give(Closed{Party::client, Ending::fin})
      .expect({noted("client-closed"), Hangup{Party::origin, Ending::fin},
               Hangup{Party::client, Ending::fin}});
}

TEST(ProxySession, GoesOnAfterATimedStallAndLosesNoByte) {
  ProxyTalk talk(fault_text("pause",
                            R"(point = "tunnel", direction = "to_client", offset_bytes = 3)",
                            "stall = { for_ms = 50 }"));
  talk.in_tunnel()
      .give(from_origin("abcdef"))
      .expect({Send{Party::client, "abc"}, injected("stall", "pause"), Pause{Party::origin}})
      .give(from_client("up"))
      .expect_nothing()
      .give(Fired{Timer::stall})
      .expect({Resume{Party::origin}, Send{Party::origin, "up"}, Send{Party::client, "def"}});
}

TEST(ProxySession, HearsOfTheOriginsEndAfterAStall) {
  for (const auto how : {Ending::fin, Ending::rst}) {
    ProxyTalk talk(fault_text("pause",
                              R"(point = "tunnel", direction = "to_client", offset_bytes = 3)",
                              "stall = { for_ms = 50 }"));
    talk.in_tunnel()
        .give(from_origin("abcdef"))
        .expect({Send{Party::client, "abc"}, injected("stall", "pause"), Pause{Party::origin}})
        .give(Closed{Party::origin, how})
        .expect_nothing()
        .give(Fired{Timer::stall})
        .expect(how == Ending::fin
                    ? std::vector<test::Expected>{Resume{Party::origin}, Send{Party::client, "def"},
                                                  Hangup{Party::origin, how},
                                                  Hangup{Party::client, how}}
                    : std::vector<test::Expected>{Resume{Party::origin}, Send{Party::client, "def"},
                                                  Hangup{Party::client, how}});
  }
}

TEST(ProxySession, AStallInsideTheTunnelOutlastsTheDefaultLimitOnly) {
  const auto quiet = fault_text("quiet", R"(point = "inner-request")", "stall = {}");
  ProxyTalk endless(quiet);
  endless.in_tunnel().at(24h).give(Fired{Timer::limit}).expect_nothing();
  ProxyTalk limited(quiet + "[proxy]\nidle_timeout_ms = 1000\n");
  limited.in_tunnel()
      .at(1s)
      .give(Fired{Timer::limit})
      .expect({noted("idle-timeout"), Hangup{Party::origin, Ending::fin},
               Hangup{Party::client, Ending::fin}});
}

TEST(ProxySession, AnswersNoFasterThanTheClientTakes) {
  ProxyTalk talk(
      fault_text("deny", R"(point = "request-head")",
                 "respond = { status = 403, body = '" + std::string(70'000, 'x') + "' }"));
  talk.connected()
      .give(from_client(std::string(kConnect) + kConnect))
      .expect(CountAttempt{"a.test"})
      .give(AttemptCounted{1})
      .expect({noted("request"), injected("respond", "deny"), sent(Party::client, "403")})
      .give(Drained{Party::client})
      .expect(CountAttempt{"a.test"});
}

TEST(ProxySession, FoldsTheHostOnce) {
  ProxyTalk talk;
  talk.connected()
      .give(from_client("CONNECT A.Test.:443 HTTP/1.1\r\n\r\n"))
      .expect(CountAttempt{"a.test"})
      .give(AttemptCounted{1})
      .expect({noted("request"), Open{Party::origin, {"a.test", 443}}});
}

TEST(ProxySession, StallsAtEveryPointAndGoesOnThere) {
  ProxyTalk accepted(fault_text("s", R"(point = "accept")", "stall = { for_ms = 1 }"));
  accepted.play.give(Opened{Party::client})
      .expect({noted("connected"), injected("stall", "s")})
      .give(from_client(kConnect))
      .expect_nothing()
      .give(Fired{Timer::stall})
      .expect(CountAttempt{"a.test"});

  ProxyTalk asked(fault_text("s", R"(point = "request-head")", "stall = { for_ms = 1 }"));
  asked.asked()
      .give(AttemptCounted{1})
      .expect({noted("request"), injected("stall", "s")})
      .give(Fired{Timer::stall})
      .expect(Open{Party::origin, {"a.test", 443}});

  ProxyTalk replied(fault_text("s", R"(point = "reply")", "stall = { for_ms = 1 }"));
  replied.asked()
      .give(AttemptCounted{1})
      .expect({noted("request"), Open{Party::origin, {"a.test", 443}}})
      .give(Opened{Party::origin})
      .expect({injected("stall", "s"), Pause{Party::origin}})
      .give(Fired{Timer::stall})
      .expect({Resume{Party::origin}, kEstablished, noted("reply")});
}

TEST(ProxySession, HoldsNoMoreThanItsLimit) {
  ProxyTalk talk(fault_text("s", R"(point = "accept")", "stall = { for_ms = 1 }"));
  const std::string much(ProxySession::kMostHeld, 'A');
  talk.play.give(Opened{Party::client})
      .expect({noted("connected"), injected("stall", "s")})
      .give(from_client(much))
      .expect(Pause{Party::client})
      .give(Fired{Timer::stall})
      .expect({Resume{Party::client}, noted("refuse"), sent(Party::client, "431"),
               Hangup{Party::client, Ending::fin}});
}

TEST(ProxySession, GivesUpOnAHeadThatNeverEnds) {
  ProxyTalk talk;
  talk.play.with_timers();
  const auto& settings = talk.plan.scenario().proxy;
  talk.play.give(Opened{Party::client})
      .expect({noted("connected"), StartTimer{Timer::limit, settings.head_timeout_ms}})
      .give(from_client("CONNE"))
      .expect_nothing()
      .give(Fired{Timer::limit})
      .expect({noted("head-timeout"), noted("refuse"), sent(Party::client, "HTTP/1.1 408 "),
               StopTimer{Timer::limit}, Hangup{Party::client, Ending::fin}});
  ProxyTalk silent;
  silent.play.give(Opened{Party::client})
      .expect(noted("connected"))
      .give(Fired{Timer::limit})
      .expect({noted("head-timeout"), Hangup{Party::client, Ending::fin}});
}

TEST(ProxySession, AnIdleTunnelEndsAfterItsLimitOfSilence) {
  ProxyTalk talk;
  const Duration limit = ProxySettings::kIdleTimeout;
  talk.in_tunnel().at(10s).give(from_client("x")).expect(Send{Party::origin, "x"});
  talk.play.with_timers().at(limit).give(Fired{Timer::limit}).expect(StartTimer{Timer::limit, 10s});
  talk.play.at(limit + 10s)
      .give(Fired{Timer::limit})
      .expect({noted("idle-timeout"), Hangup{Party::origin, Ending::fin}, StopTimer{Timer::limit},
               Hangup{Party::client, Ending::fin}});
}

TEST(ProxySession, TakesAnyByteAtAnyTime) {
  // Whatever comes in whatever state: no crash, and nothing after the end.
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    Plan plan = plan_with("");
    FaultCounts counts;
    ProxySession session(plan, counts, {1, {}, 0});
    ActionList actions;
    session.step(Opened{Party::client}, {}, actions);
    std::string bytes(200, '\0');
    SeededBytes(seed).fill(0, bytes);
    if (seed % 2 == 0) bytes = kConnect + bytes;
    session.step(from_client(bytes), {}, actions);
    session.step(AttemptCounted{1}, {}, actions);
    session.step(Opened{Party::origin}, {}, actions);
    session.step(Closed{Party::client, seed % 3 == 0 ? Ending::rst : Ending::fin}, {}, actions);
    session.step(Closed{Party::origin, Ending::fin}, {}, actions);
    actions.clear();
    session.step(from_client("more"), {}, actions);
    EXPECT_TRUE(actions.empty()) << "seed " << seed;
  }
}

/// A real upstream may speak first, and without end.
TEST(ProxySession, AnOriginThatSpeaksWhileTheReplyIsSlowIsHeldAndPaused) {
  ProxyTalk talk(fault_text("late", "point = 'reply'", "delay = { by_ms = 1000 }"));
  const std::string much(ProxySession::kMostHeld, 'x');
  talk.asked()
      .give(AttemptCounted{1})
      .expect({noted("request"), Open{Party::origin, {"a.test", 443}}})
      .give(Opened{Party::origin})
      .expect(injected("delay", "late"))
      .give(from_origin("220 first"))
      .expect_nothing()
      .give(from_origin(much))
      .expect(Pause{Party::origin})
      .at(1s)
      .give(Fired{Timer::to_client})
      .expect({kEstablished, noted("reply"), Send{Party::client, "220 first" + much},
               Resume{Party::origin}});
}

}  // namespace
}  // namespace misproxy
