#include "report/text_report.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "report/results.hpp"

namespace misproxy::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TextDigest digest_of(const std::vector<RunResult>& results) {
  TextDigest digest;
  for (const auto& result : results)
    digest.add(result);
  return digest;
}

std::string text_summary(const std::vector<RunResult>& results) {
  return digest_of(results).summary();
}

std::string text_digest(const std::vector<RunResult>& results, bool colour) {
  return digest_of(results).text(colour);
}

RunResult mismatched(RunResult result) {
  result.mismatches = {"curl exit code: expected 0, came 18"};
  return result;
}

TEST(TextSummary, NothingExpectedIsNoSuccess) {
  EXPECT_EQ(text_summary({good_run()}), "1 run, all as expected\n");
  EXPECT_EQ(text_summary({nothing_expected(good_run()), nothing_expected(good_run())}),
            "2 runs, nothing expected\n");
  EXPECT_EQ(text_summary({nothing_expected(failed_run()), nothing_expected(exec_run(3)),
                          nothing_expected(good_run())}),
            "3 runs, nothing expected (the client failed in 2)\n");
  EXPECT_EQ(text_summary({good_run(), good_run(), nothing_expected(good_run())}),
            "3 runs, 2 as expected, 1 with nothing expected\n");
  EXPECT_EQ(text_summary({good_run(), mismatched(failed_run()), nothing_expected(failed_run())}),
            "3 runs, 1 not as expected, 1 with nothing expected (the client failed in 1)\n");
  EXPECT_EQ(text_summary({mismatched(nothing_expected(failed_run()))}),
            "1 run, 1 not as expected\n");
}

TEST(TextTable, NothingExpectedHasAMarkOfItsOwn) {
  EXPECT_THAT(text_table({good_run()}, false), HasSubstr("\nok   s "));
  EXPECT_THAT(text_table({mismatched(good_run())}, false), HasSubstr("\nFAIL s "));
  EXPECT_THAT(text_table({nothing_expected(good_run())}, false), HasSubstr("\n-    s "));
}

TEST(TextTable, WhatIsNotKnownOfAProgramIsADash) {
  auto result = exec_run(3);
  EXPECT_THAT(text_table({result}, false),
              testing::ContainsRegex("exit 3 +- +- +- +- +[0-9.]+ s "));
  result.exec->http_connect = 200;
  result.exec->attempts = 2;
  EXPECT_THAT(text_table({result}, false),
              testing::ContainsRegex("exit 3 +200 +- +- +2 +[0-9.]+ s "));
}

TEST(TextTable, TheDoubtStandsInIt) {
  auto result = failed_run();
  result.named = Named{"healthy", "ambiguous", {"truncated-download"}, "", true};
  EXPECT_THAT(text_table({result}, false), HasSubstr("healthy? (truncated-download)  0123"));
}

TEST(TextDigest, HasALineForWhatIsNotAsExpectedAndOneForEachScenario) {
  std::vector<RunResult> results(300, good_run());
  results[7] = mismatched(failed_run());
  results[7].seed = 8;
  auto other = nothing_expected(good_run());
  other.scenario = "another";
  results.push_back(other);
  const auto text = text_digest(results, false);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 5) << text;
  EXPECT_THAT(text, HasSubstr("\nFAIL s            8  truncated in body"));
  EXPECT_THAT(text, HasSubstr("\n       curl exit code: expected 0, came 18\n"));
  EXPECT_THAT(text, HasSubstr("\ns        300 runs, 1 not as expected: 299 x done, healthy; 1 x "
                              "truncated in body, healthy, but the client failed\n"));
  EXPECT_THAT(text, HasSubstr("\nanother  1 run, nothing expected: 1 x done, healthy\n"));
}

TEST(TextDigest, ManyThatAreNotAsExpectedAreCounted) {
  const std::vector<RunResult> results(kMostRows + 5, mismatched(failed_run()));
  const auto text = text_digest(results, false);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'),
            static_cast<std::ptrdiff_t>(1 + 2 * kMostRows + 1 + 1));
  EXPECT_THAT(text, HasSubstr("and 5 more that did not come as expected: --verbose shows all\n"));
}

TEST(TextDigest, WhereAllIsWellNoRunHasALine) {
  EXPECT_EQ(text_digest(std::vector<RunResult>(2000, good_run()), false),
            "s  2000 runs, all as expected: 2000 x done, healthy\n");
}

}  // namespace
}  // namespace misproxy::test
