// Test runners that are killed: what they had started ends by itself.

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "support/process.hpp"
#include "support/served.hpp"
#include "support/tree.hpp"

namespace misproxy::test {
namespace {

namespace fs = std::filesystem;

constexpr auto kPytest = R"(
import threading
def test_waits(misproxy):
    print("ready", flush=True)
    threading.Event().wait()
)";

constexpr auto kNode = R"(
import { test } from 'node:test';
import { serve } from ')" MISPROXY_SOURCE_DIR R"(/client-harness/fixtures/node/index.js';
test('waits', async () => {
  await serve('allow');
  process.stdout.write('ready\n');
  await new Promise(() => setInterval(() => {}, 1000));
});
)";

/// A runner with one test, which opens a proxy, says so, and waits for ever.
struct Runner {
  const char* name;
  const char* file;
  const char* text;
  std::vector<std::string> argv;  // before the file
};

std::vector<pid_t> children_of(pid_t pid) {
  std::vector<pid_t> all;
  std::error_code gone;
  for (const auto& task : fs::directory_iterator(fmt::format("/proc/{}/task", pid), gone)) {
    std::ifstream children(task.path() / "children");
    for (pid_t child = 0; children >> child;)
      all.push_back(child);
  }
  return all;
}

/// The misproxy that it has started.
pid_t program_of(pid_t runner) {
  for (const auto child : children_of(runner)) {
    if (text_of(fmt::format("/proc/{}/cmdline", child)).find("serve") != std::string::npos)
      return child;
  }
  return -1;
}

/// Within a bound.
bool ends(int pidfd) {
  pollfd ended{pidfd, POLLIN, 0};
  constexpr int kBoundMs = 60'000;
  return ::poll(&ended, 1, kBoundMs) == 1;
}

class KilledRunner : public testing::TestWithParam<Runner> {};

TEST_P(KilledRunner, LeavesNoProcessBehind) {
  Folder folder;
  auto argv = GetParam().argv;
  if (GetParam().text != nullptr) argv.push_back(folder.write(GetParam().file, GetParam().text));
  auto environment = state_environment();
  environment.insert(environment.end(),
                     {"MISPROXY=" MISPROXY_BINARY, "MISPROXY_API=", "PYTHONDONTWRITEBYTECODE=1",
                      "PYTHONPATH=" MISPROXY_SOURCE_DIR "/client-harness/fixtures/python"});
  Process runner(argv, environment);
  std::string said;
  while (const auto line = runner.read_line()) {
    said += *line + "\n";
    if (line->ends_with("ready")) break;
  }
  const auto program = program_of(runner.pid());
  ASSERT_GT(program, 0) << said << runner.wait().err;
  const auto pidfd = static_cast<int>(::syscall(SYS_pidfd_open, program, 0));
  ASSERT_GE(pidfd, 0);
  runner.signal(SIGKILL);
  EXPECT_EQ(runner.wait().code, 128 + SIGKILL);
  EXPECT_TRUE(ends(pidfd)) << "process " << program << " is left";
  ::close(pidfd);
}

INSTANTIATE_TEST_SUITE_P(
    Runners, KilledRunner,
    testing::Values(Runner{"pytest",
                           "test_waits.py",
                           kPytest,
                           {"/usr/bin/python3", "-m", "pytest", "-q", "-s", "-p",
                            "no:cacheprovider", "-p", "misproxy.pytest_plugin"}},
                    Runner{"node", "waits.test.mjs", kNode, {"node"}},
                    Runner{"cpp", "", nullptr, {MISPROXY_BINARY_DIR "/tests/waiting_runner"}}),
    [](const auto& each) { return std::string(each.param.name); });

}  // namespace
}  // namespace misproxy::test
