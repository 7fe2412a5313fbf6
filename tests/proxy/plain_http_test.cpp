// Requests that the proxy forwards, as a dialogue.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "proxy/proxy_session.hpp"
#include "support/plans.hpp"
#include "support/playbook.hpp"

namespace misproxy {
namespace {

using test::fault_text;
using test::from_client;
using test::from_origin;
using test::injected;
using test::noted;
using test::plan_with;
using test::Playbook;
using test::sent;

constexpr std::string_view kOrigins =
    "[[origin]]\nhost = 'a.test'\nport = 80\ntls = []\n"
    "[[origin]]\nhost = 'b.test'\nport = 80\ntls = []\n";
constexpr auto kGetX = "GET http://a.test/x HTTP/1.1\r\nHost: a.test\r\n\r\n";
const Send kForwarded{Party::origin,
                      "GET /x HTTP/1.1\r\nHost: a.test\r\nVia: 1.1 misproxy\r\n\r\n"};
constexpr auto kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
const Send kPassed{Party::client,
                   "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nVia: 1.1 misproxy\r\n\r\nok"};
const Open kOpen{Party::origin, {"a.test", 80}};

/// A session of a plan with these faults, and the dialogue with it.
struct PlainHttpTalk {
  Plan plan;
  FaultCounts counts;
  ProxySession session{plan, counts, {1, {}, 0}};
  Playbook play{session};

  explicit PlainHttpTalk(std::string_view faults = {})
      : plan(plan_with(fmt::format("{}{}", kOrigins, faults))) {}

  Playbook& connected() { return play.give(Opened{Party::client}).expect(noted("connected")); }
  /// Up to where the origin is to be opened.
  Playbook& asked(std::string_view request = kGetX) {
    return connected()
        .give(from_client(request))
        .expect(CountAttempt{"a.test"})
        .give(AttemptCounted{1})
        .expect({noted("request"), kOpen});
  }
  Playbook& forwarded() { return asked().give(Opened{Party::origin}).expect(kForwarded); }
  /// It is answered, and the next one has come.
  Playbook& asked_again() {
    return forwarded()
        .give(from_origin(kOk))
        .expect({noted("reply"), kPassed})
        .give(from_client(kGetX))
        .expect(CountAttempt{"a.test"})
        .give(AttemptCounted{2});
  }
};

TEST(PlainHttp, ForwardsARequestAndItsResponse) {
  PlainHttpTalk talk;
  talk.forwarded()
      .give(from_origin(kOk))
      .expect({noted("reply"), kPassed})
      .give(Closed{Party::client, Ending::fin})
      .expect({noted("client-closed"), Hangup{Party::origin, Ending::fin},
               Hangup{Party::client, Ending::fin}});
}

TEST(PlainHttp, AClientThatOwesABodyIsToldSo) {
  constexpr auto kPost = "POST http://a.test/x HTTP/1.1\r\nContent-Length: 10\r\n\r\nabc";
  PlainHttpTalk silent;
  silent.asked(kPost)
      .give(Opened{Party::origin})
      .expect({sent(Party::origin, "POST /x"), Send{Party::origin, "abc"}});
  silent.play.at(ProxySettings::kIdleTimeout)
      .give(Fired{Timer::limit})
      .expect({noted("request-timeout"), Hangup{Party::origin, Ending::rst}, noted("refuse"),
               sent(Party::client, "HTTP/1.1 408 Request Timeout\r\n"),
               Hangup{Party::client, Ending::fin}});
  PlainHttpTalk gone;
  gone.asked(kPost)
      .give(Opened{Party::origin})
      .expect({sent(Party::origin, "POST /x"), Send{Party::origin, "abc"}})
      .give(Closed{Party::client, Ending::fin})
      .expect({noted("request-cut"), noted("client-closed"), Hangup{Party::origin, Ending::fin},
               Hangup{Party::client, Ending::fin}});
}

TEST(PlainHttp, ServesTheNextRequestOverTheSameConnections) {
  PlainHttpTalk talk;
  talk.asked_again()
      .expect({noted("request"), kForwarded})
      .give(from_origin(kOk))
      .expect({noted("reply"), kPassed});
}

TEST(PlainHttp, ReplacesTheOriginForAnotherHost) {
  PlainHttpTalk talk;
  talk.forwarded()
      .give(from_origin(kOk))
      .expect({noted("reply"), kPassed})
      .give(from_client("HEAD http://b.test/ HTTP/1.1\r\n\r\n"))
      .expect(CountAttempt{"b.test"})
      .give(AttemptCounted{1})
      .expect({noted("request"), Hangup{Party::origin, Ending::fin},
               Open{Party::origin, {"b.test", 80}}})
      .give(Opened{Party::origin})
      .expect(sent(Party::origin, "HEAD / HTTP/1.1\r\nHost: b.test\r\n"))
      .give(from_origin("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"))
      .expect({noted("reply"), sent(Party::client, "Content-Length: 9\r\n")});
}

/// What a tunnel holds is no HTTP any more, so it gets a connection of its own.
TEST(PlainHttp, ATunnelBehindItHasAConnectionOfItsOwn) {
  PlainHttpTalk talk;
  talk.forwarded()
      .give(from_origin(kOk))
      .expect({noted("reply"), kPassed})
      .give(from_client("CONNECT a.test:80 HTTP/1.1\r\n\r\n"))
      .expect(CountAttempt{"a.test"})
      .give(AttemptCounted{2})
      .expect({noted("request"), Hangup{Party::origin, Ending::fin}, kOpen})
      .give(Opened{Party::origin})
      .expect({sent(Party::client, "200 Connection established"), noted("reply")})
      .give(from_client("SSH-2.0-x\r\n"))
      .expect(Send{Party::origin, "SSH-2.0-x\r\n"});
}

/// The end of a connection that the origin said nothing against crosses with the next request.
TEST(PlainHttp, AsksAnewWhereAReusedConnectionEndsUnheard) {
  for (const auto how : {Ending::fin, Ending::rst}) {
    PlainHttpTalk talk;
    talk.asked_again().expect({noted("request"), kForwarded}).give(Closed{Party::origin, how});
    std::vector<test::Expected> anew{kOpen};
    if (how == Ending::fin) anew.insert(anew.begin(), Hangup{Party::origin, Ending::fin});
    talk.play.expect(anew)
        .give(Opened{Party::origin})
        .expect(kForwarded)
        .give(from_origin(kOk))
        .expect({noted("reply"), kPassed});
  }
}

TEST(PlainHttp, OpensAnewWhatTheOriginHasClosed) {
  PlainHttpTalk talk;
  talk.forwarded()
      .give(from_origin(kOk))
      .expect({noted("reply"), kPassed})
      .give(Closed{Party::origin, Ending::fin})
      .expect(Hangup{Party::origin, Ending::fin})
      .give(from_client(kGetX))
      .expect(CountAttempt{"a.test"})
      .give(AttemptCounted{2})
      .expect({noted("request"), kOpen});
}

TEST(PlainHttp, AnAttemptThatTheOriginIsToTellHasAConnectionOfItsOwn) {
  PlainHttpTalk talk(
      fault_text("f", "point = 'inner-response', attempt = 9", "close = { how = 'rst' }"));
  talk.asked_again().expect({noted("request"), Hangup{Party::origin, Ending::fin}, kOpen});
}

TEST(PlainHttp, AnswersPipelinedRequestsInOrder) {
  PlainHttpTalk talk;
  talk.asked(std::string(kGetX) + "GET http://a.test/y HTTP/1.1\r\nConnection: close\r\n\r\n")
      .give(Opened{Party::origin})
      .expect(kForwarded)
      .give(from_origin(kOk))
      .expect({noted("reply"), kPassed, CountAttempt{"a.test"}})
      .give(AttemptCounted{2})
      .expect({noted("request"), sent(Party::origin, "GET /y HTTP/1.1\r\n")})
      .give(from_origin(kOk))
      .expect({noted("reply"), sent(Party::client, "Connection: close\r\n\r\nok"),
               Hangup{Party::origin, Ending::fin}, Hangup{Party::client, Ending::fin}});
}

TEST(PlainHttp, PassesABodyAsItComes) {
  PlainHttpTalk talk;
  talk.asked("POST http://a.test/ HTTP/1.1\r\nContent-Length: 6\r\n\r\nab")
      .give(Opened{Party::origin})
      .expect({sent(Party::origin, "Content-Length: 6\r\nVia: 1.1 misproxy\r\n\r\n"),
               Send{Party::origin, "ab"}})
      .give(from_client("cd"))
      .expect(Send{Party::origin, "cd"})
      .give(from_client("ef"))
      .expect(Send{Party::origin, "ef"})
      .give(from_origin(kOk))
      .expect({noted("reply"), kPassed});
}

TEST(PlainHttp, PassesContinueAndThenTheBody) {
  PlainHttpTalk talk;
  talk.asked("POST http://a.test/ HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
      .give(Opened{Party::origin})
      .expect(sent(Party::origin, "Expect: 100-continue\r\n"))
      .give(from_origin("HTTP/1.1 100 Continue\r\n\r\n"))
      .expect(Send{Party::client, "HTTP/1.1 100 Continue\r\n\r\n"})
      .give(from_client("ab"))
      .expect(Send{Party::origin, "ab"})
      .give(from_origin(kOk))
      .expect({noted("reply"), kPassed});
}

/// The answer is out, the rest of the request is still to come, and then the next one.
TEST(PlainHttp, ReadsWhatIsLeftOfARequestThatIsAnswered) {
  PlainHttpTalk talk;
  talk.asked("POST http://a.test/ HTTP/1.1\r\nContent-Length: 6\r\n\r\nab")
      .give(Opened{Party::origin})
      .expect({sent(Party::origin, "POST / "), Send{Party::origin, "ab"}})
      .give(from_origin(kOk))
      .expect({noted("reply"), kPassed, Hangup{Party::origin, Ending::fin}})
      .give(from_client("cd"))
      .expect_nothing()
      .give(from_client(std::string("ef") + kGetX))
      .expect(CountAttempt{"a.test"});
}

TEST(PlainHttp, AClientThatOnlySendsNoMoreGetsItsAnswers) {
  PlainHttpTalk talk;
  talk.asked(std::string(kGetX) + kGetX)
      .give(Opened{Party::origin})
      .expect(kForwarded)
      .give(Closed{Party::client, Ending::fin})
      .expect({noted("client-closed"), HalfClose{Party::origin}})
      .give(from_origin(kOk))
      .expect({noted("reply"), kPassed, Hangup{Party::origin, Ending::fin}, CountAttempt{"a.test"}})
      .give(AttemptCounted{2})
      .expect({noted("request"), kOpen})
      .give(Opened{Party::origin})
      .expect(kForwarded)
      .give(from_origin(kOk))
      .expect({noted("reply"), kPassed, Hangup{Party::origin, Ending::fin},
               Hangup{Party::client, Ending::fin}});
}

TEST(PlainHttp, AnswersItselfWhatIsMeantForIt) {
  const auto answer = [](std::string_view request) {
    PlainHttpTalk talk;
    talk.connected().give(from_client(request));
    if (!request.starts_with("OPTIONS *")) {
      talk.play.expect(CountAttempt{"a.test"}).give(AttemptCounted{1});
    }
    return talk.play.take_bytes(Party::client);
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
    PlainHttpTalk talk;
    talk.connected()
        .give(from_client(request))
        .expect({noted("request"), noted("refuse"), sent(Party::client, "Proxy-Status: misproxy; "),
                 Hangup{Party::client, Ending::fin}});
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
  PlainHttpTalk talk;
  talk.asked("GET http://a.test/x HTTP/1.1\r\n\r\n").give(Opened{Party::origin}).expect(kForwarded);
}

/// RFC 9110 section 2.5.
TEST(PlainHttp, AHigherMinorVersionIsForwardedAsTheProxysOwn) {
  PlainHttpTalk talk;
  talk.asked("GET http://a.test/x HTTP/1.2\r\nHost: a.test\r\n\r\n")
      .give(Opened{Party::origin})
      .expect(kForwarded)
      .give(from_origin(kOk))
      .expect({noted("reply"), kPassed});
}

TEST(PlainHttp, AnotherMajorVersionIsRefused) {
  for (const auto* request : {"GET http://a.test/x HTTP/2.0\r\n\r\n", "PRI * HTTP/2.0\r\n\r\n",
                              "CONNECT a.test:443 HTTP/0.9\r\n\r\n"}) {
    PlainHttpTalk talk;
    talk.connected()
        .give(from_client(request))
        .expect({noted("refuse"), sent(Party::client, "HTTP/1.1 505 "),
                 Hangup{Party::client, Ending::fin}});
  }
}

TEST(PlainHttp, IsNoOpenRelay) {
  PlainHttpTalk talk;
  talk.connected()
      .give(from_client("GET http://c.test/ HTTP/1.1\r\n\r\n"))
      .expect(CountAttempt{"c.test"})
      .give(AttemptCounted{1})
      .expect({noted("request"), noted("refuse"), sent(Party::client, "HTTP/1.1 403 Forbidden\r\n"),
               Hangup{Party::client, Ending::fin}});
}

TEST(PlainHttp, AChunkThatLiesIsRefusedAndTheOriginHearsAReset) {
  PlainHttpTalk talk;
  talk.asked("POST http://a.test/ HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n")
      .give(Opened{Party::origin})
      .expect(sent(Party::origin, "POST / "))
      .give(from_client("5\r\nabcdefgh\r\n"))
      .expect({Hangup{Party::origin, Ending::rst}, noted("refuse"),
               sent(Party::client, "HTTP/1.1 400 "), Hangup{Party::client, Ending::fin}});
}

TEST(PlainHttp, SaysWhatIsWrongWithTheOrigin) {
  const auto answer = [](std::string_view response, std::optional<Ending> end) {
    PlainHttpTalk talk;
    talk.forwarded().give(from_origin(response));
    if (!end) return talk.play.take_bytes(Party::client);
    talk.play.expect_nothing().give(Closed{Party::origin, *end});
    return talk.play.take_bytes(Party::client);
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
    PlainHttpTalk talk(faults);
    talk.forwarded().give(Closed{Party::origin, Ending::fin});
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
    PlainHttpTalk talk;
    talk.forwarded()
        .give(from_origin("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"))
        .expect({noted("reply"), sent(Party::client, "\r\n\r\nabc")})
        .give(Closed{Party::origin, how});
    std::vector<Hangup> hangups;
    for (const auto& action : talk.play.take()) {
      if (const auto* hangup = std::get_if<Hangup>(&action)) hangups.push_back(*hangup);
    }
    ASSERT_FALSE(hangups.empty());
    EXPECT_EQ(hangups.back(), (Hangup{Party::client, how}));
  }
}

TEST(PlainHttp, FaultsAskForThePath) {
  PlainHttpTalk talk(fault_text("f", "point = 'request-head', path = '/x*', method = 'GET'",
                                "respond = { status = 403, body = 'no' }"));
  talk.connected()
      .give(from_client(kGetX))
      .expect(CountAttempt{"a.test"})
      .give(AttemptCounted{1})
      .expect({noted("request"), injected("respond", "f"),
               Send{Party::client, "HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno"}})
      .give(from_client("GET http://a.test/y HTTP/1.1\r\n\r\n"))
      .expect(CountAttempt{"a.test"})
      .give(AttemptCounted{2})
      .expect({noted("request"), kOpen});
}

TEST(PlainHttp, AConnectHasNoPath) {
  PlainHttpTalk talk(
      fault_text("f", "point = 'request-head', path = '*'", "respond = { status = 403 }"));
  talk.connected()
      .give(from_client("CONNECT a.test:80 HTTP/1.1\r\n\r\n"))
      .expect(CountAttempt{"a.test"})
      .give(AttemptCounted{1})
      .expect({noted("request"), kOpen});
}

TEST(PlainHttp, ASuccessInThePlaceOfTheOriginIsTheAnswer) {
  PlainHttpTalk talk(
      fault_text("f", "point = 'upstream-connect'", "respond = { status = 200, body = 'x' }"));
  talk.connected()
      .give(from_client(kGetX))
      .expect(CountAttempt{"a.test"})
      .give(AttemptCounted{1})
      .expect({noted("request"), injected("respond", "f"),
               Send{Party::client, "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx"}});
}

TEST(PlainHttp, AnAnswerToAHeadHasNoBody) {
  PlainHttpTalk talk(
      fault_text("f", "point = 'reply'", "respond = { status = 503, body = 'busy' }"));
  talk.asked("HEAD http://a.test/ HTTP/1.1\r\n\r\n")
      .give(Opened{Party::origin})
      .expect(
          {injected("respond", "f"), Hangup{Party::origin, Ending::fin},
           Send{Party::client, "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 4\r\n\r\n"}});
}

TEST(PlainHttp, AFaultActsAtAByteOfWhatIsForwarded) {
  PlainHttpTalk talk(
      fault_text("f", "point = 'reply', offset_bytes = 20", "close = { how = 'rst' }"));
  talk.forwarded()
      .give(from_origin(kOk))
      .expect({noted("reply"), Send{Party::client, "HTTP/1.1 200 OK\r\nCon"},
               injected("close", "f"), Hangup{Party::origin, Ending::rst},
               Hangup{Party::client, Ending::rst}});
}

TEST(PlainHttp, ABendActsOnWhatIsForwarded) {
  PlainHttpTalk talk(fault_text("f", "point = 'reply'", "corrupt = { bytes = 1, xor = 1 }"));
  talk.forwarded()
      .give(from_origin(kOk))
      .expect(
          {noted("reply"), injected("corrupt", "f"), sent(Party::client, "ITTP/1.1 200 OK\r\n")});
}

TEST(PlainHttp, GoesOnAfterAStallWithAllThatHasCome) {
  PlainHttpTalk talk(
      fault_text("f", "point = 'reply', offset_bytes = 4", "stall = { for_ms = 10 }"));
  talk.forwarded()
      .give(from_origin("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n"))
      .expect({noted("reply"), Send{Party::client, "HTTP"}, injected("stall", "f"),
               Pause{Party::origin}})
      .give(from_origin("ok"))
      .expect_nothing()
      .give(Closed{Party::origin, Ending::fin})
      .expect_nothing()
      .give(Fired{Timer::stall});
  const auto rest = talk.play.take_bytes(Party::client);
  EXPECT_EQ(rest, "/1.1 200 OK\r\nContent-Length: 2\r\nVia: 1.1 misproxy\r\n\r\nok");
}

TEST(PlainHttp, AFloodOfRequestsWaitsInTheSocket) {
  PlainHttpTalk talk;
  std::string many;
  while (many.size() < ProxySession::kMostHeld)
    many += kGetX;
  talk.asked().give(from_client(many)).expect(Pause{Party::client});
}

/// Nobody takes what they are answered.
TEST(PlainHttp, AnswersNoFasterThanTheClientTakes) {
  PlainHttpTalk talk;
  talk.forwarded()
      .give(from_origin(fmt::format("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{}", 100'000,
                                    std::string(100'000, 'x'))))
      .expect({noted("reply"), sent(Party::client, "xxx")})
      .give(from_client(kGetX))
      .expect_nothing()
      .give(Drained{Party::client})
      .expect(CountAttempt{"a.test"});
}

}  // namespace
}  // namespace misproxy
