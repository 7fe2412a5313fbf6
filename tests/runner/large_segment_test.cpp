// A RST in answer to a large segment, whatever follows that segment and in whichever direction.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "runner/diagnose_run.hpp"
#include "support/virtual_runs.hpp"

namespace misproxy::test {
namespace {

/// Its one fault resets what is over 1,450 bytes of IP.
Scenario inline_reset() {
  auto scenario = scenario_named("inline-reset-on-large-segment");
  EXPECT_EQ(scenario.faults.size(), 1U);
  return scenario;
}

Named named_by_capture(const Scenario& scenario) {
  auto run = run_virtually(scenario);
  RunDiagnosis diagnosis(Evidence::capture);
  diagnosis.take(run.capture);
  diagnosis.judge(run);
  EXPECT_TRUE(run.result.named);
  return run.result.named.value_or(Named{});
}

class Upload : public testing::TestWithParam<int> {};

TEST_P(Upload, IsResetOnItsLargeSegment) {
  auto scenario = inline_reset();
  scenario.client.body_bytes = decltype(scenario.client.body_bytes)(GetParam());
  const auto named = named_by_capture(scenario);
  EXPECT_EQ(named.id, "reset-on-large-segment") << named.headline;
}

INSTANTIATE_TEST_SUITE_P(Bodies, Upload,
                         testing::Values(1290, 1330, 1340, 1400, 1448, 2000, 2896, 5000, 20000));

class Download : public testing::TestWithParam<int> {};

TEST_P(Download, IsResetOnItsLargeSegment) {
  auto scenario = inline_reset();
  scenario.faults.front().when.direction = Direction::to_client;
  scenario.client.method = ClientSettings::Method::get;
  scenario.client.url = fmt::format("https://tools.cisco.com/bytes/{}", GetParam());
  const auto named = named_by_capture(scenario);
  EXPECT_TRUE(named.names("reset-on-large-segment")) << named.id << ": " << named.headline;
}

INSTANTIATE_TEST_SUITE_P(Bodies, Download, testing::Values(1330, 1400, 2000, 5000, 20000));

/// Nothing but the size of what is lost differs: without a RST it is a black hole.
TEST(BlackHole, IsOneWithoutAReset) {
  for (const auto* id : {"mtu-black-hole-upload", "mtu-black-hole-download"}) {
    const auto named = named_by_capture(scenario_named(id));
    EXPECT_EQ(named.id, "mtu-black-hole") << named.headline;
    EXPECT_EQ(named.confidence, "certain") << id;
  }
}

}  // namespace
}  // namespace misproxy::test
