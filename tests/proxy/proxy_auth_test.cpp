// The proxy session where the scenario asks for credentials.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/credentials.hpp"
#include "proxy/proxy_session.hpp"
#include "support/plans.hpp"
#include "support/playbook.hpp"

namespace misproxy {
namespace {

using test::fault_text;
using test::injected;
using test::kEstablished;
using test::noted;
using test::plan_with;
using test::Playbook;
using test::sent;
using testing::HasSubstr;
using namespace std::chrono_literals;

constexpr auto kUser = "[[proxy.auth.user]]\nname = \"joe\"\npassword = \"pw\"\n";

std::string connect_with(std::string_view credentials, std::string_view more = "") {
  return fmt::format(
      "CONNECT a.test:443 HTTP/1.1\r\n{}{}\r\n",
      credentials.empty() ? "" : fmt::format("Proxy-Authorization: {}\r\n", credentials), more);
}

struct AuthTalk {
  Plan plan;
  FaultCounts counts;
  ProxySession session{plan, counts, {1, {}, 0}};
  Playbook play{session};
  std::string head;

  explicit AuthTalk(std::string_view auth = "", std::string_view rest = kUser)
      : plan(plan_with(fmt::format("[proxy.auth]\n{}{}", auth, rest))) {
    play.give(Opened{Party::client}).expect(noted("connected"));
  }

  Playbook& asks(std::string_view credentials, std::string_view more = "") {
    head = connect_with(credentials, more);
    return play.give(Received{Party::client, head});
  }
  /// Without credentials: a number of its own kind, and a challenge.
  std::string challenged() {
    asks("").expect(CountAttempt{"a.test without credentials"});
    play.give(AttemptCounted{1});
    return play.take_bytes(Party::client);
  }
};

const Note* auth_note(const ActionList& actions) {
  for (const auto& action : actions) {
    const auto* note = std::get_if<Note>(&action);
    if (note != nullptr && note->name == "auth") return note;
  }
  return nullptr;
}

TEST(ProxyAuth, AsksForCredentialsAndThenLetsPass) {
  AuthTalk talk;
  EXPECT_THAT(talk.challenged(), HasSubstr("HTTP/1.1 407 "));
  talk.asks(basic_credentials("joe", "pw"))
      .expect(CountAttempt{"a.test"})
      .give(AttemptCounted{1})
      .expect({noted("request"), noted("auth"), Open{Party::origin, {"a.test", 443}}})
      .give(Opened{Party::origin})
      .expect({kEstablished, noted("reply")});
}

/// The scheme, the name and the reason, and nothing that proves.
TEST(ProxyAuth, TellsWhoAskedAndWhyNot) {
  AuthTalk talk;
  talk.asks(basic_credentials("joe", "S3CRET")).expect(CountAttempt{"a.test"});
  talk.play.give(AttemptCounted{1});
  const auto actions = talk.play.take();
  const auto* note = auth_note(actions);
  ASSERT_NE(note, nullptr);
  EXPECT_EQ(note->point, Point::auth);
  EXPECT_EQ(note->fields, (TraceFields{{"scheme", std::string("Basic")},
                                       {"judged", std::string("wrong-password")},
                                       {"user", std::string("joe")}}));
}

TEST(ProxyAuth, TellsHowADigestIsMalformed) {
  AuthTalk talk;
  talk.asks(
          "Digest username=\"joe\", realm=\"r\", nonce=\"n\", uri=\"/\", response=\"S3CRET\", "
          "qop=auth, cnonce=\"c\", nc=00000001, nc=00000002")
      .expect(CountAttempt{"a.test"});
  talk.play.give(AttemptCounted{1});
  const auto actions = talk.play.take();
  const auto* note = auth_note(actions);
  ASSERT_NE(note, nullptr);
  EXPECT_EQ(note->fields, (TraceFields{{"scheme", std::string("Digest")},
                                       {"judged", std::string("malformed")},
                                       {"why", std::string("`nc` stands twice")}}));
}

TEST(ProxyAuth, AWrongPasswordIsAChallengeAgain) {
  AuthTalk talk;
  talk.asks(basic_credentials("joe", "wrong"))
      .expect(CountAttempt{"a.test"})
      .give(AttemptCounted{1})
      .expect(
          {noted("request"), noted("auth"), noted("reply"), sent(Party::client, "HTTP/1.1 407 ")});
  // What is asked again because of it is the same attempt.
  talk.asks(basic_credentials("joe", "pw"))
      .expect({noted("request"), noted("auth"), Open{Party::origin, {"a.test", 443}}});
}

TEST(ProxyAuth, WhatIsNoHeaderIsA400AndTheNextRequestWorks) {
  AuthTalk talk;
  const auto right = basic_credentials("joe", "pw");
  talk.asks(right, fmt::format("Proxy-Authorization: {}\r\n", right))
      .expect(CountAttempt{"a.test"})
      .give(AttemptCounted{1})
      .expect(
          {noted("request"), noted("auth"), noted("reply"), sent(Party::client, "HTTP/1.1 400 ")});
  talk.asks(right).expect({noted("request"), noted("auth"), Open{Party::origin, {"a.test", 443}}});
}

TEST(ProxyAuth, ClosesWhereItIsToldTo) {
  for (const auto* after : {"close", "lies"}) {
    AuthTalk talk(fmt::format("after_407 = \"{}\"\n", after));
    talk.asks("").expect(CountAttempt{"a.test without credentials"});
    talk.play.give(AttemptCounted{1})
        .expect({noted("request"), noted("auth"), noted("reply"), sent(Party::client, " 407 "),
                 Hangup{Party::client, Ending::fin}});
  }
  AuthTalk asked;
  asked.asks("", "Connection: close\r\n").expect(CountAttempt{"a.test without credentials"});
  asked.play.give(AttemptCounted{1})
      .expect({noted("request"), noted("auth"), noted("reply"),
               sent(Party::client, "\r\nConnection: close\r\n"),
               Hangup{Party::client, Ending::fin}});
}

/// Who may not pass is told nothing of the hosts that he might reach.
TEST(ProxyAuth, StandsBeforeTheHosts) {
  AuthTalk talk;
  talk.play.give(Received{Party::client, "CONNECT b.test:443 HTTP/1.1\r\n\r\n"})
      .expect(CountAttempt{"b.test without credentials"})
      .give(AttemptCounted{1})
      .expect({noted("request"), noted("auth"), noted("reply"), sent(Party::client, " 407 ")});
}

TEST(ProxyAuth, TheFaultsOfThePointActOnWhomTheGateLetsPass) {
  AuthTalk talk("", std::string(kUser) +
                        fault_text("after", R"(point = "auth")", R"(respond = { status = 503 })"));
  EXPECT_THAT(talk.challenged(), HasSubstr("HTTP/1.1 407 "));
  talk.asks(basic_credentials("joe", "pw"))
      .expect(CountAttempt{"a.test"})
      .give(AttemptCounted{1})
      .expect({noted("request"), noted("auth"), injected("respond", "after"),
               sent(Party::client, "HTTP/1.1 503 ")});
}

/// The first Digest of an answer.
DigestChallenge digest_of(std::string_view answer) {
  constexpr std::string_view kName = "Proxy-Authenticate: ";
  const auto at = answer.find("Proxy-Authenticate: Digest");
  EXPECT_NE(at, std::string_view::npos) << answer;
  const auto line = answer.substr(at + kName.size(), answer.find("\r\n", at) - at - kName.size());
  return supported_digest(parse_challenges(line).at(0)).value();
}

std::string digest(const DigestChallenge& challenge, std::uint32_t count) {
  return digest_credentials(challenge, "joe", "pw", {"CONNECT", "a.test:443"}, "c", count);
}

/// A request that is held past its nonce's life is judged when its turn comes, by the session's
/// time; what is asked again with a fresh one is the same attempt.
TEST(ProxyAuth, TheLifeOfANonceIsTheSessionsTime) {
  AuthTalk talk("nonce_lifetime_ms = 50\n",
                std::string(kUser) + fault_text("slow", R"(point = "request-head", request = 2)",
                                                R"(stall = { for_ms = 80 })"));
  const auto first = digest_of(talk.challenged());
  talk.play.at(10ms);
  talk.asks(digest(first, 1)).expect(CountAttempt{"a.test"});
  talk.play.give(AttemptCounted{1}).expect({noted("request"), injected("stall", "slow")});
  talk.play.at(90ms).give(Fired{Timer::stall});
  const auto again = talk.play.take_bytes(Party::client);
  EXPECT_THAT(again, HasSubstr("stale=true"));
  talk.asks(digest(digest_of(again), 1))
      .expect({noted("request"), noted("auth"), Open{Party::origin, {"a.test", 443}}});
}

TEST(ProxyAuth, ANonceIsGoodForEveryConnectionAndItsCountRisesOverAll) {
  AuthTalk talk;
  const auto challenge = digest_of(talk.challenged());
  talk.asks(digest(challenge, 1))
      .expect(CountAttempt{"a.test"})
      .give(AttemptCounted{1})
      .expect({noted("request"), noted("auth"), Open{Party::origin, {"a.test", 443}}});
  ProxySession other(talk.plan, talk.counts, {2, {}, 0});
  Playbook play{other};
  play.give(Opened{Party::client}).expect(noted("connected"));
  const auto replayed = connect_with(digest(challenge, 1));
  play.give(Received{Party::client, replayed}).expect(CountAttempt{"a.test"});
  play.give(AttemptCounted{2})
      .expect({noted("request"), noted("auth"), noted("reply"), sent(Party::client, " 407 ")});
  const auto next = connect_with(digest(challenge, 2));
  play.give(Received{Party::client, next})
      .expect({noted("request"), noted("auth"), Open{Party::origin, {"a.test", 443}}});
}

/// NTLM's handshake as canned answers: the nth request of its connection.
TEST(ProxyRequestTrigger, AnswersTheFirstTheSecondAndTheThirdRequest) {
  const auto answer = [](std::string_view id, std::string_view request, std::string_view value) {
    return fault_text(
        id, fmt::format("point = \"request-head\", {}", request),
        fmt::format("respond = {{ status = 407, headers = [\"Proxy-Authenticate: {}\"] }}", value));
  };
  const auto plan = plan_with(answer("offer", "request = 1", "NTLM") +
                              answer("type-2", "request = 2, credentials = \"NTLM\"", "NTLM TlRM"));
  FaultCounts counts;
  ProxySession session(plan, counts, {1, {}, 0});
  Playbook play{session};
  play.give(Opened{Party::client}).expect(noted("connected"));
  std::string head;
  const auto asks = [&](std::string_view credentials, std::int64_t attempt) -> Playbook& {
    head = connect_with(credentials);
    play.give(Received{Party::client, head}).expect(CountAttempt{"a.test"});
    return play.give(AttemptCounted{attempt});
  };
  asks("", 1).expect({noted("request"), injected("respond", "offer"),
                      sent(Party::client, "Authenticate: NTLM\r\n")});
  asks("NTLM TlRMTVNTUAAB", 2)
      .expect({noted("request"), injected("respond", "type-2"),
               sent(Party::client, "Authenticate: NTLM TlRM\r\n")});
  asks("NTLM TlRMTVNTUAAD", 3).expect({noted("request"), Open{Party::origin, {"a.test", 443}}});
}

}  // namespace
}  // namespace misproxy
