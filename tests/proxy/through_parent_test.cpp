#include "proxy/through_parent.hpp"

#include <gtest/gtest.h>

#include "proxy/proxy_session.hpp"
#include "support/plans.hpp"
#include "support/playbook.hpp"

namespace misproxy {
namespace {

using test::noted;
using test::Playbook;
using test::sent;
using namespace std::chrono_literals;

constexpr auto kClient = Party::client;
constexpr auto kOrigin = Party::origin;
const Send kAsked{kOrigin,
                  "CONNECT b.test:443 HTTP/1.1\r\nHost: b.test:443\r\nVia: 1.1 misproxy\r\n\r\n"};
const Send kEstablished{kClient, "HTTP/1.1 200 Connection established\r\n\r\n"};

/// A proxy whose origin b.test is behind a parent, up to where the parent is asked.
struct Talk {
  Plan plan;
  FaultCounts counts;
  ThroughParent session;
  Playbook play{session};

  explicit Talk(std::string_view more = {})
      : plan(test::plan_with("[[origin]]\nhost = 'b.test'\nparent = '10.9.9.9:3128'\n" +
                             std::string(more))),
        session(plan, std::make_unique<ProxySession>(plan, counts, ConnectionFacts{1, {}, 0})) {}

  Playbook& opened() {
    return play.give(Opened{kClient})
        .expect(noted("connected"))
        .give(Received{kClient, "CONNECT b.test:443 HTTP/1.1\r\n\r\n"})
        .expect(CountAttempt{"b.test"})
        .give(AttemptCounted{1})
        .expect({noted("request"), Open{kOrigin, {"b.test", 443}}});
  }
  Playbook& asked() { return opened().give(Opened{kOrigin}).expect(kAsked); }
  /// What the client gets.
  std::string answer() { return play.take_bytes(kClient); }
};

TEST(ThroughParent, ASuccessIsTheTunnelsBeginning) {
  Talk talk;
  talk.asked()
      .give(Received{kOrigin, "HTTP/1.0 200 Conn"})
      .expect_nothing()
      .give(Received{kOrigin, "ection established\r\nServer: x\r\n\r\nSSH-2.0"})
      .expect({kEstablished, noted("reply"), Send{kClient, "SSH-2.0"}})
      .give(Received{kClient, "hello"})
      .expect(Send{kOrigin, "hello"})
      .give(Closed{kOrigin, Ending::rst})
      .expect(Hangup{kClient, Ending::rst});
}

TEST(ThroughParent, CredentialsThatTheProxyDoesNotAskForAreTheParents) {
  Talk talk;
  talk.play.give(Opened{kClient})
      .expect(noted("connected"))
      .give(Received{kClient,
                     "CONNECT b.test:443 HTTP/1.1\r\nProxy-Authorization: Basic eDp5\r\n\r\n"})
      .expect(CountAttempt{"b.test"})
      .give(AttemptCounted{1})
      .expect({noted("request"), Open{kOrigin, {"b.test", 443}, {}, {{}, {"Basic eDp5"}}}})
      .give(Opened{kOrigin})
      .expect(Send{kOrigin,
                   "CONNECT b.test:443 HTTP/1.1\r\nHost: b.test:443\r\nVia: 1.1 misproxy\r\n"
                   "Proxy-Authorization: Basic eDp5\r\n\r\n"});
}

/// A proxy may tunnel to no port 80.
TEST(ThroughParent, AForwardedRequestNamesItsHostAndWantsNoTunnel) {
  Talk talk("port = 80\n");
  talk.play.give(Opened{kClient})
      .expect(noted("connected"))
      .give(Received{kClient, "GET http://b.test/x HTTP/1.1\r\nHost: b.test\r\n\r\n"})
      .expect(CountAttempt{"b.test"})
      .give(AttemptCounted{1})
      .expect({noted("request"), Open{kOrigin, {"b.test", 80}, {}, {"b.test", {}}}})
      .give(Opened{kOrigin})
      .expect(Send{kOrigin,
                   "GET http://b.test/x HTTP/1.1\r\nHost: b.test\r\nVia: 1.1 misproxy\r\n\r\n"});
}

TEST(ThroughParent, AnInterimReplyIsPassedOver) {
  Talk talk;
  talk.asked()
      .give(Received{kOrigin, "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 Fine\r\n\r\n"})
      .expect({kEstablished, noted("reply")});
}

TEST(ThroughParent, ItIsAskedForTheOtherPlaceWhereThereIsOne) {
  Talk talk("connect-to = '[2001:db8::7]:8443'\n");
  talk.opened().give(Opened{kOrigin}).expect(sent(kOrigin, "CONNECT [2001:db8::7]:8443 HTTP/1.1"));
}

TEST(ThroughParent, AnOriginWithoutOneIsOpenAtOnce) {
  Talk talk;
  talk.play.give(Opened{kClient})
      .expect(noted("connected"))
      .give(Received{kClient, "CONNECT a.test:443 HTTP/1.1\r\n\r\n"})
      .expect(CountAttempt{"a.test"})
      .give(AttemptCounted{1})
      .expect({noted("request"), Open{kOrigin, {"a.test", 443}}})
      .give(Opened{kOrigin})
      .expect({kEstablished, noted("reply")});
}

TEST(ThroughParent, ItsNoIsPassedOnWithItsBodyAndWithoutWhatConcernsTheHop) {
  Talk talk;
  talk.asked()
      .give(Received{kOrigin,
                     "HTTP/1.1 407 Who are you\r\nProxy-Authenticate: Basic realm=\"x\"\r\n"
                     "Proxy-Connection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel"})
      .expect_nothing()
      .give(Received{kOrigin, "lo\r\n0\r\n\r\n"});
  EXPECT_EQ(talk.answer(),
            "HTTP/1.1 407 Who are you\r\nProxy-Authenticate: Basic realm=\"x\"\r\n"
            "Connection: close\r\nContent-Length: 5\r\n\r\nhello");
}

TEST(ThroughParent, ANoWhoseBodyIsCutOffIsStillANo) {
  Talk talk;
  talk.asked()
      .give(Received{kOrigin, "HTTP/1.1 403 No\r\nContent-Length: 100\r\n\r\nbecause"})
      .expect_nothing()
      .give(Closed{kOrigin, Ending::fin});
  EXPECT_EQ(talk.answer(),
            "HTTP/1.1 403 No\r\nConnection: close\r\nContent-Length: 7\r\n\r\nbecause");
}

TEST(ThroughParent, ANosBodyHasABound) {
  Talk talk;
  const std::string body(ParentReply::kMostBody + 10, 'x');
  talk.asked().give(Received{kOrigin, "HTTP/1.1 503 No\r\n\r\n" + body});
  EXPECT_TRUE(talk.answer().ends_with("Content-Length: 65536\r\n\r\n" + body.substr(10)));
}

TEST(ThroughParent, SilenceIsATimeout) {
  Talk talk;
  talk.play.with_timers();
  talk.play.give(Opened{kClient});
  talk.play.take();
  talk.play.give(Received{kClient, "CONNECT b.test:443 HTTP/1.1\r\n\r\n"});
  talk.play.take();
  talk.play.give(AttemptCounted{1});
  talk.play.take();
  talk.play.give(Opened{kOrigin}).expect({kAsked, StartTimer{Timer::attempt, 60s}});
  talk.play.at(60s).give(Fired{Timer::attempt});
  EXPECT_TRUE(talk.answer().starts_with("HTTP/1.1 504 "));
}

TEST(ThroughParent, AnEndWithoutAReplyIsABadGateway) {
  for (const auto how : {Ending::fin, Ending::rst}) {
    Talk talk;
    talk.asked().give(Closed{kOrigin, how});
    const auto answer = talk.answer();
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 502 ")) << answer;
    EXPECT_NE(answer.find("error=connection_terminated"), std::string::npos) << answer;
  }
}

TEST(ThroughParent, GarbageIsABadGatewayHoweverItIsCut) {
  for (const std::string& garbage :
       {std::string("\x16\x03\x01\x00\x05hello"), std::string("SSH-2.0-OpenSSH\r\n"),
        std::string("HTTP/2 200\r\n\r\n"), std::string("HTTP/1.1 2x0\r\n\r\n"),
        std::string("\0\0\0\0", 4), std::string("<html>")}) {
    Talk whole;
    whole.asked().give(Received{kOrigin, garbage});
    const auto answer = whole.answer();
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 502 ")) << answer;
    EXPECT_NE(answer.find("error=http_protocol_error"), std::string::npos) << answer;
    Talk cut;
    auto& play = cut.asked();
    std::string said;
    for (const char byte : garbage) {
      play.give(Received{kOrigin, std::string_view(&byte, 1)});
      said += cut.answer();
    }
    EXPECT_EQ(said, answer);
  }
}

TEST(ThroughParent, AHeadWithoutEndHasABound) {
  Talk talk;
  auto& play = talk.asked().give(Received{kOrigin, "HTTP/1.1 200 OK\r\n"});
  const std::string line = "X: " + std::string(1'000, 'x') + "\r\n";
  std::string said;
  for (int i = 0; i < 100 && said.empty(); ++i) {
    play.give(Received{kOrigin, line});
    said = talk.answer();
  }
  EXPECT_TRUE(said.starts_with("HTTP/1.1 502 ")) << said;
}

TEST(ThroughParent, AClientThatLeavesMeanwhileIsGone) {
  Talk talk;
  talk.asked()
      .give(Closed{kClient, Ending::rst})
      .expect({noted("client-closed"), Hangup{kClient, Ending::fin}})
      .give(Received{kOrigin, "HTTP/1.1 200 OK\r\n\r\n"})
      .expect_nothing();
}

}  // namespace
}  // namespace misproxy
