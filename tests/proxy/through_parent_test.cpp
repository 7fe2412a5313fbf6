#include "proxy/through_parent.hpp"

#include <gtest/gtest.h>

#include "proxy/proxy_session.hpp"
#include "support/plans.hpp"
#include "support/playbook.hpp"

namespace misproxy {
namespace {

using test::kEstablished;
using test::noted;
using test::Playbook;
using test::sent;
using namespace std::chrono_literals;

const Send kAsked{Party::origin,
                  "CONNECT b.test:443 HTTP/1.1\r\nHost: b.test:443\r\nVia: 1.1 misproxy\r\n\r\n"};

/// A proxy whose origin b.test is behind a parent, up to where the parent is asked.
struct ParentTalk {
  Plan plan;
  FaultCounts counts;
  ThroughParent session;
  Playbook play{session};

  explicit ParentTalk(std::string_view more = {})
      : plan(test::plan_with("[[origin]]\nhost = 'b.test'\nparent = '10.9.9.9:3128'\n" +
                             std::string(more))),
        session(plan, std::make_unique<ProxySession>(plan, counts, ConnectionFacts{1, {}, 0})) {}

  Playbook& opened() {
    return play.give(Opened{Party::client})
        .expect(noted("connected"))
        .give(Received{Party::client, "CONNECT b.test:443 HTTP/1.1\r\n\r\n"})
        .expect(CountAttempt{"b.test"})
        .give(AttemptCounted{1})
        .expect({noted("request"), Open{Party::origin, {"b.test", 443}}});
  }
  Playbook& asked() { return opened().give(Opened{Party::origin}).expect(kAsked); }
  /// What the client gets.
  std::string answer() { return play.take_bytes(Party::client); }
};

TEST(ThroughParent, ASuccessIsTheTunnelsBeginning) {
  ParentTalk talk;
  talk.asked()
      .give(Received{Party::origin, "HTTP/1.0 200 Conn"})
      .expect_nothing()
      .give(Received{Party::origin, "ection established\r\nServer: x\r\n\r\nSSH-2.0"})
      .expect({kEstablished, noted("reply"), Send{Party::client, "SSH-2.0"}})
      .give(Received{Party::client, "hello"})
      .expect(Send{Party::origin, "hello"})
      .give(Closed{Party::origin, Ending::rst})
      .expect(Hangup{Party::client, Ending::rst});
}

TEST(ThroughParent, CredentialsThatTheProxyDoesNotAskForAreTheParents) {
  ParentTalk talk;
  talk.play.give(Opened{Party::client})
      .expect(noted("connected"))
      .give(Received{Party::client,
                     "CONNECT b.test:443 HTTP/1.1\r\nProxy-Authorization: Basic eDp5\r\n\r\n"})
      .expect(CountAttempt{"b.test"})
      .give(AttemptCounted{1})
      .expect({noted("request"), Open{Party::origin, {"b.test", 443}, {}, {{}, {"Basic eDp5"}}}})
      .give(Opened{Party::origin})
      .expect(Send{Party::origin,
                   "CONNECT b.test:443 HTTP/1.1\r\nHost: b.test:443\r\nVia: 1.1 misproxy\r\n"
                   "Proxy-Authorization: Basic eDp5\r\n\r\n"});
}

/// A proxy may tunnel to no port 80.
TEST(ThroughParent, AForwardedRequestNamesItsHostAndWantsNoTunnel) {
  ParentTalk talk("port = 80\n");
  talk.play.give(Opened{Party::client})
      .expect(noted("connected"))
      .give(Received{Party::client, "GET http://b.test/x HTTP/1.1\r\nHost: b.test\r\n\r\n"})
      .expect(CountAttempt{"b.test"})
      .give(AttemptCounted{1})
      .expect({noted("request"), Open{Party::origin, {"b.test", 80}, {}, {"b.test", {}}}})
      .give(Opened{Party::origin})
      .expect(Send{Party::origin,
                   "GET http://b.test/x HTTP/1.1\r\nHost: b.test\r\nVia: 1.1 misproxy\r\n\r\n"});
}

TEST(ThroughParent, AnInterimReplyIsPassedOver) {
  ParentTalk talk;
  talk.asked()
      .give(Received{Party::origin, "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 Fine\r\n\r\n"})
      .expect({kEstablished, noted("reply")});
}

TEST(ThroughParent, ItIsAskedForTheOtherPlaceWhereThereIsOne) {
  ParentTalk talk("connect-to = '[2001:db8::7]:8443'\n");
  talk.opened()
      .give(Opened{Party::origin})
      .expect(sent(Party::origin, "CONNECT [2001:db8::7]:8443 HTTP/1.1"));
}

TEST(ThroughParent, AnOriginWithoutOneIsOpenAtOnce) {
  ParentTalk talk;
  talk.play.give(Opened{Party::client})
      .expect(noted("connected"))
      .give(Received{Party::client, "CONNECT a.test:443 HTTP/1.1\r\n\r\n"})
      .expect(CountAttempt{"a.test"})
      .give(AttemptCounted{1})
      .expect({noted("request"), Open{Party::origin, {"a.test", 443}}})
      .give(Opened{Party::origin})
      .expect({kEstablished, noted("reply")});
}

TEST(ThroughParent, ItsNoIsPassedOnWithItsBodyAndWithoutWhatConcernsTheHop) {
  ParentTalk talk;
  talk.asked()
      .give(Received{Party::origin,
                     "HTTP/1.1 407 Who are you\r\nProxy-Authenticate: Basic realm=\"x\"\r\n"
                     "Proxy-Connection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel"})
      .expect_nothing()
      .give(Received{Party::origin, "lo\r\n0\r\n\r\n"});
  EXPECT_EQ(talk.answer(),
            "HTTP/1.1 407 Who are you\r\nProxy-Authenticate: Basic realm=\"x\"\r\n"
            "Connection: close\r\nContent-Length: 5\r\n\r\nhello");
}

TEST(ThroughParent, ANoWhoseBodyIsCutOffIsStillANo) {
  ParentTalk talk;
  talk.asked()
      .give(Received{Party::origin, "HTTP/1.1 403 No\r\nContent-Length: 100\r\n\r\nbecause"})
      .expect_nothing()
      .give(Closed{Party::origin, Ending::fin});
  EXPECT_EQ(talk.answer(),
            "HTTP/1.1 403 No\r\nConnection: close\r\nContent-Length: 7\r\n\r\nbecause");
}

TEST(ThroughParent, ANosBodyHasABound) {
  ParentTalk talk;
  const std::string body(ParentReply::kMostBody + 10, 'x');
  talk.asked().give(Received{Party::origin, "HTTP/1.1 503 No\r\n\r\n" + body});
  EXPECT_TRUE(talk.answer().ends_with("Content-Length: 65536\r\n\r\n" + body.substr(10)));
}

TEST(ThroughParent, SilenceIsATimeout) {
  ParentTalk talk;
  talk.play.with_timers();
  talk.play.give(Opened{Party::client});
  talk.play.take();
  talk.play.give(Received{Party::client, "CONNECT b.test:443 HTTP/1.1\r\n\r\n"});
  talk.play.take();
  talk.play.give(AttemptCounted{1});
  talk.play.take();
  talk.play.give(Opened{Party::origin}).expect({kAsked, StartTimer{Timer::attempt, 60s}});
  talk.play.at(60s).give(Fired{Timer::attempt});
  EXPECT_TRUE(talk.answer().starts_with("HTTP/1.1 504 "));
}

TEST(ThroughParent, AnEndWithoutAReplyIsABadGateway) {
  for (const auto how : {Ending::fin, Ending::rst}) {
    ParentTalk talk;
    talk.asked().give(Closed{Party::origin, how});
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
    ParentTalk whole;
    whole.asked().give(Received{Party::origin, garbage});
    const auto answer = whole.answer();
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 502 ")) << answer;
    EXPECT_NE(answer.find("error=http_protocol_error"), std::string::npos) << answer;
    ParentTalk cut;
    auto& play = cut.asked();
    std::string said;
    for (const char byte : garbage) {
      play.give(Received{Party::origin, std::string_view(&byte, 1)});
      said += cut.answer();
    }
    EXPECT_EQ(said, answer);
  }
}

TEST(ThroughParent, AHeadWithoutEndHasABound) {
  ParentTalk talk;
  auto& play = talk.asked().give(Received{Party::origin, "HTTP/1.1 200 OK\r\n"});
  const std::string line = "X: " + std::string(1'000, 'x') + "\r\n";
  std::string said;
  for (int i = 0; i < 100 && said.empty(); ++i) {
    play.give(Received{Party::origin, line});
    said = talk.answer();
  }
  EXPECT_TRUE(said.starts_with("HTTP/1.1 502 ")) << said;
}

TEST(ThroughParent, AClientThatLeavesMeanwhileIsGone) {
  ParentTalk talk;
  talk.asked()
      .give(Closed{Party::client, Ending::rst})
      .expect({noted("client-closed"), Hangup{Party::client, Ending::fin}})
      .give(Received{Party::origin, "HTTP/1.1 200 OK\r\n\r\n"})
      .expect_nothing();
}

}  // namespace
}  // namespace misproxy
