// `misproxy run` as a user and as a CI server meet it.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <signal.h>

#include <algorithm>
#include <boost/json.hpp>
#include <boost/property_tree/xml_parser.hpp>
#include <fstream>
#include <map>
#include <sstream>

#include "support/served.hpp"
#include "support/tree.hpp"

namespace misproxy::test {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::UnorderedElementsAreArray;

/// A scenario that is as expected, until `expectation` says otherwise.
std::string scenario_text(const std::string& id, const std::string& fault,
                          const std::string& client, const std::string& expectation) {
  return fmt::format(
      "schema = 1\n[about]\nid = \"{}\"\ntitle = \"t\"\nteaches = \"u\"\n"
      "[[origin]]\nhost = \"a.test\"\n{}[client]\nurl = \"https://a.test/{}\n{}",
      id, fault, client, expectation);
}

constexpr auto kGet = "healthcheck\"\nmethod = \"GET\"\n";
constexpr auto kNoLimits =
    "attempts = 1\nresolve_ms = 0\nconnect_ms = 0\nreply_ms = 0\ntls_ms = 0\nresponse_ms = 0\n"
    "idle_ms = 0\n";

std::vector<std::string> lines_of(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);)
    lines.push_back(line);
  return lines;
}

std::vector<json::object> objects_of(const std::string& text) {
  std::vector<json::object> objects;
  for (const auto& line : lines_of(text))
    objects.push_back(json::parse(line).as_object());
  return objects;
}

std::string contents_below(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

Finished run_with(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {"run", "--progress", "0"});
  return misproxy(arguments);
}

struct RefusedFlag {
  std::vector<std::string> arguments;
  int code;
  std::string says;
};

TEST(RunCommand, SaysInOneLineWhatIsWrongAndWhatWouldBeRight) {
  const std::string seeds = " is no A..B with A up to B, such as 1..100\n";
  const std::string sweep =
      " is no offset=A..B or offset=A..B:STEP with A up to B, such as offset=0..5000:10\n";
  const std::string shard = " is no K/N with K from 1 to N, such as 1/4, nor auto, nor auto/N\n";
  const std::string many = "misproxy: more than 10000000 runs; ask for fewer at once\n";
  const std::string last = "9223372036854775807";
  const std::vector<RefusedFlag> cases{
      {{"--seed", "-1"}, 2, "misproxy run: --seed: -1 is no whole number from 0 to " + last + "\n"},
      {{"--seed", "9223372036854775808"},
       2,
       "misproxy run: --seed: 9223372036854775808 is no whole number from 0 to " + last + "\n"},
      {{"--seeds", "5..2"}, 2, "misproxy run: --seeds: 5..2" + seeds},
      {{"--seeds", "1-5"}, 2, "misproxy run: --seeds: 1-5" + seeds},
      {{"--seeds", "1.."}, 2, "misproxy run: --seeds: 1.." + seeds},
      {{"--seeds", "0.." + last}, 2, many},
      {{"--seed", "1", "--seeds", "1..2"}, 2, "misproxy run: --seed excludes --seeds\n"},
      {{"truncated-download", "--sweep", "1..5"}, 2, "misproxy run: --sweep: 1..5" + sweep},
      {{"--sweep", "offset=5..1"}, 2, "misproxy run: --sweep: offset=5..1" + sweep},
      {{"--sweep", "offset=1..5:0"}, 2, "misproxy run: --sweep: offset=1..5:0" + sweep},
      {{"--sweep", "offset=-1..5"}, 2, "misproxy run: --sweep: offset=-1..5" + sweep},
      {{"truncated-download", "--sweep", "offset=0.." + last}, 2, many},
      {{"truncated-download", "--seeds", "1..10000", "--sweep", "offset=0..1000"}, 2, many},
      {{"allow", "--sweep", "offset=1..5"},
       2,
       "misproxy: allow: no fault has an `offset_bytes` or `body_offset_bytes` that --sweep could "
       "move\n"},
      {{"--shard", "0/3"}, 2, "misproxy run: --shard: 0/3" + shard},
      {{"--shard", "4/3"}, 2, "misproxy run: --shard: 4/3" + shard},
      {{"--shard", "1/0"}, 2, "misproxy run: --shard: 1/0" + shard},
      {{"-j", "0"}, 2, "misproxy run: --jobs: 0 is no whole number from 1 to 256\n"},
      {{"--repeat", "0"}, 2, "misproxy run: --repeat: 0 is no whole number from 1 to 1000000\n"},
      {{"--max-time", "0"},
       2,
       "misproxy run: --max-time: 0 is no whole number from 1 to 3153600000\n"},
      {{"--client", "wgt"},
       2,
       "misproxy run: --client: there is no client wgt; did you mean wget?\n"},
      {{"--world", "real"}, 2, "misproxy run: --world: real is none of lab|live|virtual\n"},
      {{"--client", "curl"},
       2,
       "misproxy: --client curl is a real program: it needs --world live or lab\n"},
      {{"--format", "xml"}, 2, "misproxy run: --format: xml is neither text nor json\n"},
      {{"syn-lost", "--world", "live"},
       2,
       "misproxy: syn-lost: the fault `syn-filter` needs packets of its own; the world `virtual` "
       "can run it: misproxy run syn-lost\n"},
      {{"allow", "acl-deny-403", "--capture", "x"},
       2,
       "misproxy: --capture, --har, --trace, --log, --html and --svg are for one run, not 2; --out "
       "DIR keeps them "
       "for each\n"},
      {{"nowhere.toml"}, 3, "misproxy: cannot read nowhere.toml: No such file or directory\n"},
      {{"alow"},
       3,
       "misproxy: cannot read alow: No such file or directory; the scenario `allow` comes with "
       "misproxy\n"},
  };
  for (const auto& wrong : cases) {
    const auto finished = run_with(wrong.arguments);
    EXPECT_EQ(finished.code, wrong.code) << wrong.says;
    EXPECT_EQ(finished.err, wrong.says);
    EXPECT_EQ(finished.out, "");
  }
}

TEST(RunCommand, ABrokenScenarioIsRefusedWithAllThatIsWrong) {
  const std::string invalid = MISPROXY_SOURCE_DIR "/tests/scenario/invalid/five-mistakes.toml";
  const auto finished = run_with({"allow", invalid});
  EXPECT_EQ(finished.code, 2);
  EXPECT_EQ(finished.out, "");
  EXPECT_THAT(finished.err, HasSubstr("five-mistakes.toml:10:8: error: `port` is 70000, but must"));
}

TEST(RunCommand, TheLastSeedsAreSeedsToo) {
  const auto finished = run_with(
      {"allow", "--seeds", "9223372036854775806..9223372036854775807", "--format", "json"});
  EXPECT_EQ(finished.code, 0);
  EXPECT_EQ(objects_of(finished.out).size(), 2U);
}

TEST(RunCommand, AMismatchExits1AndIsSaidInTheTableAndInJunit) {
  Folder folder;
  const auto wrong = folder.write(
      "wrong.toml", scenario_text("wrong", "", kGet, "[expect.client]\nhttp_connect = 403\n"));
  const auto junit = (folder / "junit.xml").string();
  const auto finished = run_with({wrong, "allow", "--seeds", "1..2", "--junit", junit});
  EXPECT_EQ(finished.code, 1);
  EXPECT_THAT(finished.out, HasSubstr("client http_connect: expected 403, came 200"));
  EXPECT_THAT(finished.out, HasSubstr("4 runs, 2 not as expected"));

  boost::property_tree::ptree document;
  boost::property_tree::read_xml(junit, document);
  const auto& suite = document.get_child("testsuites.testsuite");
  EXPECT_EQ(suite.get<int>("<xmlattr>.tests"), 4);
  EXPECT_EQ(suite.get<int>("<xmlattr>.failures"), 2);
  EXPECT_EQ(suite.count("testcase"), 4U);
  std::vector<std::string> failed;
  for (const auto& [name, test] : suite) {
    if (test.count("failure") == 0) continue;
    failed.push_back(test.get<std::string>("<xmlattr>.name"));
    EXPECT_EQ(test.get<std::string>("failure.<xmlattr>.message"),
              "client http_connect: expected 403, came 200");
  }
  EXPECT_THAT(failed, ElementsAre("wrong seed 1", "wrong seed 2"));
}

TEST(RunCommand, JsonHasAnObjectForEachRun) {
  const auto finished = run_with({"--format", "json"});
  EXPECT_EQ(finished.code, 0);
  EXPECT_EQ(finished.err, "");
  const auto runs = objects_of(finished.out);
  EXPECT_EQ(runs.size(),
            lines_of(misproxy({"list", "--world", "virtual", "--format", "json"}).out).size());
  for (const auto& one : runs) {
    EXPECT_TRUE(one.at("ok").as_bool()) << one.at("scenario");
    EXPECT_EQ(one.at("seed").to_number<int>(), 1);
    EXPECT_EQ(one.at("trace_digest").as_string().size(), 64U);
  }
}

// 300,000 bytes are asked for; the fault ends the connection at the offset.
TEST(RunCommand, ASweepSaysWhereEachOutcomeHolds) {
  const auto sweep = [](const std::string& range) {
    const auto finished =
        run_with({"truncated-download", "--sweep", range, "-j", "2", "--format", "json"});
    EXPECT_EQ(finished.code, 0);
    std::vector<std::string> told;
    for (const auto& one : objects_of(finished.out)) {
      told.push_back(fmt::format("{}..{} {} {}", one.at("from").to_number<int>(),
                                 one.at("to").to_number<int>(), one.at("runs").to_number<int>(),
                                 std::string(one.at("outcome").as_string())));
    }
    return told;
  };
  const std::string codes = " (http_connect 200, http_code 200); ";
  EXPECT_THAT(sweep("offset=299990..300010"),
              ElementsAre("299990..299999 10 truncated in body" + codes + "size-limit acted",
                          "300000..300000 1 done" + codes + "size-limit acted",
                          "300001..300010 10 done" + codes + "no fault acted"));
  EXPECT_THAT(sweep("offset=0..299999:99999"),
              ElementsAre("0..299997 4 truncated in body" + codes + "size-limit acted"));
}

TEST(RunCommand, ShardsTogetherAreAllRuns) {
  const std::vector<std::string> what{"allow", "acl-deny-403", "syn-lost", "--seeds",
                                      "1..3",  "--format",     "json"};
  const auto all = lines_of(run_with(what).out);
  ASSERT_EQ(all.size(), 9U);
  std::vector<std::string> together;
  for (const auto* shard : {"1/4", "2/4", "3/4", "4/4"}) {
    auto arguments = what;
    arguments.insert(arguments.end(), {"--shard", shard});
    const auto part = lines_of(run_with(arguments).out);
    EXPECT_GE(part.size(), 2U);
    EXPECT_LE(part.size(), 3U);
    together.insert(together.end(), part.begin(), part.end());
  }
  EXPECT_THAT(together, UnorderedElementsAreArray(all));
}

std::map<std::string, std::string> files_below(const fs::path& folder) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file())
      files[fs::relative(entry.path(), folder).string()] = contents_below(entry.path());
  }
  return files;
}

TEST(RunCommand, OneThreadAndTwoLeaveTheSameBytes) {
  Folder folder;
  const auto leave = [&](const std::string& threads) {
    const auto out = folder / threads;
    fs::create_directory(out);
    const auto finished = run_with({"-j", threads, "--seeds", "1..2", "--format", "json", "--out",
                                    out.string(), "--junit", (out / "junit.xml").string()});
    EXPECT_EQ(finished.code, 0) << finished.err;
    auto files = files_below(out);
    files["stdout"] = finished.out;
    return files;
  };
  const auto one = leave("1");
  const auto two = leave("2");
  EXPECT_GT(one.size(), 200U);
  ASSERT_EQ(one.size(), two.size());
  for (const auto& [name, text] : one) {
    ASSERT_TRUE(two.contains(name)) << name;
    EXPECT_TRUE(text == two.at(name)) << name << " differs";
  }
}

TEST(RunCommand, ABundleHoldsWhatTheRunLeft) {
  Folder folder;
  const auto out = folder / "bundles";
  ASSERT_EQ(run_with({"allow", "--out", out.string()}).code, 0);
  const auto bundle = out / "allow-seed1";
  const auto report = json::parse(contents_below(bundle / "report.json")).as_object();
  const auto digest = misproxy({"trace", "digest", (bundle / "trace.jsonl").string()});
  EXPECT_EQ(digest.out, std::string(report.at("trace_digest").as_string()) + "\n");
  EXPECT_THAT(
      contents_below(bundle / "client.log"),
      AllOf(HasSubstr("> CONNECT tools.cisco.com:443 HTTP/1.1"),
            HasSubstr("< HTTP/1.1 200 Connection established"), HasSubstr("< HTTP/1.1 302 Found")));
  for (const auto* name : {"client.pcapng", "proxy.pcapng"}) {
    const auto text = misproxy({"capture", "text", (bundle / name).string()});
    EXPECT_EQ(text.code, 0) << name << ": " << text.err;
    EXPECT_THAT(text.out, HasSubstr("10.40.40.1.")) << name;
  }
}

TEST(RunCommand, WhatCannotEndIsStoppedByALimitThatTheReportNames) {
  Folder folder;
  const auto stalled = folder.write(
      "stalled.toml",
      scenario_text("stalled",
                    "[[fault]]\nid = \"silence\"\nwhen = { point = \"inner-request\" }\n"
                    "do = { stall = {} }\n",
                    std::string(kGet) + kNoLimits, ""));
  const auto quiet = run_with({stalled});
  EXPECT_EQ(quiet.code, 1);
  EXPECT_THAT(quiet.out, HasSubstr("the run was stopped: nothing more can happen: the client waits "
                                   "without a limit, and nobody will answer"));
  // Here the window stays closed, and the kernel probes it for ever.
  const auto probed = folder.write(
      "probed.toml",
      scenario_text(
          "probed",
          "[[fault]]\nid = \"deaf\"\nwhen = { point = \"tunnel\", direction = "
          "\"to_origin\", offset_bytes = 20000 }\n"
          "do = { stall = { reads = false } }\n",
          "upload\"\nmethod = \"POST\"\nbody_bytes = 100000000\n" + std::string(kNoLimits), ""));
  EXPECT_THAT(run_with({probed}).out,
              HasSubstr("the run was stopped: the limit on virtual time was "
                        "reached (--max-time)"));
  const auto few = run_with({probed, "--max-events", "1000"});
  EXPECT_EQ(few.code, 1);
  EXPECT_THAT(few.out,
              HasSubstr("the run was stopped: the limit on events was reached (--max-events)"));
}

/// Waits until a run's bundle is there: the others are still to be made.
void await_bundle(const fs::path& bundle) {
  Process tail({"tail", "-s", "0.02", "-F", (bundle / "report.json").string()});
  ASSERT_TRUE(tail.read_line()) << "no " << bundle;
}

TEST(RunCommand, CtrlCReportsWhatHasBeenDone) {
  Folder folder;
  const auto junit = (folder / "junit.xml").string();
  Process process({MISPROXY_BINARY, "run", "syn-lost", "--progress", "0", "--seeds", "1..100000",
                   "--format", "json", "--junit", junit, "--out", (folder / "out").string()});
  await_bundle(folder / "out" / "syn-lost-seed1");
  process.signal(SIGINT);
  const auto finished = process.wait();
  EXPECT_EQ(finished.code, 1);
  const auto lines = lines_of(finished.out);
  const auto done = lines.size();
  EXPECT_GE(done, 1U);
  // The run that was under way has a line, too, and is none of those that are done.
  const auto whole = std::count_if(lines.begin(), lines.end(), [](const std::string& line) {
    return !json::parse(line).as_object().contains("stopped");
  });
  EXPECT_EQ(finished.err, fmt::format("misproxy: interrupted after {} of 100000 runs\n", whole));
  boost::property_tree::ptree document;
  boost::property_tree::read_xml(junit, document);
  EXPECT_EQ(document.get<std::size_t>("testsuites.testsuite.<xmlattr>.tests"), done);
}

TEST(RunCommand, CtrlCInTheMiddleOfARepeatIsNoSuccess) {
  Folder folder;
  // A run of the first takes 50 us, and one of the second 10 ms.
  Process process({MISPROXY_BINARY, "run", "proxy-host-down", "one-percent-loss", "--repeat",
                   "5000", "--out", (folder / "out").string(), "-j", "2"});
  await_bundle(folder / "out" / "proxy-host-down-seed1");
  process.signal(SIGINT);
  const auto finished = process.wait();
  EXPECT_EQ(finished.code, 1);
  EXPECT_THAT(finished.out + finished.err,
              testing::ContainsRegex("interrupted after [0-9]+ of (5000|2) runs"));
}

TEST(RunCommand, APipeGetsNeitherBarNorColour) {
  const auto finished = run_with({"--seeds", "1..3"});
  EXPECT_EQ(finished.code, 0);
  EXPECT_EQ(finished.err, "");
  EXPECT_THAT(finished.out, AllOf(Not(HasSubstr("\x1b")), Not(HasSubstr("\r"))));
}

TEST(RunCommand, WhatCannotBeWrittenIsSaidAndExits3) {
  const std::vector<RefusedFlag> cases{
      {{"--junit", "/nowhere/j"},
       3,
       "misproxy: cannot write /nowhere/j: No such file or directory\n"},
      {{"--out", "/dev/null/x"}, 3, "misproxy: cannot make /dev/null/x: Not a directory\n"},
      {{"--capture", "/nowhere/c"},
       3,
       "misproxy: cannot write /nowhere/c: No such file or directory\n"},
      {{"--log", "/dev/full"}, 3, "misproxy: cannot write /dev/full: No space left on device\n"},
  };
  for (const auto& wrong : cases) {
    auto arguments = wrong.arguments;
    arguments.insert(arguments.begin(), "allow");
    const auto finished = run_with(arguments);
    EXPECT_EQ(finished.code, wrong.code) << wrong.says;
    EXPECT_EQ(finished.err, wrong.says);
    // What shows before the runs is said before them; a full device shows when it is written to.
    const bool late = arguments.back() == "/dev/full";
    EXPECT_EQ(finished.out.find("1 run, all as expected") != std::string::npos, late);
  }
}

TEST(RunCommand, TwoThreadsOfRealSocketsTellWhatTheVirtualWorldTells) {
  const auto digests = [](const std::string& world) {
    const auto finished =
        run_with({"allow", "acl-deny-403", "truncated-download", "reset-mid-download", "--world",
                  world, "-j", "2", "--format", "json"});
    EXPECT_EQ(finished.code, 0) << finished.out << finished.err;
    std::vector<std::string> told;
    for (const auto& one : objects_of(finished.out))
      told.emplace_back(one.at("trace_digest").as_string());
    return told;
  };
  const auto live = digests("live");
  EXPECT_EQ(live.size(), 4U);
  EXPECT_EQ(live, digests("virtual"));
}

}  // namespace
}  // namespace misproxy::test
