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

/// A session in its tunnel.
struct PassingTunnel {
  Plan plan;
  FaultCounts counts;
  ProxySession session{plan, counts, {1, {}, 0}};
  Playbook play{session};

  explicit PassingTunnel(std::string_view faults = {}) : plan(plan_with(faults)) {
    play.give(Opened{Party::client}).take();
    play.give(Received{Party::client, "CONNECT a.test:443 HTTP/1.1\r\n\r\n"}).take();
    play.give(AttemptCounted{1}).take();
    EXPECT_FALSE(session.passes_all());
    play.give(Opened{Party::origin}).take();
  }
  bool passes_all() const { return session.passes_all(); }
};

TEST(PassesAll, OfATunnelWithoutFaults) {
  EXPECT_TRUE(PassingTunnel().passes_all());
  EXPECT_TRUE(
      PassingTunnel(fault_text("f", "point = 'reply', host = 'b.test'", "close = { how = 'fin' }"))
          .passes_all());
  EXPECT_TRUE(
      PassingTunnel(fault_text("f", "point = 'close'", "close = { how = 'rst' }")).passes_all());
}

TEST(PassesAll, NotWhileAFaultOfTheTunnelMayAct) {
  for (const auto* when : {"point = 'tunnel', direction = 'to_client', offset_bytes = 4",
                           "point = 'tunnel', direction = 'to_origin', record = { type = 'alert' }",
                           "point = 'tunnel', direction = 'to_origin', flight_over_bytes = 1000",
                           "point = 'tunnel', after_ms = 1000", "point = 'idle', idle_ms = 1000"})
    EXPECT_FALSE(PassingTunnel(fault_text("f", when, "close = { how = 'rst' }")).passes_all())
        << when;
}

TEST(PassesAll, NotWhileAStreamIsBent) {
  EXPECT_FALSE(PassingTunnel(fault_text("f", "point = 'tunnel', direction = 'to_client'",
                                        "throttle = { bytes_per_s = 1000 }"))
                   .passes_all());
}

TEST(PassesAll, OnceABendHasChangedItsLastByte) {
  PassingTunnel tunnel(fault_text("f",
                                  "point = 'tunnel', direction = 'to_client', offset_bytes = 2",
                                  "corrupt = { xor = 1, bytes = 1 }"));
  tunnel.play.give(Received{Party::origin, "01"}).take();
  EXPECT_FALSE(tunnel.passes_all());
  tunnel.play.give(Received{Party::origin, "23"}).take();
  EXPECT_TRUE(tunnel.passes_all());
  tunnel.play.give(Received{Party::origin, "45"}).expect(Send{Party::client, "45"});
}

TEST(PassesAll, OnceTheLastFaultHasActed) {
  PassingTunnel tunnel(fault_text("f",
                                  "point = 'tunnel', direction = 'to_client', offset_bytes = 2",
                                  "stall = { for_ms = 10 }"));
  tunnel.play.give(Received{Party::origin, "abcd"})
      .expect({Send{Party::client, "ab"}, injected("stall", "f"), Pause{Party::origin}});
  EXPECT_FALSE(tunnel.passes_all());
  tunnel.play.give(Fired{Timer::stall}).expect({Resume{Party::origin}, Send{Party::client, "cd"}});
  EXPECT_TRUE(tunnel.passes_all());
}

TEST(PassesAll, InOneDirectionOnceTheClientSendsNoMore) {
  PassingTunnel tunnel;
  tunnel.play.give(Closed{Party::client, Ending::fin})
      .expect({noted("client-closed"), HalfClose{Party::origin}});
  EXPECT_TRUE(tunnel.passes_all());
  tunnel.play.give(Closed{Party::origin, Ending::fin})
      .expect({Hangup{Party::origin, Ending::fin}, Hangup{Party::client, Ending::fin}});
  EXPECT_FALSE(tunnel.passes_all());
}

/// What still comes afterwards passes, although the session has not seen what came before it.
TEST(PassesAll, TheIdleTimeBeginsWithTheLastByteThatPassed) {
  PassingTunnel tunnel("[proxy]\nidle_timeout_ms = 1000\n");
  tunnel.session.passed(Instant{700ms});
  tunnel.play.with_timers()
      .at(Instant{1000ms})
      .give(Fired{Timer::limit})
      .expect(StartTimer{Timer::limit, 700ms})
      .give(Received{Party::client, "any\x16\x03"})
      .expect(Send{Party::origin, "any\x16\x03"})
      .at(Instant{2000ms})
      .give(Fired{Timer::limit})
      .expect({noted("idle-timeout"), Hangup{Party::origin, Ending::fin}, StopTimer{Timer::limit},
               Hangup{Party::client, Ending::fin}});
}

}  // namespace
}  // namespace misproxy
