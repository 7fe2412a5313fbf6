// `misproxy run --client exec:COMMAND`: any program as the client.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <boost/json.hpp>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>

#include "support/served.hpp"
#include "support/tree.hpp"

namespace misproxy::test {
namespace {

namespace json = boost::json;

using ::testing::HasSubstr;

std::string scenario_text(const std::string& expectation) {
  return "schema = 1\n[about]\nid = \"s\"\ntitle = \"t\"\nteaches = \"u\"\n"
         "[[origin]]\nhost = \"a.test\"\n"
         "[client]\nurl = \"https://a.test/healthcheck\"\nmax_time_ms = 300\n" +
         expectation;
}

Finished run_exec(const std::string& scenario, const std::string& command,
                  const std::vector<std::string>& more = {}) {
  std::vector<std::string> words{"run",      scenario,          "--world",  "live",
                                 "--client", "exec:" + command, "--format", "json"};
  words.insert(words.end(), more.begin(), more.end());
  return misproxy(words);
}

json::object object_of(const Finished& finished) { return json::parse(finished.out).as_object(); }

constexpr auto kCurl =
    "curl -sS -I --http1.1 -x $MISPROXY_PROXY_URL --cacert $MISPROXY_CA $MISPROXY_URL";

TEST(RunExec, AProgramThatReachesTheOrigin) {
  Folder folder;
  const auto scenario = folder.write("s.toml", scenario_text(""));
  const auto log = (folder / "log").string();
  const auto trace = (folder / "trace").string();
  const auto finished = run_exec(scenario, kCurl, {"--log", log, "--trace", trace});
  EXPECT_EQ(finished.code, 0) << finished.out << finished.err;
  const auto object = object_of(finished);
  EXPECT_EQ(object.at("client").as_string(), "exec");
  EXPECT_EQ(object.at("exec").at("exit").to_number<int>(), 0);
  EXPECT_THAT(std::string(object.at("exec").at("output").as_string()),
              HasSubstr("HTTP/1.1 200 OK"));
  EXPECT_GT(object.at("exec").at("time_us").to_number<std::int64_t>(), 0);
  std::ifstream file(log);
  EXPECT_THAT(std::string(std::istreambuf_iterator<char>(file), {}), HasSubstr("# exit=0\n"));
  EXPECT_THAT(misproxy({"trace", "show", trace}).out, HasSubstr("a.test"));
}

TEST(RunExec, ItsEnvironmentMakesNoExceptionFromTheProxy) {
  auto environment = state_environment();
  environment.insert(environment.end(), {"no_proxy=*", "NO_PROXY=*"});
  const auto finished = run({MISPROXY_BINARY, "run", "allow", "--world", "live", "--format", "json",
                             "--client", "exec:echo \"[$no_proxy$NO_PROXY]\"; echo gone >&2"},
                            environment);
  EXPECT_EQ(object_of(finished).at("exec").at("output").as_string(), "[]\ngone\n");
}

TEST(RunExec, TheExitCodeAloneIsNoMismatch) {
  const auto finished = run_exec("allow", std::string(kCurl) + "; exit 3");
  EXPECT_EQ(finished.code, 0) << finished.out;
  EXPECT_EQ(object_of(finished).at("exec").at("exit").to_number<int>(), 3);
}

TEST(RunExec, ExitCodeAndOutputCanBeExpected) {
  Folder folder;
  const auto scenario =
      folder.write("s.toml", scenario_text("[expect.exec]\nexit = 3\noutput = \"*denied*\"\n"));
  EXPECT_EQ(run_exec(scenario, "echo it was denied; exit 3").code, 0);
  const auto wrong = run_exec(scenario, "echo fine");
  EXPECT_EQ(wrong.code, 1);
  EXPECT_THAT(wrong.out, HasSubstr("exec exit code: expected 3, came 0"));
  EXPECT_THAT(wrong.out, HasSubstr("exec output: expected `*denied*`, came `fine`"));
}

TEST(RunExec, UnknownKeysOfTheExpectationAreRefused) {
  Folder folder;
  const auto scenario = folder.write("s.toml", scenario_text("[expect.exec]\nexitt = 3\n"));
  const auto finished = misproxy({"check", scenario});
  EXPECT_EQ(finished.code, 2);
  EXPECT_THAT(finished.out + finished.err, HasSubstr("exitt"));
}

// Twice the scenario's max_time_ms; what the shell has started ends with it.
TEST(RunExec, AProgramThatNeverEndsIsKilledWithAllThatItStarted) {
  Folder folder;
  const auto scenario = folder.write("s.toml", scenario_text(""));
  const auto finished = run_exec(scenario, "sleep 1000 & echo $!; sleep 1000");
  EXPECT_EQ(finished.code, 1);
  const auto object = object_of(finished);
  EXPECT_EQ(object.at("exec").at("exit").to_number<int>(), 137);
  EXPECT_EQ(object.at("stopped").as_string(),
            "the program had not ended after 0.600 s, and was killed");
  const auto pid = std::stoi(std::string(object.at("exec").at("output").as_string()));
  const auto state = run({"ps", "-o", "stat=", "-p", fmt::to_string(pid)}).out;
  EXPECT_TRUE(state.empty() || state.front() == 'Z') << state;
}

TEST(RunExec, MaxTimeCountsMore) {
  const auto finished = run_exec("allow", "exec sleep 1000", {"--max-time", "1"});
  EXPECT_EQ(finished.code, 1);
  EXPECT_THAT(finished.out, HasSubstr("had not ended after 1.000 s"));
}

TEST(RunExec, OutputIsBounded) {
  const auto finished =
      run_exec("allow", std::string(kCurl) + " >/dev/null; head -c 3000000 /dev/zero | tr '\\0' x");
  EXPECT_EQ(finished.code, 0);
  const auto object = object_of(finished);
  EXPECT_TRUE(object.at("exec").at("output_cut").as_bool());
  EXPECT_EQ(object.at("exec").at("output").as_string().size(), 1024U * 1024U);
}

TEST(RunExec, AProgramThatDoesNotExistIsSaid) {
  const auto finished = run_exec("allow", "no-such-program --x");
  EXPECT_EQ(finished.code, 3);
  EXPECT_THAT(finished.err, HasSubstr("the shell cannot run `no-such-program --x` (exit 127): "));
  const auto table =
      misproxy({"run", "allow", "--world", "live", "--client", "exec:no-such-program"});
  EXPECT_EQ(table.code, 3);
  EXPECT_EQ(table.out, "");
  EXPECT_THAT(table.err, testing::Not(HasSubstr("interrupted")));
}

TEST(RunExec, AProgramThatNeverConnectsIsAMismatch) {
  for (const auto& [command, exit] : {std::pair{"exit 7", 7}, {"kill -9 $$", 137}, {"true", 0}}) {
    const auto finished = run_exec("allow", command);
    EXPECT_EQ(finished.code, 1) << command;
    EXPECT_THAT(
        finished.out,
        HasSubstr(fmt::format("the program made no connection to the proxy (exit code {})", exit)));
  }
}

// One that heeds no SIGTERM is killed soon after; none of it lives on.
TEST(RunExec, CtrlCEndsTheProgram) {
  Folder folder;
  for (const auto* command : {"sleep 1000", "trap '' TERM; while :; do sleep 1000; done"}) {
    const auto pid_file = (folder / "pid").string();
    std::filesystem::remove(pid_file);
    Process process(
        {MISPROXY_BINARY, "run", "allow", "--progress", "0", "--world", "live", "--client",
         fmt::format("exec:echo $$ > {0}.new; mv {0}.new {0}; {1}", pid_file, command)},
        state_environment());
    Process tail({"tail", "-s", "0.02", "-F", pid_file});
    const auto pid = tail.read_line();
    ASSERT_TRUE(pid);
    const auto begin = std::chrono::steady_clock::now();
    process.signal(SIGINT);
    const auto finished = process.wait();
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(20));
    EXPECT_EQ(finished.code, 1);
    EXPECT_THAT(finished.out, HasSubstr("the run was stopped: it was interrupted\n"));
    EXPECT_THAT(finished.out, HasSubstr("1 run, 1 not as expected\n"));
    EXPECT_EQ(finished.err, "misproxy: interrupted after 0 of 1 runs\n");
    const auto state = run({"ps", "-o", "stat=", "-p", *pid}).out;
    EXPECT_TRUE(state.empty() || state.front() == 'Z') << state;
  }
}

/// A program that flees its process group and its session, and parents that end before it.
constexpr auto kFugitives =
    "(setsid sleep {0}.1 &)\nsetsid sh -c 'sleep {0}.2 & sleep {0}.3' &\n"
    "setsid setsid sleep {0}.4 &\nnohup sleep {0}.5 >/dev/null 2>&1 &\n"
    "setsid sh -c \"trap '' TERM; (setsid sleep {0}.6 &) ; sleep {0}.7\" &\n";

std::string sleepers(int mark) {
  return run({"pgrep", "-a", "-f", fmt::format("^sleep {}\\.", mark)}).out;
}

TEST(RunExec, NothingThatItStartedLivesOnWhereverItFled) {
  constexpr int kMark = 71'501;
  const auto fugitives = fmt::format(kFugitives, kMark);
  EXPECT_EQ(object_of(run_exec("allow", fugitives + "exit 3")).at("exec").at("exit"), 3);
  EXPECT_EQ(sleepers(kMark), "");
  const auto limited = run_exec("allow", fugitives + fmt::format("setsid -w sleep {}.8", kMark),
                                {"--max-time", "1"});
  EXPECT_EQ(object_of(limited).at("exec").at("exit"), 137);
  EXPECT_EQ(sleepers(kMark), "");
}

TEST(RunExec, NorWhereMisproxyItselfIsKilled) {
  constexpr int kMark = 71'502;
  Folder folder;
  const auto ready = (folder / "ready").string();
  Process process(
      {MISPROXY_BINARY, "run", "allow", "--world", "live", "--client",
       fmt::format("exec:{}echo > {}; sleep {}.8", fmt::format(kFugitives, kMark), ready, kMark)},
      state_environment());
  Process tail({"tail", "-s", "0.02", "-F", ready});
  ASSERT_TRUE(tail.read_line());
  process.signal(SIGKILL);
  EXPECT_EQ(process.wait().code, 128 + SIGKILL);
  const auto until = std::chrono::steady_clock::now() + Process::kBound;
  while (!sleepers(kMark).empty() && std::chrono::steady_clock::now() < until) {
  }
  EXPECT_EQ(sleepers(kMark), "");
}

TEST(RunExec, NeedsRealSockets) {
  const auto finished = misproxy({"run", "allow", "--client", "exec:true"});
  EXPECT_EQ(finished.code, 2);
  EXPECT_EQ(finished.err,
            "misproxy: --client exec is a real program: it needs --world live or lab\n");
}

}  // namespace
}  // namespace misproxy::test
