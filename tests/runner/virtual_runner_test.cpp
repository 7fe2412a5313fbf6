#include "runner/virtual_runner.hpp"

#include <gmock/gmock.h>

#include <map>

#include "support/virtual_runs.hpp"

namespace misproxy::test {
namespace {

using ::testing::AllOf;
using ::testing::Contains;

using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// Time and payload of each data segment of a capture that leaves from this port, or to it.
struct Sent {
  double at;
  std::size_t payload;
  std::uint32_t seq;
  bool rst;
  std::size_t sack;
};

std::vector<Sent> segments(const std::string& capture, bool from_proxy) {
  std::vector<Sent> sent;
  for (const auto& frame : frames_of(capture)) {
    const auto* tcp = frame.packet->packet.tcp();
    if (tcp == nullptr || (tcp->source_port == 80) != from_proxy) continue;
    sent.push_back({std::chrono::duration<double>(frame.time).count(), tcp->payload.size(),
                    tcp->seq, tcp->rst, tcp->sack.size()});
  }
  return sent;
}

/// Between one sending and the next of the segment that was sent most often.
std::vector<double> spacing(const std::vector<Sent>& sent) {
  std::map<std::uint32_t, std::vector<double>> times;
  for (const auto& one : sent) {
    if (one.payload > 1) times[one.seq].push_back(one.at);
  }
  std::vector<double> longest;
  for (const auto& [seq, at] : times) {
    if (at.size() > longest.size()) longest = at;
  }
  std::vector<double> gaps;
  for (std::size_t i = 1; i < longest.size(); ++i)
    gaps.push_back(longest[i] - longest[i - 1]);
  return gaps;
}

class EveryScenario : public testing::TestWithParam<std::string> {};

TEST_P(EveryScenario, EndsAsItExpects) {
  const auto made = run_virtually(scenario_named(GetParam()));
  EXPECT_THAT(made.result.mismatches, IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Bundled, EveryScenario, testing::ValuesIn(every_id()), &id_as_name);

MATCHER_P(About, seconds, "") { return arg > seconds * 0.9 && arg < seconds * 1.1; }

TEST(VirtualTcp, ResendsIntoABlackHoleAsLinuxDoes) {
  const auto made = run_virtually(scenario_named("mtu-black-hole-download"));
  const auto gaps = spacing(segments(made.proxy_capture, true));
  ASSERT_GE(gaps.size(), 6U);
  EXPECT_LT(gaps[0], 0.01);  // RACK: the tail was SACKed
  EXPECT_THAT(gaps[1], About(0.206));
  EXPECT_THAT(gaps[2], About(0.43));
  EXPECT_THAT(gaps[3], About(0.832));
  EXPECT_THAT(gaps[4], About(1.664));
  EXPECT_THAT(gaps[5], About(3.328));
}

TEST(VirtualTcp, ResendsALoneSegmentAsLinuxDoes) {
  const auto made = run_virtually(scenario_named("connect-lost"));
  const auto gaps = spacing(segments(made.capture, false));
  ASSERT_GE(gaps.size(), 5U);
  EXPECT_THAT(gaps[0], About(0.206));  // the tail loss probe
  EXPECT_THAT(gaps[1], About(0.208));
  EXPECT_THAT(gaps[2], About(0.424));
  EXPECT_THAT(gaps[3], About(0.832));
}

TEST(VirtualTcp, ResendsASynAsLinuxDoes) {
  const auto made = run_virtually(scenario_named("syn-lost"));
  std::vector<double> at;
  for (const auto& one : segments(made.capture, false))
    at.push_back(one.at);
  ASSERT_EQ(at.size(), 8U);
  for (std::size_t i = 1; i <= 5; ++i)
    EXPECT_THAT(at[i] - at[i - 1], About(1.024));
  EXPECT_THAT(at[6] - at[5], About(2.016));
  EXPECT_THAT(at[7] - at[6], About(4.1));
}

TEST(VirtualTcp, CutsWhatWasTooLargeInTwo) {
  const auto made = run_virtually(scenario_named("pmtud-works"));
  std::vector<std::size_t> sizes;
  for (const auto& one : segments(made.proxy_capture, true))
    sizes.push_back(one.payload);
  EXPECT_THAT(sizes, AllOf(Contains(1448U), Contains(1348U), Contains(100U)));
}

TEST(VirtualTcp, TellsOfTheTailWithSack) {
  const auto made = run_virtually(scenario_named("mtu-black-hole-download"));
  std::size_t with_sack = 0;
  for (const auto& one : segments(made.capture, false))
    with_sack += one.sack;
  EXPECT_GE(with_sack, 1U);
}

TEST(VirtualRunner, NamesTheLimitThatStoppedARun) {
  auto scenario = scenario_named("stall-after-tls");
  scenario.client.max_time_ms.reset();
  scenario.client.response_ms = Milliseconds{0};
  EXPECT_THAT(run_virtually(scenario).result.stopped.value_or(""),
              HasSubstr("nothing more can happen"));
  EXPECT_THAT(run_virtually(scenario_named("syn-lost"), 1, {std::chrono::seconds{3}})
                  .result.stopped.value_or(""),
              HasSubstr("--max-time"));
  EXPECT_THAT(run_virtually(scenario_named("allow"), 1, {std::chrono::hours{1}, 10})
                  .result.stopped.value_or(""),
              HasSubstr("--max-events"));
}

TEST(VirtualRunner, SaysWhichFaultNeverFired) {
  auto scenario = scenario_named("truncated-download");
  scenario.faults.front().when.body_offset_bytes = 300'001;
  EXPECT_THAT(run_virtually(scenario).result.mismatches,
              Contains("the fault `size-limit` never fired"));
}

}  // namespace
}  // namespace misproxy::test
