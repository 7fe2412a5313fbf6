#include "report/verdict_text.hpp"

#include <gtest/gtest.h>

#include "report/results.hpp"

namespace misproxy::test {
namespace {

RunResult naming(RunResult result, const Named& named) {
  result.named = named;
  return result;
}

TEST(VerdictText, ShowsTheDoubt) {
  const Named doubtful{"healthy", "ambiguous", {"truncated-download"}, "", true};
  EXPECT_EQ(verdict_text(naming(failed_run(), doubtful)), "healthy? (truncated-download)");
  EXPECT_EQ(verdict_text(naming(good_run(), doubtful)), "healthy? (truncated-download)");
  EXPECT_EQ(verdict_text(naming(good_run(), {"not-enough-evidence", "ambiguous", {}, "", false})),
            "not-enough-evidence?");
  EXPECT_EQ(
      verdict_text(naming(good_run(), {"a", "ambiguous", {"a", "b", "c", "d", "e"}, "", false})),
      "a? (b, c, 2 more)");
}

TEST(VerdictText, HealthyBesideAClientThatFailedIsShownAsWhatItIs) {
  EXPECT_EQ(verdict_text(good_run()), "healthy");
  EXPECT_EQ(verdict_text(exec_run(0)), "healthy");
  EXPECT_EQ(verdict_text(failed_run()), "healthy, but the client failed");
  EXPECT_EQ(verdict_text(exec_run(7)), "healthy, but the client failed");
}

TEST(VerdictText, AFailureBesideAClientThatFailedIsNoDoubt) {
  EXPECT_EQ(verdict_text(naming(failed_run(), {"truncated-download", "likely", {}, "", false})),
            "truncated-download");
  auto undiagnosed = failed_run();
  undiagnosed.named.reset();
  EXPECT_EQ(verdict_text(undiagnosed), "");
}

}  // namespace
}  // namespace misproxy::test
