#include "probe/probe_session.hpp"

#include <gmock/gmock.h>

namespace misproxy::probe {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// A probe, told what happens, in virtual seconds.
class Dialogue {
 public:
  explicit Dialogue(Endpoint proxy)
      : session_({settings(), std::move(proxy), [] { return ClientContext(); }, 1, "test"},
                 [this](const ProbeStep& step) {
                   steps_.push_back((step.ok ? "" : "!") + step.name + ": " + step.text);
                 }) {
    give(Begin{});
  }

  Dialogue& give(const Event& event) {
    ActionList actions;
    session_.step(event, now_ += std::chrono::seconds(1), actions);
    for (const auto& action : actions) {
      if (const auto* open = std::get_if<Open>(&action)) said_.push_back("open " + open->to.text());
      if (const auto* send = std::get_if<Send>(&action)) sent_ = send->bytes;
    }
    return *this;
  }
  void interrupt() { session_.interrupted(now_); }

  const std::vector<std::string>& said() const { return said_; }
  const std::vector<std::string>& steps() const { return steps_; }
  const std::string& sent() const { return sent_; }
  std::string log() const { return session_.log(); }

 private:
  static ClientSettings settings() {
    ClientSettings settings;
    settings.attempts = 1;
    settings.proxy_user = "joe";
    settings.proxy_password = "pw";
    settings.proxy_auth = ClientSettings::Auth::any;
    return settings;
  }

  std::vector<std::string> said_;
  std::vector<std::string> steps_;
  std::string sent_;
  Instant now_{0};
  ProbeSession session_;
};

constexpr std::string_view kChallenge =
    "HTTP/1.0 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"r\"\r\n"
    "Connection: close\r\n\r\n<html>";

TEST(ProbeSession, TriesEveryAddressOfTheProxysName) {
  Dialogue probe({"proxy.test", 80});
  probe.give(Resolved{"2001:db8::1", {"10.0.0.1"}})
      .give(Failed{Failed::Why::unreachable})
      .give(Opened{Party::proxy});
  EXPECT_THAT(probe.said(), ElementsAre("open [2001:db8::1]:80", "open 10.0.0.1:80"));
  EXPECT_THAT(probe.steps(),
              ElementsAre("resolve: proxy.test is 2001:db8::1, 10.0.0.1",
                          "!connect: [2001:db8::1]:80 cannot be reached", "connect: 10.0.0.1:80",
                          "CONNECT: tools.cisco.com:443, without credentials"));
}

TEST(ProbeSession, TellsWhatCameOfAReplyThatBreaksOff) {
  Dialogue probe({"10.0.0.1", 80});
  probe.give(Opened{Party::proxy})
      .give(Received{Party::proxy, "HTTP/"})
      .give(Closed{Party::proxy, Ending::fin});
  EXPECT_THAT(probe.steps().back(), HasSubstr("the reply ends after 5 bytes, \"HTTP/\""));
  EXPECT_THAT(probe.log(), HasSubstr("it ends after 5 bytes, \"HTTP/\"\n* Proxy CONNECT"));
}

TEST(ProbeSession, TakesAnInterimReplyForNoRefusal) {
  Dialogue probe({"10.0.0.1", 80});
  probe.give(Opened{Party::proxy})
      .give(Received{Party::proxy, "HTTP/1.1 100 Continue\r\n\r\n"})
      .give(Closed{Party::proxy, Ending::fin});
  EXPECT_THAT(probe.steps().back(), HasSubstr("!reply: "));
  EXPECT_THAT(probe.steps().back(), testing::Not(HasSubstr("100")));
}

TEST(ProbeSession, FailsWithTheLastAddress) {
  Dialogue probe({"proxy.test", 80});
  probe.give(Resolved{"10.0.0.1", {"10.0.0.2"}})
      .give(Failed{Failed::Why::refused})
      .give(Failed{Failed::Why::refused})
      .give(Closed{Party::proxy, Ending::fin});  // comes too late to be told
  EXPECT_EQ(probe.steps().size(), 3U);
  EXPECT_THAT(probe.steps().back(), HasSubstr("!connect: Failed to connect to proxy.test port 80"));
}

// As tinyproxy: no length, so that the end of the connection is the end of the answer.
TEST(ProbeSession, AnswersAChallengeThatEndsItsConnection) {
  Dialogue probe({"10.0.0.1", 80});
  probe.give(Opened{Party::proxy})
      .give(Received{Party::proxy, kChallenge})
      .give(Closed{Party::proxy, Ending::fin})
      .give(Opened{Party::proxy});
  EXPECT_THAT(probe.said(), ElementsAre("open 10.0.0.1:80", "open 10.0.0.1:80"));
  EXPECT_THAT(probe.sent(), HasSubstr("Proxy-Authorization: Basic am9lOnB3\r\n"));
  EXPECT_THAT(
      probe.steps(),
      ElementsAre("connect: 10.0.0.1:80", "CONNECT: tools.cisco.com:443, without credentials",
                  "reply: 407 Proxy Authentication Required", "connect: 10.0.0.1:80",
                  "CONNECT: tools.cisco.com:443, with Basic credentials"));
}

TEST(ProbeSession, AnAnswerDoesNotDrawOnTheTerminal) {
  Dialogue probe({"10.0.0.1", 80});
  probe.give(Opened{Party::proxy})
      .give(Received{Party::proxy, "HTTP/1.1 403 No\x80way\r\nContent-Length: 0\r\n\r\n"});
  EXPECT_THAT(probe.steps().back(), HasSubstr("!reply: 403 No"));
  EXPECT_EQ(probe.steps().back().find('\x80'), std::string::npos);
}

TEST(ProbeSession, AnInterruptionNamesWhatWasAwaited) {
  Dialogue probe({"proxy.test", 80});
  probe.interrupt();
  EXPECT_THAT(probe.steps(), ElementsAre("!resolve: interrupted while this was awaited"));
}

TEST(ProbeSession, CallsABadHeadHttpAllTheSame) {
  const std::string long_line = "X-Filler: " + std::string(20'000, 'a');
  for (const auto& [head, why] :
       {std::pair<std::string, std::string>{"HTTP/1.1 200 OK\r\n" + long_line,
                                            "a header line over"},
        {"HTTP/1.1 2xx OK\r\n\r\n", "no status code"},
        {"HTTP/2 200\r\n\r\n", "instead of HTTP/1.x"},
        {"HTTP/1.1 200 OK\r\n: nameless\r\n\r\n", "not an HTTP/1.x response"}}) {
    Dialogue probe({"10.0.0.1", 80});
    probe.give(Opened{Party::proxy}).give(Received{Party::proxy, head});
    EXPECT_THAT(probe.steps().back(), HasSubstr("a bad HTTP head in answer to CONNECT"));
    EXPECT_THAT(probe.steps().back(), HasSubstr(why));
  }
  Dialogue probe({"10.0.0.1", 80});
  probe.give(Opened{Party::proxy}).give(Received{Party::proxy, "SSH-2.0-x\r\n"});
  EXPECT_THAT(probe.steps().back(), HasSubstr("HTTP/0.9 or something else"));
}

}  // namespace
}  // namespace misproxy::probe
