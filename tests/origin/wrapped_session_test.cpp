#include "origin/wrapped_session.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "origin/make_session.hpp"
#include "origin/server_settings.hpp"
#include "support/plans.hpp"
#include "support/tls_trust.hpp"
#include "tls/client_tls.hpp"

namespace misproxy {
namespace {

/// A scripted origin within TLS, and a client that trusts it; notes by name, in order.
struct WrappedTalk {
  Plan plan{test::plan_with(R"(
tls = ["1.2", "1.3"]
[[origin.say]]
text = "220 mail.test ESMTP\r\n"
[[origin.say]]
line = "PASS *"
text = "230 in\r\n"
[[origin.say]]
line = "QUIT"
text = "221 bye\r\n"
then = "close"
[[origin.say]]
line = "ABORT"
then = "reset"
)")};
  FaultCounts counts;
  std::unique_ptr<Session> session;
  ClientTls tls;
  std::string heard;
  std::vector<Note> notes;
  std::vector<std::pair<Timer, Duration>> timers;
  std::vector<Ending> endings;
  std::size_t cut = 0;  // of what the client sends, into pieces; 0 is whole

  explicit WrappedTalk(const ClientContext& context)
      : session(make_origin_session(
            plan, counts,
            test::test_catalogue().context_for("a.test",
                                               server_settings(plan, plan.scenario().origins[0])),
            {1, "a.test", 1}, 443, test::test_time(), {&plan.scenario().origins[0], nullptr})),
        tls(context, "a.test") {
    give(Opened{Party::client});
    tls.start();
  }
  WrappedTalk() : WrappedTalk(test::http2_client()) {}

  void give(const Event& event) {
    ActionList actions;
    session->step(event, {}, actions);
    for (const auto& action : actions) {
      if (const auto* note = std::get_if<Note>(&action)) notes.push_back(*note);
      if (const auto* hangup = std::get_if<Hangup>(&action)) endings.push_back(hangup->how);
      if (const auto* timer = std::get_if<StartTimer>(&action))
        timers.emplace_back(timer->timer, timer->after);
      const auto* send = std::get_if<Send>(&action);
      if (send == nullptr) continue;
      EXPECT_TRUE(endings.empty()) << "nothing is said behind the end";
      heard += tls.receive(send->bytes);
    }
  }

  std::string pump() {
    heard.clear();
    for (auto bytes = tls.take_output(); !bytes.empty(); bytes = tls.take_output()) {
      const auto piece = cut == 0 ? bytes.size() : cut;
      for (std::size_t at = 0; at < bytes.size() && endings.empty(); at += piece)
        give(Received{Party::client, std::string_view(bytes).substr(at, piece)});
    }
    return heard;
  }

  std::string ask(std::string_view line) {
    tls.send(line);
    return pump();
  }

  std::vector<std::string> noted() const {
    std::vector<std::string> names;
    for (const auto& note : notes)
      names.emplace_back(note.name);
    return names;
  }
};

TEST(WrappedSession, TheGreetingWaitsForTheHandshake) {
  for (const std::size_t cut : {0, 1}) {
    WrappedTalk talk;
    talk.cut = cut;
    EXPECT_EQ(talk.heard, "");
    EXPECT_EQ(talk.pump(), "220 mail.test ESMTP\r\n");
    EXPECT_EQ(talk.ask("PASS secret\r\n"), "230 in\r\n");
    EXPECT_EQ(talk.ask("QUIT\r\nQUIT\r\n"), "221 bye\r\n");
    EXPECT_EQ(talk.endings, std::vector{Ending::fin});
    EXPECT_EQ(talk.tls.state(), TlsEngine::State::closed_by_peer) << "close_notify came";
    EXPECT_EQ(talk.noted(), (std::vector<std::string>{"client-hello", "tls-handshake",
                                                      "script-line", "script-line"}));
  }
}

/// A client that offers HTTP/2 is no reason to agree on it: what a script says is none.
TEST(WrappedSession, AgreesOnNoProtocol) {
  WrappedTalk talk;
  talk.pump();
  EXPECT_EQ(talk.tls.state(), TlsEngine::State::open);
  EXPECT_EQ(talk.tls.protocol(), "");
}

TEST(WrappedSession, AResetSaysNothingBeforeIt) {
  WrappedTalk talk;
  talk.pump();
  talk.ask("ABORT\r\n");
  EXPECT_EQ(talk.endings, std::vector{Ending::rst});
  EXPECT_EQ(talk.tls.state(), TlsEngine::State::open);
}

TEST(WrappedSession, EndsWithItsClient) {
  WrappedTalk said;
  said.pump();
  said.tls.close();
  said.pump();
  EXPECT_EQ(said.endings, std::vector{Ending::fin});
  WrappedTalk unsaid;
  unsaid.pump();
  unsaid.give(Closed{Party::client, Ending::rst});
  EXPECT_EQ(unsaid.endings, std::vector{Ending::fin});
  WrappedTalk early;
  early.give(Closed{Party::client, Ending::fin});
  EXPECT_EQ(early.endings, std::vector{Ending::fin});
  EXPECT_EQ(early.heard, "");
}

TEST(WrappedSession, AClientThatDoesNotTrustItHearsNoGreeting) {
  WrappedTalk talk(make_client_context({}, test::test_time()));
  EXPECT_EQ(talk.pump(), "");
  EXPECT_EQ(talk.endings, std::vector{Ending::fin});
  EXPECT_EQ(talk.noted(),
            (std::vector<std::string>{"client-hello", "tls-failed", "closed-after-certificate"}));
}

TEST(WrappedSession, WhatIsNoTlsIsRefused) {
  WrappedTalk talk;
  talk.give(Received{Party::client, "EHLO here\r\n"});
  ASSERT_EQ(talk.timers.size(), 1U);
  talk.give(Fired{Timer::limit});
  EXPECT_EQ(talk.endings, std::vector{Ending::fin});
  EXPECT_EQ(talk.noted(), std::vector<std::string>{"tls-failed"});
  talk.give(Received{Party::client, "more"});
  EXPECT_EQ(talk.endings.size(), 1U);
}

}  // namespace
}  // namespace misproxy
