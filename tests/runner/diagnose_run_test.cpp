#include "runner/diagnose_run.hpp"

#include <gtest/gtest.h>

#include "core/sha256.hpp"
#include "diagnose/diagnose.hpp"
#include "runner/run_digest.hpp"
#include "support/virtual_runs.hpp"

namespace misproxy::test {
namespace {

class EveryScenariosPackets : public testing::TestWithParam<std::string> {};

diagnose::Diagnosis judged(const std::vector<diagnose::Exhibit>& exhibits) {
  return diagnose::diagnose(std::get<diagnose::Observations>(diagnose::read_evidence(exhibits)));
}

/// What is watched while it is written shows what its file does.
TEST_P(EveryScenariosPackets, IsJudgedFromPacketsAsTheyComeAsFromTheirFile) {
  const auto run = run_virtually(scenario_named(GetParam()));
  diagnose::WatchedCapture watched("client.pcapng", true);
  watched.take(run.capture);
  const auto told = judged({{"client.pcapng", std::nullopt, &watched}});
  const auto read = judged({{"client.pcapng", run.capture}});
  EXPECT_EQ(told.incident.id, read.incident.id);
  EXPECT_EQ(told.incident.headline, read.incident.headline);
  ASSERT_EQ(told.verdicts.size(), read.verdicts.size());
  for (std::size_t i = 0; i < told.verdicts.size(); ++i)
    EXPECT_EQ(told.verdicts[i].headline, read.verdicts[i].headline);
}

INSTANTIATE_TEST_SUITE_P(Bundled, EveryScenariosPackets, testing::ValuesIn(every_id()),
                         &id_as_name);

TEST(RunDigest, IsOfAllOneBehindTheOtherInWhateverOrderTheyCame) {
  RunDigest digest;
  digest.proxy("p1 ");
  digest.client("c1 ");
  digest.proxy("p2 ");
  digest.client("c2 ");
  EXPECT_EQ(digest.finish({}, "log"), sha256_hex("c1 c2 p1 p2 log"));
}

TEST(RunDigest, ALongProxysCaptureStandsByItsOwn) {
  const std::string piece(1 << 20, 'p');
  std::string proxy;
  RunDigest digest;
  for (int i = 0; i < 5; ++i) {
    digest.proxy(piece);
    proxy += piece;
  }
  digest.client("c");
  EXPECT_EQ(digest.finish({}, "log"), sha256_hex("c" + sha256_hex(proxy) + "log"));
}

}  // namespace
}  // namespace misproxy::test
