// `misproxy exec`: a command with a proxy in its environment.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <signal.h>

#include <boost/json.hpp>
#include <filesystem>

#include "support/served.hpp"
#include "support/tree.hpp"

namespace misproxy::test {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

using ::testing::HasSubstr;
using ::testing::StartsWith;

Finished exec(const std::string& scenario, std::vector<std::string> command,
              std::vector<std::string> flags = {}) {
  std::vector<std::string> words{"exec"};
  words.insert(words.end(), flags.begin(), flags.end());
  words.insert(words.end(), {scenario, "--"});
  words.insert(words.end(), command.begin(), command.end());
  return misproxy(words);
}

constexpr auto kUrl = "https://tools.cisco.com/healthcheck";

TEST(Exec, CurlFindsTheProxyAndTheCaByItself) {
  Folder folder;
  const auto bundle = (folder / "bundle").string();
  const auto done = exec("allow", {"curl", "-q", "-sS", kUrl}, {"--bundle", bundle});
  EXPECT_EQ(done.code, 0) << done.err;
  EXPECT_EQ(done.out, "healthy\n") << "stdout is the command's own";
  EXPECT_THAT(done.err, HasSubstr("misproxy: allow: healthy"));
  EXPECT_THAT(done.err, HasSubstr(bundle));
  for (const auto* name : {"scenario.toml", "trace.jsonl", "proxy.pcapng", "report.json"})
    EXPECT_TRUE(fs::is_regular_file(fs::path(bundle) / name)) << name;
  const auto report = json::parse(text_of(fs::path(bundle) / "report.json"));
  EXPECT_EQ(report.at("exec").at("exit").to_number<int>(), 0);
  EXPECT_THAT(misproxy({"diagnose", bundle + "/proxy.pcapng"}).out, HasSubstr("healthy"));
}

TEST(Exec, NamesTheFailureAndKeepsTheCommandsExitCode) {
  Folder folder;
  const auto done =
      exec("acl-deny-403", {"curl", "-q", "-sS", kUrl}, {"--bundle", (folder / "b").string()});
  EXPECT_EQ(done.code, 56);
  EXPECT_THAT(done.err, HasSubstr("CONNECT tunnel failed, response 403"));
  EXPECT_THAT(done.err, HasSubstr("misproxy: acl-deny-403: proxy-denied"));
}

/// Each of those that are told by a variable of their own.
class ExecClients : public testing::TestWithParam<std::vector<std::string>> {};

TEST_P(ExecClients, FindTheProxyAndTheCaByThemselves) {
  Folder folder;
  const auto done = exec("allow", GetParam(), {"--bundle", (folder / "b").string()});
  EXPECT_EQ(done.code, 0) << done.err;
  EXPECT_THAT(done.out, HasSubstr("healthy"));
}

INSTANTIATE_TEST_SUITE_P(
    Here, ExecClients,
    testing::Values(
        std::vector<std::string>{"python3", "-c",
                                 "import urllib.request\n"
                                 "print(urllib.request.urlopen('https://tools.cisco.com/"
                                 "healthcheck').read().decode())"},
        std::vector<std::string>{"sh", "-c", "curl -q -sS https://tools.cisco.com/healthcheck"}));

TEST(Exec, ItsStreamsAreMisproxysOwn) {
  Folder folder;
  const std::string program = MISPROXY_BINARY;
  const auto done =
      run({program, "exec", "--bundle", (folder / "b").string(), "allow", "--", "cat"},
          state_environment(), "what comes in\n");
  EXPECT_EQ(done.code, 0) << done.err;
  EXPECT_EQ(done.out, "what comes in\n");
  EXPECT_THAT(done.err, HasSubstr("the command made no connection to the proxy"));
}

/// A socket that the command held would stay open when misproxy closes it.
TEST(Exec, TheCommandHasNoneOfMisproxysSockets) {
  Folder folder;
  const auto done =
      exec("allow", {"sh", "-c", "ls -l /proc/self/fd"}, {"--bundle", (folder / "b").string()});
  EXPECT_EQ(done.out.find("socket:"), std::string::npos) << done.out;
}

TEST(Exec, ExitCodesAreThoseOfAShell) {
  Folder folder;
  const std::vector<std::string> flags{"--bundle", (folder / "b").string()};
  EXPECT_EQ(exec("allow", {"sh", "-c", "exit 7"}, flags).code, 7);
  EXPECT_EQ(exec("allow", {"sh", "-c", "kill -9 $$"}, flags).code, 137);
  const auto none = exec("allow", {"no-such-program"}, flags);
  EXPECT_EQ(none.code, 127);
  EXPECT_EQ(none.err, "misproxy: no-such-program: there is no such program\n");
  EXPECT_EQ(exec("allow", {"/etc/passwd"}, flags).code, 126);
}

TEST(Exec, WhatIsMissingIsSaid) {
  const auto no_command = misproxy({"exec", "allow"});
  EXPECT_EQ(no_command.code, 2);
  EXPECT_THAT(no_command.err, HasSubstr("a command behind --"));
  const auto unknown = misproxy({"exec", "alow", "--", "true"});
  EXPECT_EQ(unknown.code, 3);
  EXPECT_THAT(unknown.err, HasSubstr("allow"));
  Folder folder;
  const auto broken = misproxy({"exec", folder.write("b.toml", "schema = 7\n"), "--", "true"});
  EXPECT_EQ(broken.code, 2);
  EXPECT_THAT(broken.err, HasSubstr("b.toml:1:10"));
  const auto file = folder.write("file", "");
  EXPECT_EQ(misproxy({"exec", "--bundle", file + "/below", "allow", "--", "true"}).code, 3);
}

/// Told on stdout by a command that then waits for ever: the numbers of its processes.
constexpr auto kWaits = "sleep 1000 & echo $$ $! ; wait";

bool is_gone(pid_t number) { return ::kill(number, 0) != 0; }

/// Until they are, or the test's own bound.
void await_end_of(pid_t number) {
  run({"timeout", "60", "tail", "--pid", std::to_string(number), "-f", "/dev/null"});
  EXPECT_TRUE(is_gone(number)) << number;
}

struct Waiting {
  Folder folder;
  Process process;
  pid_t shell = 0;
  pid_t sleeper = 0;

  explicit Waiting(std::vector<std::string> below = {})
      : process(words(folder, std::move(below)), state_environment()) {
    const auto line = process.read_line().value_or("");
    std::sscanf(line.c_str(), "%d %d", &shell, &sleeper);
    EXPECT_GT(sleeper, 0) << line;
  }

  static std::vector<std::string> words(const Folder& folder, std::vector<std::string> below) {
    for (const auto& word :
         {std::string(MISPROXY_BINARY), std::string("exec"), std::string("--bundle"),
          (folder / "b").string(), std::string("allow"), std::string("--"), std::string("sh"),
          std::string("-c"), std::string(kWaits)})
      below.push_back(word);
    return below;
  }
};

TEST(Exec, ATermEndsTheCommandAndAllItHasStarted) {
  Waiting waiting;
  waiting.process.signal(SIGTERM);
  const auto done = waiting.process.wait();
  EXPECT_EQ(done.code, 128 + SIGTERM);
  await_end_of(waiting.shell);
  await_end_of(waiting.sleeper);
  EXPECT_TRUE(fs::exists(waiting.folder / "b" / "trace.jsonl")) << "what was recorded is kept";
}

TEST(Exec, KilledItLeavesNoProcessBehind) {
  Waiting waiting;
  waiting.process.signal(SIGKILL);
  waiting.process.wait();
  await_end_of(waiting.shell);
  await_end_of(waiting.sleeper);
}

TEST(Exec, WhenItsRunnerIsKilledAllEnd) {
  // The runner waits for it, as a test suite would.
  Waiting waiting({"sh", "-c", "\"$@\"; true", "runner"});
  waiting.process.signal(SIGKILL);
  waiting.process.wait();
  await_end_of(waiting.shell);
  await_end_of(waiting.sleeper);
}

}  // namespace
}  // namespace misproxy::test
