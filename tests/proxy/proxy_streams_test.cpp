// What passes a proxy byte by byte: faults at every offset, however the bytes came.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "proxy/proxy_session.hpp"
#include "support/plans.hpp"

namespace misproxy {
namespace {

using test::fault_text;
using test::plan_with;

constexpr std::size_t kMostOffset = 2'000;

std::string numbered(std::size_t size) {
  std::string text;
  for (std::size_t i = 0; i < size; ++i)
    text += static_cast<char>('a' + i % 23);
  return text;
}

/// A proxy in its tunnel, in a world whose timers run as soon as nothing else is to do.
struct StreamedTunnel {
  Plan plan;
  FaultCounts counts;
  ProxySession session{plan, counts, {1, {}, 0}};
  std::map<Party, std::string> heard;
  std::map<Party, Ending> ended;
  std::vector<std::string> notes;
  std::map<Timer, Instant> timers;
  Instant now{};
  bool yielded = false;

  explicit StreamedTunnel(std::string_view faults, bool opened = true) : plan(plan_with(faults)) {
    give(Opened{Party::client});
    give(Received{Party::client, "CONNECT a.test:443 HTTP/1.1\r\n\r\n"});
    give(AttemptCounted{1});
    if (opened) give(Opened{Party::origin});
  }

  void give(const Event& event) {
    ActionList actions;
    session.step(event, now, actions);
    bool yields = false;
    for (auto& action : actions) {
      if (auto* send = std::get_if<Send>(&action)) heard[send->peer] += send->bytes;
      if (auto* end = std::get_if<Hangup>(&action)) ended[end->peer] = end->how;
      if (auto* note = std::get_if<Note>(&action)) notes.push_back(note->name);
      if (auto* start = std::get_if<StartTimer>(&action)) timers[start->timer] = now + start->after;
      if (auto* stop = std::get_if<StopTimer>(&action)) timers.erase(stop->timer);
      yields = yields || std::holds_alternative<Yield>(action);
    }
    if (yields) give(Yielded{});
  }
  void give_in_pieces(Party from, std::string_view bytes, std::size_t size) {
    for (std::size_t at = 0; at < bytes.size(); at += size)
      give(Received{from, bytes.substr(at, size)});
  }
  /// Lets time pass until no timer of a stream or a stall is set.
  void run() {
    while (true) {
      auto first = timers.end();
      for (auto it = timers.begin(); it != timers.end(); ++it) {
        const bool counts_here = it->first != Timer::limit;
        if (counts_here && (first == timers.end() || it->second < first->second)) first = it;
      }
      if (first == timers.end()) return;
      now = std::max(now, first->second);
      const auto timer = first->first;
      timers.erase(first);
      give(Fired{timer});
    }
  }
  /// Behind the reply to the CONNECT.
  std::string tunnelled() const {
    const auto& all = heard.at(Party::client);
    return all.substr(all.find("\r\n\r\n") + 4);
  }
};

std::string place(std::size_t offset) {
  return fmt::format("point = 'tunnel', direction = 'to_client', offset_bytes = {}", offset);
}

TEST(ProxyStreams, AResetAfterNBytesDeliversExactlyN) {
  const auto bytes = numbered(kMostOffset + 50);
  for (std::size_t at = 0; at <= kMostOffset; ++at) {
    for (const std::size_t cut :
         {std::size_t{1}, std::size_t{7}, std::size_t{1'448}, bytes.size()}) {
      if (cut == 1 && at % 97 != 0) continue;
      StreamedTunnel tunnel(fault_text("f", place(at), "close = { how = 'rst' }"));
      tunnel.give_in_pieces(Party::origin, bytes, cut);
      ASSERT_EQ(tunnel.tunnelled(), bytes.substr(0, at)) << at << " in pieces of " << cut;
      ASSERT_EQ(tunnel.ended.at(Party::client), Ending::rst);
    }
  }
}

TEST(ProxyStreams, CorruptChangesThatByteAndInjectAddsThose) {
  const auto bytes = numbered(kMostOffset + 50);
  for (std::size_t at = 0; at <= kMostOffset; ++at) {
    const auto pass = [&](std::string_view deed) {
      StreamedTunnel tunnel(fault_text("f", place(at), deed));
      tunnel.give_in_pieces(Party::origin, bytes, 1'000);
      return tunnel.tunnelled();
    };
    auto corrupted = bytes;
    corrupted[at] = static_cast<char>(corrupted[at] ^ 0x20);
    ASSERT_EQ(pass("corrupt = { xor = 32 }"), corrupted) << at;
    auto injected = bytes;
    injected.insert(at, "<!>");
    ASSERT_EQ(pass("inject = { text = '<!>' }"), injected) << at;
    auto swallowed = bytes;
    swallowed.erase(at, 5);
    ASSERT_EQ(pass("swallow = { bytes = 5 }"), swallowed) << at;
  }
}

TEST(ProxyStreams, EachFaultActsAtItsOwnPlace) {
  StreamedTunnel tunnel(fault_text("slow", place(0), "throttle = { bytes_per_s = 10000 }") +
                        fault_text("flip", place(400), "corrupt = { xor = 1 }") +
                        fault_text("cut", place(1'000), "close = { how = 'rst' }"));
  const auto bytes = numbered(1'500);
  tunnel.give_in_pieces(Party::origin, bytes, 700);
  EXPECT_LT(tunnel.tunnelled().size(), 100U) << "it is slow";
  tunnel.run();
  auto wanted = bytes.substr(0, 1'000);
  wanted[400] = static_cast<char>(wanted[400] ^ 1);
  EXPECT_EQ(tunnel.tunnelled(), wanted);
  EXPECT_EQ(tunnel.ended.at(Party::client), Ending::rst);
  EXPECT_NEAR(std::chrono::duration<double>(tunnel.now).count(), 0.1, 0.01);
}

TEST(ProxyStreams, BothDirectionsBendByThemselves) {
  StreamedTunnel tunnel(
      fault_text("up", "point = 'tunnel', direction = 'to_origin'", "delay = { by_ms = 50 }") +
      fault_text("down", "point = 'tunnel', direction = 'to_client'", "slice = { bytes = 1 }"));
  tunnel.give(Received{Party::client, "ask"});
  tunnel.give(Received{Party::origin, "answer"});
  tunnel.run();
  EXPECT_EQ(tunnel.heard.at(Party::origin), "ask");
  EXPECT_EQ(tunnel.tunnelled(), "answer");
  EXPECT_EQ(tunnel.now, Instant(std::chrono::milliseconds{50}));
}

TEST(ProxyStreams, TheEndWaitsForWhatIsSlow) {
  StreamedTunnel tunnel(fault_text("slow", "point = 'tunnel', direction = 'to_client'",
                                   "throttle = { bytes_per_s = 1000 }"));
  const auto bytes = numbered(300);
  tunnel.give(Received{Party::origin, bytes});
  tunnel.give(Closed{Party::origin, Ending::fin});
  EXPECT_FALSE(tunnel.ended.contains(Party::client));
  tunnel.run();
  EXPECT_EQ(tunnel.tunnelled(), bytes);
  EXPECT_EQ(tunnel.ended.at(Party::client), Ending::fin);
}

TEST(ProxyStreams, AReplyIsAStreamToo) {
  StreamedTunnel dripped(fault_text("f", "point = 'reply'", "slice = { bytes = 1, gap_ms = 5 }"));
  EXPECT_EQ(dripped.heard.at(Party::client), "H");
  dripped.give(Received{Party::client, "early"});
  EXPECT_FALSE(dripped.heard.contains(Party::origin)) << "the tunnel begins behind the reply";
  dripped.run();
  EXPECT_EQ(dripped.heard.at(Party::client), "HTTP/1.1 200 Connection established\r\n\r\n");
  EXPECT_EQ(dripped.heard.at(Party::origin), "early");

  for (std::size_t at = 0; at <= kMostOffset; at += 13) {
    StreamedTunnel cut(fault_text("no", "point = 'request-head'",
                                  "respond = { status = 403, body_bytes = 3000 }") +
                           fault_text("cut", fmt::format("point = 'reply', offset_bytes = {}", at),
                                      "close = { how = 'rst' }"),
                       false);
    ASSERT_EQ(cut.heard[Party::client].size(), at);
    ASSERT_EQ(cut.ended.at(Party::client), Ending::rst);
  }
}

TEST(ProxyStreams, TurnsStackTheAnswerIsTheFirst) {
  StreamedTunnel tunnel(fault_text("wait", "point = 'reply'", "stall = { for_ms = 100 }") +
                            fault_text("interim", "point = 'reply'", "respond = { status = 102 }") +
                            fault_text("no", "point = 'reply'", "respond = { status = 503 }"),
                        true);
  EXPECT_FALSE(tunnel.heard.contains(Party::client));
  tunnel.run();
  EXPECT_EQ(tunnel.now, Instant(std::chrono::milliseconds{100}));
  EXPECT_EQ(tunnel.heard.at(Party::client),
            "HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 503 Service Unavailable\r\n"
            "Content-Length: 0\r\n\r\n");
}

TEST(ProxyStreams, AnUpstreamThatFailsIsToldInTheProxysManner) {
  const auto reply = [](std::string_view manner, std::string_view point, std::string_view deed) {
    StreamedTunnel tunnel(fmt::format("[proxy]\nmanner = '{}'\n", manner) +
                              fault_text("f", fmt::format("point = '{}'", point), deed),
                          false);
    return tunnel.heard[Party::client];
  };
  EXPECT_EQ(reply("rfc", "upstream-connect", "upstream-timeout = {}").substr(0, 13),
            "HTTP/1.1 504 ");
  EXPECT_EQ(reply("rfc", "resolve", "resolve-failure = {}").substr(0, 13), "HTTP/1.1 502 ");
  EXPECT_NE(reply("rfc", "upstream-connect", "upstream-refused = {}").find("connection_refused"),
            std::string::npos);
  const auto squid = reply("squid", "upstream-connect", "upstream-timeout = {}");
  EXPECT_EQ(squid.substr(0, 13), "HTTP/1.1 503 ");
  EXPECT_NE(squid.find("X-Squid-Error: ERR_CONNECT_FAIL 110\r\n"), std::string::npos);
  const auto tiny = reply("tinyproxy", "resolve", "resolve-failure = {}");
  EXPECT_EQ(tiny.substr(0, 13), "HTTP/1.0 500 ");
}

TEST(ProxyStreams, TimesCountsInTheWholeRun) {
  const auto plan =
      plan_with(fault_text("f", "point = 'request-head', times = 2", "respond = { status = 503 }"));
  FaultCounts counts;
  std::string answers;
  for (std::int64_t number = 1; number <= 4; ++number) {
    ProxySession session(plan, counts, {number, {}, 0});
    ActionList actions;
    session.step(Opened{Party::client}, {}, actions);
    session.step(Received{Party::client, "CONNECT a.test:443 HTTP/1.1\r\n\r\n"}, {}, actions);
    session.step(AttemptCounted{number}, {}, actions);
    const bool refused = std::any_of(actions.begin(), actions.end(), [](const Action& action) {
      return std::holds_alternative<Send>(action);
    });
    answers += refused ? 'x' : 'o';
  }
  EXPECT_EQ(answers, "xxoo");
}

TEST(ProxyStreams, AfterATimeAlwaysTheSame) {
  StreamedTunnel tunnel(
      fault_text("f", "point = 'tunnel', after_ms = 5000", "close = { how = 'rst' }"));
  tunnel.give(Received{Party::origin, "on its way"});
  tunnel.run();
  EXPECT_EQ(tunnel.tunnelled(), "on its way");
  EXPECT_EQ(tunnel.ended.at(Party::client), Ending::rst);
  EXPECT_EQ(tunnel.now, Instant(std::chrono::seconds{5}));
}

TEST(ProxyStreams, AnIdleTunnelIsOneInWhichNothingPasses) {
  StreamedTunnel tunnel(
      fault_text("f", "point = 'idle', idle_ms = 1000", "close = { how = 'rst' }"));
  for (int i = 1; i <= 5; ++i) {
    tunnel.now = std::chrono::milliseconds{i * 900};
    tunnel.give(Received{Party::origin, "x"});
    if (tunnel.timers.at(Timer::fault) <= tunnel.now) tunnel.give(Fired{Timer::fault});
    EXPECT_FALSE(tunnel.ended.contains(Party::client));
  }
  tunnel.run();
  EXPECT_EQ(tunnel.now, Instant(std::chrono::milliseconds{5'500}));
  EXPECT_EQ(tunnel.ended.at(Party::client), Ending::rst);
}

TEST(ProxyStreams, AnAlertInTheClearIsARecord) {
  StreamedTunnel tunnel(fault_text("f", place(4), "tls-alert = { description = 112 }"));
  tunnel.give(Received{Party::origin, "eight..."});
  EXPECT_EQ(tunnel.tunnelled(), std::string("eigh\x15\x03\x03\x00\x02\x02\x70", 11));
  EXPECT_EQ(tunnel.ended.at(Party::client), Ending::fin);
}

TEST(ProxyStreams, WhoSendsMoreThanPassesIsReadNoMore) {
  StreamedTunnel tunnel(fault_text("f", "point = 'tunnel', direction = 'to_client'",
                                   "throttle = { bytes_per_s = 1000 }"));
  ActionList actions;
  const std::string much(200'000, 'x');
  tunnel.session.step(Received{Party::origin, much}, tunnel.now, actions);
  EXPECT_TRUE(std::any_of(actions.begin(), actions.end(), [](const Action& action) {
    return action == Action{Pause{Party::origin}};
  }));
}

}  // namespace
}  // namespace misproxy
