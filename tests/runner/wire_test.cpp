// The wire's vocabulary at work: what faults of the path and settings of kernels do to the segments
// of a run.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "plan/worlds.hpp"
#include "scenario/loader.hpp"
#include "support/virtual_runs.hpp"

namespace misproxy::test {
namespace {

Scenario scenario_of(std::string_view rest, int bytes = 60'000) {
  auto loaded = load_scenario(
      "x.toml", fmt::format("schema = 1\n[about]\nid = 'x'\ntitle = 't'\nteaches = 't'\n"
                            "[[origin]]\nhost = 'a.test'\n[client]\nattempts = 1\n"
                            "url = 'https://a.test/bytes/{}'\nmethod = 'GET'\n{}",
                            bytes, rest));
  for (const auto& problem : loaded.problems)
    ADD_FAILURE() << problem.message;
  return std::move(loaded.scenario);
}

/// A fault at the segments to the client for which this holds.
std::string fault(std::string_view segment, std::string_view deed, std::string_view id = "f") {
  return fmt::format(
      "[[fault]]\nid = '{}'\nwhen = {{ point = 'path', direction = 'to_client', segment = {{ {} }} "
      "}}\ndo = {{ {} }}\n",
      id, segment, deed);
}

struct Seen {
  Run run;
  std::vector<CapturedFrame> frames;

  /// TCP segments at the client's end for which it holds.
  template <class Holds>
  std::vector<TcpSegment> segments(Holds holds) const {
    std::vector<TcpSegment> found;
    for (const auto& frame : frames) {
      const auto* segment = frame.packet->packet.tcp();
      if (segment != nullptr && holds(*segment)) found.push_back(*segment);
    }
    return found;
  }
  std::vector<TcpSegment> from_proxy() const {
    return segments([](const TcpSegment& segment) { return segment.source_port == 80; });
  }
  std::vector<TcpSegment> from_client() const {
    return segments([](const TcpSegment& segment) { return segment.source_port != 80; });
  }
};

Seen seen(const Scenario& scenario) {
  Seen all{run_virtually(scenario), {}};
  all.frames = frames_of(all.run.capture);
  return all;
}

std::size_t times_acted(const Run& run, std::string_view id) {
  return static_cast<std::size_t>(std::ranges::count_if(
      run.trace, [&](const TraceLine& line) { return line.event.fault == id; }));
}

TEST(SegmentBySeq, IsTheOneWithThatFirstByte) {
  const auto all = seen(scenario_of(fault("seq = 1, kind = 'data'", "delay = { by_ms = 300 }")));
  EXPECT_GE(times_acted(all.run, "f"), 2U) << "the proxy's 200, and its retransmissions";
  const auto once =
      seen(scenario_of(fault("seq = 1, first_sending = true, kind = 'data'", "drop = {}")));
  EXPECT_EQ(times_acted(once.run, "f"), 1U);
  EXPECT_EQ(once.run.result.outcome.bytes, 60'000U);
}

TEST(FirstSending, NeitherMeansNorCountsWhatIsResent) {
  const std::string which = "kind = 'data', seq = '5000..'";
  const auto both = seen(scenario_of(fault(which + ", first = 1, count = 100000", "drop = {}")));
  const auto first =
      seen(scenario_of(fault(which + ", first_sending = true, first = 1, count = 5", "drop = {}")));
  EXPECT_EQ(times_acted(first.run, "f"), 5U);
  EXPECT_EQ(first.run.result.outcome.bytes, 60'000U) << "what is sent again passes";
  EXPECT_LT(both.run.result.outcome.bytes, 60'000U);
}

TEST(Alter, LetsTheReceiverDropWhatHasAWrongChecksum) {
  const auto all = seen(scenario_of(
      fault("kind = 'data', over_bytes = 1400, first = 4", "alter = { checksum = 'wrong' }")));
  EXPECT_EQ(all.run.result.outcome.bytes, 60'000U);
  const auto data = all.from_proxy();
  const auto twice = std::ranges::count_if(data, [&](const TcpSegment& segment) {
    return segment.payload.size() > 1000 &&
           std::ranges::count(data, segment.seq, &TcpSegment::seq) > 1;
  });
  EXPECT_GE(twice, 2) << "it came, and came again";
}

TEST(Alter, TakesAnOptionOutOfTheSyn) {
  const auto all = seen(
      scenario_of("[[fault]]\nid = 'f'\nwhen = { point = 'path', segment = { kind = 'syn' } }\n"
                  "do = { alter = { without = ['sack_permitted', 'timestamps'] } }\n"));
  const auto answer = all.from_proxy().front();
  EXPECT_TRUE(answer.syn && answer.mss);
  EXPECT_FALSE(answer.sack_permitted || answer.timestamps);
  EXPECT_EQ(all.run.result.outcome.bytes, 60'000U);
  EXPECT_FALSE(all.from_client().at(1).timestamps) << "not agreed on";
}

TEST(InjectSegment, ResetsInTheOthersName) {
  const auto all = seen(scenario_of(fault("seq = '20000..', kind = 'data', first = 1",
                                          "inject-segment = { flags = ['RST'], ttl = 55 }")));
  const auto reset = std::ranges::find_if(all.frames, [](const CapturedFrame& frame) {
    const auto* segment = frame.packet->packet.tcp();
    return segment != nullptr && segment->rst && segment->source_port == 80;
  });
  ASSERT_NE(reset, all.frames.end());
  EXPECT_EQ(reset->packet->packet.ttl, 55);
  EXPECT_EQ(all.run.result.outcome.error, ClientError::reset);
}

TEST(InjectSegment, GoesTheOtherWayToo) {
  const auto all = seen(
      scenario_of(fault("kind = 'data', over_bytes = 1400, first = 2",
                        "inject-segment = { direction = 'to_origin', flags = ['FIN', 'ACK'] }")));
  EXPECT_EQ(times_acted(all.run, "f"), 1U);
  EXPECT_TRUE(std::ranges::none_of(all.from_client(), [](const TcpSegment& segment) {
    return segment.fin && segment.payload.size() > 0;
  })) << "the client never sent it";
}

TEST(TcpSettings, SayWhatASynOffers) {
  const auto all = seen(scenario_of(
      "[network.client_tcp]\nsack = false\ntimestamps = false\nwindow_scaling = false\n"));
  const auto syn = all.from_client().front();
  EXPECT_FALSE(syn.sack_permitted || syn.timestamps || syn.window_scale);
  const auto answer = all.from_proxy().front();
  EXPECT_FALSE(answer.sack_permitted || answer.timestamps || answer.window_scale);
  EXPECT_EQ(all.run.result.outcome.bytes, 60'000U);
}

TEST(TcpSettings, LimitTheFirstFlight) {
  const auto flight = [](std::string_view settings) {
    const auto all = seen(scenario_of(settings));
    std::size_t most = 0;
    std::size_t now = 0;
    for (const auto& frame : all.frames) {
      const auto* segment = frame.packet->packet.tcp();
      const bool full = segment->source_port == 80 && segment->payload.size() == 1448;
      now = full ? now + 1 : 0;
      if (most == 0 && !full && now == 0) continue;
      most = std::max(most, now);
      if (!full) break;
    }
    return most;
  };
  EXPECT_LT(flight("[network.proxy_tcp]\ninitial_window = 2\n"), 10U);
}

TEST(TcpSettings, ProbeAnIdleConnection) {
  const auto all = seen(scenario_of(
      "again_after_ms = 10000\n[network.client_tcp]\nkeepalive = true\nkeepalive_time_ms = 3000\n"
      "keepalive_interval_ms = 1000\n",
      100));
  const auto probes = all.from_client();
  std::uint32_t highest = 0;
  std::size_t found = 0;
  for (const auto& segment : probes) {
    if (!segment.syn && highest != 0 && segment.length() == 0 && segment.seq + 1 == highest)
      ++found;
    highest = std::max(highest, segment.seq + segment.length());
  }
  EXPECT_EQ(found, 3U);
  EXPECT_EQ(all.run.result.outcome.error, ClientError::none);
}

TEST(WhyNotVirtual, NamesEcn) {
  const auto scenario = scenario_of("[network.proxy_tcp]\necn = true\n");
  EXPECT_EQ(why_not_virtual(scenario).value_or(""),
            "x: `network.proxy_tcp` `ecn` needs a kernel's TCP, which the world `virtual` has not: "
            "its model knows no ECN; the world `lab` has it");
  EXPECT_TRUE(why_not_live(scenario));
}

TEST(WhyNotLive, NamesWhatAKernelIsSetTo) {
  const auto scenario = scenario_of("[network.client_tcp]\nsack = false\n");
  EXPECT_EQ(why_not_live(scenario).value_or("").find("x: `network.client_tcp` needs packets"), 0U);
  EXPECT_FALSE(why_not_virtual(scenario));
}

}  // namespace
}  // namespace misproxy::test
