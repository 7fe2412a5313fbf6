// One batch on several machines: parts, their results, and what one machine would have told.
#include <gmock/gmock.h>
#include <signal.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

#include "support/served.hpp"
#include "support/tree.hpp"

namespace misproxy::test {
namespace {

namespace fs = std::filesystem;

using ::testing::HasSubstr;
using ::testing::StartsWith;

class MergeCommand : public testing::Test {
 protected:
  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  static std::string contents(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  Finished part(const std::string& shard, std::vector<std::string> environment = {}) const {
    return run({MISPROXY_BINARY, "run", "--seeds", "1..2", "--shard", shard, "--results",
                path("out"), "--progress", "0"},
               environment);
  }

  Folder folder_;
};

TEST_F(MergeCommand, TellsByteForByteWhatOneMachineDoes) {
  for (const auto* shard : {"1/3", "2/3", "3/3"})
    EXPECT_EQ(part(shard).code, 0);
  for (const std::vector<std::string>& flags : {std::vector<std::string>{},
                                                {"--matrix"},
                                                {"--verbose"},
                                                {"--format", "json"},
                                                {"--matrix", "--format", "json"}}) {
    std::vector<std::string> one{MISPROXY_BINARY, "run", "--seeds", "1..2",
                                 "--progress",    "0",   "--junit", path("one.xml")};
    std::vector<std::string> joined{MISPROXY_BINARY, "merge", path("out"), "--junit",
                                    path("joined.xml")};
    one.insert(one.end(), flags.begin(), flags.end());
    joined.insert(joined.end(), flags.begin(), flags.end());
    const auto whole = run(one);
    const auto merged = run(joined);
    EXPECT_EQ(merged.code, 0) << merged.err;
    EXPECT_EQ(merged.err, "");
    EXPECT_EQ(merged.out, whole.out);
    EXPECT_FALSE(whole.out.empty());
    EXPECT_EQ(contents(path("joined.xml")), contents(path("one.xml")));
  }
}

TEST_F(MergeCommand, ThePageOfTheMatrixIsThatOfOneMachine) {
  for (const auto* shard : {"1/2", "2/2"})
    EXPECT_EQ(part(shard).code, 0);
  EXPECT_EQ(run({MISPROXY_BINARY, "run", "--seeds", "1..2", "--matrix", "--html", path("one.html"),
                 "--progress", "0"})
                .code,
            0);
  EXPECT_EQ(run({MISPROXY_BINARY, "merge", path("out"), "--html", path("joined.html")}).code, 0);
  EXPECT_THAT(contents(path("joined.html")), StartsWith("<!doctype html>"));
  EXPECT_EQ(contents(path("joined.html")), contents(path("one.html")));
  const auto piped = run({MISPROXY_BINARY, "merge", path("out"), "--html", "-"});
  EXPECT_EQ(piped.out, contents(path("one.html")));
  EXPECT_THAT(piped.err, HasSubstr("all as expected"));
}

TEST_F(MergeCommand, NamesWhatAKilledMachineLacksAndASecondRunFillsItIn) {
  EXPECT_EQ(part("1/2").code, 0);
  {
    Process killed({MISPROXY_BINARY, "run", "--seeds", "1..2", "--shard", "2/2", "--results",
                    path("out"), "--progress", "0"});
    const auto file = path("out") + "/runs-2-of-2.jsonl";
    const auto until = std::chrono::steady_clock::now() + Process::kBound;
    while (contents(file).size() < 2000 && std::chrono::steady_clock::now() < until)
      std::this_thread::yield();
    killed.signal(SIGKILL);
    EXPECT_EQ(killed.wait().code, 128 + SIGKILL);
  }
  const auto lacking = run({MISPROXY_BINARY, "merge", path("out")});
  EXPECT_EQ(lacking.code, 1);
  EXPECT_THAT(lacking.err, HasSubstr("runs are missing: run again with --shard 2/2\n"));
  EXPECT_EQ(part("2/2").code, 0);
  EXPECT_EQ(run({MISPROXY_BINARY, "merge", path("out")}).code, 0);
}

TEST_F(MergeCommand, APartMayBeATasksOfAnArray) {
  EXPECT_EQ(part("auto", {"SLURM_ARRAY_TASK_ID=4", "SLURM_ARRAY_TASK_COUNT=2",
                          "SLURM_ARRAY_TASK_MIN=2", "SLURM_ARRAY_TASK_STEP=2"})
                .code,
            0);
  EXPECT_EQ(part("auto/2", {"JOB_COMPLETION_INDEX=0"}).code, 0);
  EXPECT_EQ(run({MISPROXY_BINARY, "merge", path("out")}).code, 0);
  EXPECT_THAT(part("auto", {"JOB_COMPLETION_INDEX=0"}).err, HasSubstr("say auto/N"));
  EXPECT_THAT(part("auto").err, HasSubstr("neither SLURM_ARRAY_TASK_ID nor JOB_COMPLETION_INDEX"));
  EXPECT_THAT(part("auto/2", {"JOB_COMPLETION_INDEX=2"}).err, HasSubstr("is no part of a whole"));
  EXPECT_THAT(part("auto", {"SLURM_ARRAY_TASK_ID=x", "SLURM_ARRAY_TASK_COUNT=2"}).err,
              HasSubstr("is no part of a whole"));
}

TEST_F(MergeCommand, RefusesWhatIsNoneOfResults) {
  const auto nothing = run({MISPROXY_BINARY, "merge", path("")});
  EXPECT_EQ(nothing.code, 2);
  EXPECT_THAT(nothing.err, HasSubstr(": no results: there is no runs-K-of-N.jsonl"));
  EXPECT_EQ(run({MISPROXY_BINARY, "merge", path("absent")}).code, 2);
  std::ofstream(path("x.jsonl")) << "{}\n";
  const auto other = run({MISPROXY_BINARY, "merge", path("x.jsonl")});
  EXPECT_EQ(other.code, 2);
  EXPECT_THAT(other.err, StartsWith("misproxy: " + path("x.jsonl") + ": no results"));
}

}  // namespace
}  // namespace misproxy::test
