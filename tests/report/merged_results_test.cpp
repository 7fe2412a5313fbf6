// What several machines made of one batch is joined, and nothing else is.
#include <gmock/gmock.h>

#include <fmt/format.h>

#include "report/json_report.hpp"
#include "report/junit_report.hpp"
#include "report/merged_results.hpp"
#include "report/results.hpp"

namespace misproxy::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

RunResult numbered(std::uint64_t seed) {
  auto result = good_run();
  result.seed = seed;
  return result;
}

BatchHead head(std::size_t part = 1, std::size_t of = 1, std::uint64_t runs = 4) {
  return {"0.1.0", "0123456789abcdef0123", "world virtual, client fmc", runs, false, part, of};
}

/// The file of one part: its runs, each with its number as seed.
std::string text_of(const BatchHead& head) {
  auto text = head_line(head) + "\n";
  for (std::uint64_t run = head.part - 1; run < head.runs; run += head.of)
    text += result_line(run, numbered(run)) + "\n";
  return text;
}

ResultsFile file(const std::string& name, const std::string& text) {
  auto read = read_results(name, text);
  EXPECT_TRUE(std::holds_alternative<ResultsFile>(read));
  return std::move(std::get<ResultsFile>(read));
}

std::vector<std::uint64_t> seeds_of(const MergedResults& merged) {
  std::vector<std::uint64_t> seeds;
  for (const auto& each : merged.results)
    seeds.push_back(each.seed);
  return seeds;
}

std::string refusal(std::vector<ResultsFile> files) {
  const auto merged = merge_results(std::move(files));
  const auto* why = std::get_if<std::string>(&merged);
  return why == nullptr ? "" : *why;
}

TEST(ResultLine, ComesBackAsItWas) {
  auto full = failed_run();
  full.offset = 7;
  full.outcome.time = Duration{1'234'567'891};
  full.outcome.message = "transfer closed with 3 bytes remaining to read";
  full.took = Duration{999};
  full.fired = {"a", "b"};
  full.mismatches = {"verdict: expected x, named y"};
  full.stopped = "the limit";
  full.named = Named{"truncated", "likely", {"download-stall"}, "It ends.", false, true};
  full.injected = "truncated";
  full.bytes_digest = "fedc";
  auto untold = good_run();
  untold.named.reset();
  auto record = exec_run(3);
  record.record = ClientRecord{"wget", "1.21", ClientRecord::Ending::hung};
  record.record->lies = {ClientRecord::Lie::endless};
  for (const auto& original :
       {full, good_run(), nothing_expected(failed_run()), untold, exec_run(22), record}) {
    const auto line = result_line(5, original);
    const auto back = read_result_line(line);
    ASSERT_TRUE(back);
    EXPECT_EQ(back->index, 5U);
    EXPECT_EQ(result_line(5, back->result), line);
    EXPECT_EQ(run_json(back->result), run_json(original));
    EXPECT_EQ(junit_text({back->result}), junit_text({original}));
    EXPECT_EQ(back->result.judged(), original.judged());
  }
}

TEST(ResultLine, OfSomethingElseIsNone) {
  const auto whole = result_line(0, good_run());
  for (const auto& text : {std::string(), std::string("{}"), std::string("[1]"),
                           whole.substr(0, whole.size() - 1), std::string("{\"run\":-1}")})
    EXPECT_FALSE(read_result_line(text)) << text;
}

TEST(MergedResults, StandInTheOrderOfOneMachine) {
  auto merged = merge_results({file("b", text_of(head(2, 3, 8))), file("c", text_of(head(3, 3, 8))),
                               file("a", text_of(head(1, 3, 8)))});
  ASSERT_TRUE(std::holds_alternative<MergedResults>(merged));
  const auto& all = std::get<MergedResults>(merged);
  EXPECT_THAT(seeds_of(all), ElementsAre(0, 1, 2, 3, 4, 5, 6, 7));
  EXPECT_EQ(all.missing, 0U);
  EXPECT_THAT(all.remarks, IsEmpty());
  EXPECT_THAT(all.parts_to_run, IsEmpty());
}

TEST(MergedResults, TellWhichPartsToRunAgain) {
  auto cut = text_of(head(2, 2));
  cut.resize(cut.size() - 20);  // killed as it wrote its last line
  auto merged = merge_results({file("a", text_of(head(1, 2))), file("b", cut)});
  const auto& some = std::get<MergedResults>(merged);
  EXPECT_EQ(some.missing, 1U);
  EXPECT_THAT(some.parts_to_run, ElementsAre(2));
  EXPECT_THAT(some.remarks, ElementsAre("b: 1 line cannot be read: the run was ended there"));

  merged = merge_results({file("a", text_of(head(1, 3, 7)))});
  EXPECT_THAT(std::get<MergedResults>(merged).parts_to_run, ElementsAre(2, 3));
  // A part made again fills in what is missing.
  merged = merge_results(
      {file("a", text_of(head(1, 2))), file("b", cut), file("b2", text_of(head(2, 2)))});
  EXPECT_EQ(std::get<MergedResults>(merged).missing, 0U);
  EXPECT_THAT(std::get<MergedResults>(merged).remarks,
              testing::Contains("1 run came twice, and the same: each counts once"));
}

TEST(MergedResults, MixNothing) {
  const auto one = file("a", text_of(head(1, 2)));
  auto other = head(2, 2);
  other.misproxy = "0.2.0";
  EXPECT_EQ(refusal({one, file("b", text_of(other))}),
            "a and b are of different batches: misproxy 0.1.0 in one, 0.2.0 in the other");
  other = head(2, 2);
  other.scenarios = "fedcba98765432100123";
  EXPECT_EQ(refusal({one, file("b", text_of(other))}),
            "a and b are of different batches: scenarios with the digest 0123456789abcdef in one, "
            "fedcba9876543210 in the other");
  other = head(2, 2);
  other.asked = "world virtual, client fmc, seeds 1..2";
  EXPECT_THAT(refusal({one, file("b", text_of(other))}), HasSubstr("asked for: world virtual"));

  auto wrong = numbered(0);
  wrong.outcome.bytes = 1;
  const auto differing = head_line(head(1, 2)) + "\n" + result_line(0, wrong) + "\n";
  EXPECT_EQ(refusal({one, file("b", differing)}),
            "run 0 (s seed 0) is in a and in b, and differs: nothing is merged");
}

TEST(MergedResults, OfRealSocketsMayDifferInTime) {
  auto slow = exec_run(0);
  slow.took = Duration{5};
  const auto text = [](const RunResult& result) {
    return head_line(head(1, 1, 1)) + "\n" + result_line(0, result) + "\n";
  };
  EXPECT_EQ(refusal({file("a", text(exec_run(0))), file("b", text(slow))}), "");
}

TEST(ResultsFile, OfSomethingElseIsNamed) {
  for (const std::string text : {"", "{}\n", "hello\n", "{\"form\":\"misproxy-results-1\"}\n"}) {
    const auto read = read_results("x.jsonl", text);
    ASSERT_TRUE(std::holds_alternative<std::string>(read)) << text;
    EXPECT_THAT(std::get<std::string>(read), HasSubstr("x.jsonl: no results"));
  }
  auto foreign = head(1, 1, 1);
  const auto beyond = file("a", head_line(foreign) + "\n" + result_line(1, good_run()) + "\n");
  EXPECT_THAT(beyond.results, IsEmpty());
  EXPECT_EQ(beyond.unread, 1U);
}

}  // namespace
}  // namespace misproxy::test
