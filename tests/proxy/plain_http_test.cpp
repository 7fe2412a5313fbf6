// Requests that the proxy forwards, as a dialogue.

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
using test::sent;

constexpr auto kClient = Party::client;
constexpr auto kOrigin = Party::origin;
constexpr std::string_view kOrigins =
    "[[origin]]\nhost = 'a.test'\nport = 80\ntls = []\n"
    "[[origin]]\nhost = 'b.test'\nport = 80\ntls = []\n";
constexpr auto kGet = "GET http://a.test/x HTTP/1.1\r\nHost: a.test\r\n\r\n";
const Send kForwarded{kOrigin, "GET /x HTTP/1.1\r\nHost: a.test\r\nVia: 1.1 misproxy\r\n\r\n"};
constexpr auto kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
const Send kPassed{kClient, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nVia: 1.1 misproxy\r\n\r\nok"};
const Open kOpen{kOrigin, {"a.test", 80}};

Received from_client(std::string_view bytes) { return {kClient, bytes}; }
Received from_origin(std::string_view bytes) { return {kOrigin, bytes}; }

/// A session of a plan with these faults, and the dialogue with it.
struct Talk {
  Plan plan;
  FaultCounts counts;
  ProxySession session{plan, counts, {1, {}, 0}};
  Playbook play{session};

  explicit Talk(std::string_view faults = {})
      : plan(plan_with(fmt::format("{}{}", kOrigins, faults))) {}

  Playbook& connected() { return play.give(Opened{kClient}).expect(noted("connected")); }
  /// Up to where the origin is to be opened.
  Playbook& asked(std::string_view request = kGet) {
    return connected()
        .give(from_client(request))
        .expect(CountAttempt{"a.test"})
        .give(AttemptCounted{1})
        .expect({noted("request"), kOpen});
  }
  Playbook& forwarded() { return asked().give(Opened{kOrigin}).expect(kForwarded); }
  /// It is answered, and the next one has come.
  Playbook& asked_again() {
    return forwarded()
        .give(from_origin(kOk))
        .expect({noted("reply"), kPassed})
        .give(from_client(kGet))
        .expect(CountAttempt{"a.test"})
        .give(AttemptCounted{2});
  }
};

TEST(PlainHttp, ForwardsARequestAndItsResponse) {
  Talk talk;
  talk.forwarded()
      .give(from_origin(kOk))
      .expect({noted("reply"), kPassed})
      .give(Closed{kClient, Ending::fin})
      .expect({noted("client-closed"), Hangup{kOrigin, Ending::fin}, Hangup{kClient, Ending::fin}});
}

TEST(PlainHttp, AClientThatOwesABodyIsToldSo) {
  constexpr auto kPost = "POST http://a.test/x HTTP/1.1\r\nContent-Length: 10\r\n\r\nabc";
  Talk silent;
  silent.asked(kPost)
      .give(Opened{kOrigin})
      .expect({sent(kOrigin, "POST /x"), Send{kOrigin, "abc"}});
  silent.play.at(ProxySettings::kIdleTimeout)
      .give(Fired{Timer::limit})
      .expect({noted("request-timeout"), Hangup{kOrigin, Ending::rst}, noted("refuse"),
               sent(kClient, "HTTP/1.1 408 Request Timeout\r\n"), Hangup{kClient, Ending::fin}});
  Talk gone;
  gone.asked(kPost)
      .give(Opened{kOrigin})
      .expect({sent(kOrigin, "POST /x"), Send{kOrigin, "abc"}})
      .give(Closed{kClient, Ending::fin})
      .expect({noted("request-cut"), noted("client-closed"), Hangup{kOrigin, Ending::fin},
               Hangup{kClient, Ending::fin}});
}

TEST(PlainHttp, ServesTheNextRequestOverTheSameConnections) {
  Talk talk;
  talk.asked_again()
      .expect({noted("request"), kForwarded})
      .give(from_origin(kOk))
      .expect({noted("reply"), kPassed});
}

TEST(PlainHttp, ReplacesTheOriginForAnotherHost) {
  Talk talk;
  talk.forwarded()
      .give(from_origin(kOk))
      .expect({noted("reply"), kPassed})
      .give(from_client("HEAD http://b.test/ HTTP/1.1\r\n\r\n"))
      .expect(CountAttempt{"b.test"})
      .give(AttemptCounted{1})
      .expect({noted("request"), Hangup{kOrigin, Ending::fin}, Open{kOrigin, {"b.test", 80}}})
      .give(Opened{kOrigin})
      .expect(sent(kOrigin, "HEAD / HTTP/1.1\r\nHost: b.test\r\n"))
      .give(from_origin("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"))
      .expect({noted("reply"), sent(kClient, "Content-Length: 9\r\n")});
}

/// What a tunnel holds is no HTTP any more, so it gets a connection of its own.
TEST(PlainHttp, ATunnelBehindItHasAConnectionOfItsOwn) {
  Talk talk;
  talk.forwarded()
      .give(from_origin(kOk))
      .expect({noted("reply"), kPassed})
      .give(from_client("CONNECT a.test:80 HTTP/1.1\r\n\r\n"))
      .expect(CountAttempt{"a.test"})
      .give(AttemptCounted{2})
      .expect({noted("request"), Hangup{kOrigin, Ending::fin}, kOpen})
      .give(Opened{kOrigin})
      .expect({sent(kClient, "200 Connection established"), noted("reply")})
      .give(from_client("SSH-2.0-x\r\n"))
      .expect(Send{kOrigin, "SSH-2.0-x\r\n"});
}

/// The end of a connection that the origin said nothing against crosses with the next request.
TEST(PlainHttp, AsksAnewWhereAReusedConnectionEndsUnheard) {
  for (const auto how : {Ending::fin, Ending::rst}) {
    Talk talk;
    talk.asked_again().expect({noted("request"), kForwarded}).give(Closed{kOrigin, how});
    std::vector<test::Expected> anew{kOpen};
    if (how == Ending::fin) anew.insert(anew.begin(), Hangup{kOrigin, Ending::fin});
    talk.play.expect(anew)
        .give(Opened{kOrigin})
        .expect(kForwarded)
        .give(from_origin(kOk))
        .expect({noted("reply"), kPassed});
  }
}

TEST(PlainHttp, OpensAnewWhatTheOriginHasClosed) {
  Talk talk;
  talk.forwarded()
      .give(from_origin(kOk))
      .expect({noted("reply"), kPassed})
      .give(Closed{kOrigin, Ending::fin})
      .expect(Hangup{kOrigin, Ending::fin})
      .give(from_client(kGet))
      .expect(CountAttempt{"a.test"})
      .give(AttemptCounted{2})
      .expect({noted("request"), kOpen});
}

TEST(PlainHttp, AnAttemptThatTheOriginIsToTellHasAConnectionOfItsOwn) {
  Talk talk(fault_text("f", "point = 'inner-response', attempt = 9", "close = { how = 'rst' }"));
  talk.asked_again().expect({noted("request"), Hangup{kOrigin, Ending::fin}, kOpen});
}

TEST(PlainHttp, AnswersPipelinedRequestsInOrder) {
  Talk talk;
  talk.asked(std::string(kGet) + "GET http://a.test/y HTTP/1.1\r\nConnection: close\r\n\r\n")
      .give(Opened{kOrigin})
      .expect(kForwarded)
      .give(from_origin(kOk))
      .expect({noted("reply"), kPassed, CountAttempt{"a.test"}})
      .give(AttemptCounted{2})
      .expect({noted("request"), sent(kOrigin, "GET /y HTTP/1.1\r\n")})
      .give(from_origin(kOk))
      .expect({noted("reply"), sent(kClient, "Connection: close\r\n\r\nok"),
               Hangup{kOrigin, Ending::fin}, Hangup{kClient, Ending::fin}});
}

TEST(PlainHttp, PassesABodyAsItComes) {
  Talk talk;
  talk.asked("POST http://a.test/ HTTP/1.1\r\nContent-Length: 6\r\n\r\nab")
      .give(Opened{kOrigin})
      .expect(
          {sent(kOrigin, "Content-Length: 6\r\nVia: 1.1 misproxy\r\n\r\n"), Send{kOrigin, "ab"}})
      .give(from_client("cd"))
      .expect(Send{kOrigin, "cd"})
      .give(from_client("ef"))
      .expect(Send{kOrigin, "ef"})
      .give(from_origin(kOk))
      .expect({noted("reply"), kPassed});
}

TEST(PlainHttp, PassesContinueAndThenTheBody) {
  Talk talk;
  talk.asked("POST http://a.test/ HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
      .give(Opened{kOrigin})
      .expect(sent(kOrigin, "Expect: 100-continue\r\n"))
      .give(from_origin("HTTP/1.1 100 Continue\r\n\r\n"))
      .expect(Send{kClient, "HTTP/1.1 100 Continue\r\n\r\n"})
      .give(from_client("ab"))
      .expect(Send{kOrigin, "ab"})
      .give(from_origin(kOk))
      .expect({noted("reply"), kPassed});
}

/// The answer is out, the rest of the request is still to come, and then the next one.
TEST(PlainHttp, ReadsWhatIsLeftOfARequestThatIsAnswered) {
  Talk talk;
  talk.asked("POST http://a.test/ HTTP/1.1\r\nContent-Length: 6\r\n\r\nab")
      .give(Opened{kOrigin})
      .expect({sent(kOrigin, "POST / "), Send{kOrigin, "ab"}})
      .give(from_origin(kOk))
      .expect({noted("reply"), kPassed, Hangup{kOrigin, Ending::fin}})
      .give(from_client("cd"))
      .expect_nothing()
      .give(from_client(std::string("ef") + kGet))
      .expect(CountAttempt{"a.test"});
}

TEST(PlainHttp, AClientThatOnlySendsNoMoreGetsItsAnswers) {
  Talk talk;
  talk.asked(std::string(kGet) + kGet)
      .give(Opened{kOrigin})
      .expect(kForwarded)
      .give(Closed{kClient, Ending::fin})
      .expect({noted("client-closed"), HalfClose{kOrigin}})
      .give(from_origin(kOk))
      .expect({noted("reply"), kPassed, Hangup{kOrigin, Ending::fin}, CountAttempt{"a.test"}})
      .give(AttemptCounted{2})
      .expect({noted("request"), kOpen})
      .give(Opened{kOrigin})
      .expect(kForwarded)
      .give(from_origin(kOk))
      .expect(
          {noted("reply"), kPassed, Hangup{kOrigin, Ending::fin}, Hangup{kClient, Ending::fin}});
}

TEST(PlainHttp, AnswersItselfWhatIsMeantForIt) {
  const auto answer = [](std::string_view request) {
    Talk talk;
    talk.connected().give(from_client(request));
    if (!request.starts_with("OPTIONS *")) {
      talk.play.expect(CountAttempt{"a.test"}).give(AttemptCounted{1});
    }
    return talk.play.take_bytes(kClient);
  };
  EXPECT_TRUE(answer("OPTIONS * HTTP/1.1\r\nHost: p\r\n\r\n")
                  .starts_with("HTTP/1.1 200 OK\r\nAllow: CONNECT, "));
  EXPECT_TRUE(answer("OPTIONS http://a.test/ HTTP/1.1\r\nMax-Forwards: 0\r\n\r\n")
                  .starts_with("HTTP/1.1 200 OK\r\nAllow: "));
  EXPECT_NE(answer("TRACE http://a.test/ HTTP/1.1\r\nMax-Forwards: 0\r\n\r\n")
                .find("\r\n\r\nTRACE http://a.test/ HTTP/1.1\r\n"),
            std::string::npos);
}

TEST(PlainHttp, RefusesWhatItCannotForward) {
  const auto refusal = [](std::string_view request) {
    Talk talk;
    talk.connected()
        .give(from_client(request))
        .expect({noted("request"), noted("refuse"), sent(kClient, "Proxy-Status: misproxy; "),
                 Hangup{kClient, Ending::fin}});
  };
  refusal("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n");
  refusal("GET https://a.test/ HTTP/1.1\r\n\r\n");
  refusal("GET ftp://a.test/ HTTP/1.1\r\n\r\n");
  refusal("GET http://a.test:0/ HTTP/1.1\r\n\r\n");
  refusal("GET http://me:secret@a.test/ HTTP/1.1\r\n\r\n");
  refusal("POST http://a.test/ HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n");
}

/// As squid and tinyproxy do: many tools send none to a proxy, and the target says all.
TEST(PlainHttp, ARequestWithoutHostIsForwardedWithOne) {
  Talk talk;
  talk.asked("GET http://a.test/x HTTP/1.1\r\n\r\n").give(Opened{kOrigin}).expect(kForwarded);
}

/// RFC 9110 section 2.5.
TEST(PlainHttp, AHigherMinorVersionIsForwardedAsTheProxysOwn) {
  Talk talk;
  talk.asked("GET http://a.test/x HTTP/1.2\r\nHost: a.test\r\n\r\n")
      .give(Opened{kOrigin})
      .expect(kForwarded)
      .give(from_origin(kOk))
      .expect({noted("reply"), kPassed});
}

TEST(PlainHttp, AnotherMajorVersionIsRefused) {
  for (const auto* request : {"GET http://a.test/x HTTP/2.0\r\n\r\n", "PRI * HTTP/2.0\r\n\r\n",
                              "CONNECT a.test:443 HTTP/0.9\r\n\r\n"}) {
    Talk talk;
    talk.connected()
        .give(from_client(request))
        .expect({noted("refuse"), sent(kClient, "HTTP/1.1 505 "), Hangup{kClient, Ending::fin}});
  }
}

TEST(PlainHttp, IsNoOpenRelay) {
  Talk talk;
  talk.connected()
      .give(from_client("GET http://c.test/ HTTP/1.1\r\n\r\n"))
      .expect(CountAttempt{"c.test"})
      .give(AttemptCounted{1})
      .expect({noted("request"), noted("refuse"), sent(kClient, "HTTP/1.1 403 Forbidden\r\n"),
               Hangup{kClient, Ending::fin}});
}

TEST(PlainHttp, AChunkThatLiesIsRefusedAndTheOriginHearsAReset) {
  Talk talk;
  talk.asked("POST http://a.test/ HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n")
      .give(Opened{kOrigin})
      .expect(sent(kOrigin, "POST / "))
      .give(from_client("5\r\nabcdefgh\r\n"))
      .expect({Hangup{kOrigin, Ending::rst}, noted("refuse"), sent(kClient, "HTTP/1.1 400 "),
               Hangup{kClient, Ending::fin}});
}

TEST(PlainHttp, SaysWhatIsWrongWithTheOrigin) {
  const auto answer = [](std::string_view response, std::optional<Ending> end) {
    Talk talk;
    talk.forwarded().give(from_origin(response));
    if (!end) return talk.play.take_bytes(kClient);
    talk.play.expect_nothing().give(Closed{kOrigin, *end});
    return talk.play.take_bytes(kClient);
  };
  const auto expect = [](const std::string& text, std::string_view error) {
    EXPECT_TRUE(text.starts_with("HTTP/1.1 502 Bad Gateway\r\n")) << text;
    EXPECT_NE(text.find(fmt::format("Proxy-Status: misproxy; error={};", error)), std::string::npos)
        << text;
  };
  expect(answer("<html>", std::nullopt), "http_protocol_error");
  expect(answer("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", {}),
         "http_protocol_error");
  expect(answer("", Ending::fin), "connection_terminated");
  expect(answer("HTTP/1.1 200", Ending::fin), "connection_terminated");
  expect(answer("", Ending::rst), "connection_terminated");
}

/// Nobody injected it.
TEST(PlainHttp, ABadOriginIsTheEnvironment) {
  const auto cause = [](std::string_view faults) {
    Talk talk(faults);
    talk.forwarded().give(Closed{kOrigin, Ending::fin});
    for (const auto& action : talk.play.take()) {
      const auto* note = std::get_if<Note>(&action);
      if (note != nullptr && note->name == "no-response") return note->cause;
    }
    return Cause::injected;
  };
  EXPECT_EQ(cause({}), Cause::environment);
  EXPECT_EQ(cause(fault_text("f", "point = 'inner-request'", "close = { how = 'fin' }")),
            Cause::peer);
}

TEST(PlainHttp, PassesACutOn) {
  for (const auto how : {Ending::fin, Ending::rst}) {
    Talk talk;
    talk.forwarded()
        .give(from_origin("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"))
        .expect({noted("reply"), sent(kClient, "\r\n\r\nabc")})
        .give(Closed{kOrigin, how});
    std::vector<Hangup> hangups;
    for (const auto& action : talk.play.take()) {
      if (const auto* hangup = std::get_if<Hangup>(&action)) hangups.push_back(*hangup);
    }
    ASSERT_FALSE(hangups.empty());
    EXPECT_EQ(hangups.back(), (Hangup{kClient, how}));
  }
}

TEST(PlainHttp, FaultsAskForThePath) {
  Talk talk(fault_text("f", "point = 'request-head', path = '/x*', method = 'GET'",
                       "respond = { status = 403, body = 'no' }"));
  talk.connected()
      .give(from_client(kGet))
      .expect(CountAttempt{"a.test"})
      .give(AttemptCounted{1})
      .expect({noted("request"), injected("respond", "f"),
               Send{kClient, "HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno"}})
      .give(from_client("GET http://a.test/y HTTP/1.1\r\n\r\n"))
      .expect(CountAttempt{"a.test"})
      .give(AttemptCounted{2})
      .expect({noted("request"), kOpen});
}

TEST(PlainHttp, AConnectHasNoPath) {
  Talk talk(fault_text("f", "point = 'request-head', path = '*'", "respond = { status = 403 }"));
  talk.connected()
      .give(from_client("CONNECT a.test:80 HTTP/1.1\r\n\r\n"))
      .expect(CountAttempt{"a.test"})
      .give(AttemptCounted{1})
      .expect({noted("request"), kOpen});
}

TEST(PlainHttp, ASuccessInThePlaceOfTheOriginIsTheAnswer) {
  Talk talk(
      fault_text("f", "point = 'upstream-connect'", "respond = { status = 200, body = 'x' }"));
  talk.connected()
      .give(from_client(kGet))
      .expect(CountAttempt{"a.test"})
      .give(AttemptCounted{1})
      .expect({noted("request"), injected("respond", "f"),
               Send{kClient, "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx"}});
}

TEST(PlainHttp, AnAnswerToAHeadHasNoBody) {
  Talk talk(fault_text("f", "point = 'reply'", "respond = { status = 503, body = 'busy' }"));
  talk.asked("HEAD http://a.test/ HTTP/1.1\r\n\r\n")
      .give(Opened{kOrigin})
      .expect({injected("respond", "f"), Hangup{kOrigin, Ending::fin},
               Send{kClient, "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 4\r\n\r\n"}});
}

TEST(PlainHttp, AFaultActsAtAByteOfWhatIsForwarded) {
  Talk talk(fault_text("f", "point = 'reply', offset_bytes = 20", "close = { how = 'rst' }"));
  talk.forwarded()
      .give(from_origin(kOk))
      .expect({noted("reply"), Send{kClient, "HTTP/1.1 200 OK\r\nCon"}, injected("close", "f"),
               Hangup{kOrigin, Ending::rst}, Hangup{kClient, Ending::rst}});
}

TEST(PlainHttp, ABendActsOnWhatIsForwarded) {
  Talk talk(fault_text("f", "point = 'reply'", "corrupt = { bytes = 1, xor = 1 }"));
  talk.forwarded()
      .give(from_origin(kOk))
      .expect({noted("reply"), injected("corrupt", "f"), sent(kClient, "ITTP/1.1 200 OK\r\n")});
}

TEST(PlainHttp, GoesOnAfterAStallWithAllThatHasCome) {
  Talk talk(fault_text("f", "point = 'reply', offset_bytes = 4", "stall = { for_ms = 10 }"));
  talk.forwarded()
      .give(from_origin("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n"))
      .expect({noted("reply"), Send{kClient, "HTTP"}, injected("stall", "f"), Pause{kOrigin}})
      .give(from_origin("ok"))
      .expect_nothing()
      .give(Closed{kOrigin, Ending::fin})
      .expect_nothing()
      .give(Fired{Timer::stall});
  const auto rest = talk.play.take_bytes(kClient);
  EXPECT_EQ(rest, "/1.1 200 OK\r\nContent-Length: 2\r\nVia: 1.1 misproxy\r\n\r\nok");
}

TEST(PlainHttp, AFloodOfRequestsWaitsInTheSocket) {
  Talk talk;
  std::string many;
  while (many.size() < ProxySession::kMostHeld)
    many += kGet;
  talk.asked().give(from_client(many)).expect(Pause{kClient});
}

/// Nobody takes what they are answered.
TEST(PlainHttp, AnswersNoFasterThanTheClientTakes) {
  Talk talk;
  talk.forwarded()
      .give(from_origin(fmt::format("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{}", 100'000,
                                    std::string(100'000, 'x'))))
      .expect({noted("reply"), sent(kClient, "xxx")})
      .give(from_client(kGet))
      .expect_nothing()
      .give(Drained{kClient})
      .expect(CountAttempt{"a.test"});
}

}  // namespace
}  // namespace misproxy
