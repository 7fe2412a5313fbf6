// `misproxy run` of downloads that are larger than anybody waits for, or has memory for.
#include <fcntl.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>
#include <thread>

#include "support/served.hpp"
#include "support/tree.hpp"

namespace misproxy::test {
namespace {

using ::testing::HasSubstr;

constexpr auto kEndless = 1'099'511'627'776;  // the largest: days

std::string download(std::int64_t bytes) {
  return fmt::format(
      "schema = 1\n[about]\nid = \"large\"\ntitle = \"t\"\nteaches = \"u\"\n"
      "[[origin]]\nhost = \"a.test\"\n"
      "[client]\nmethod = \"GET\"\nurl = \"https://a.test/bytes/{}\"\n",
      bytes);
}

/// Looks again and again, within the bound of a process.
bool comes_true(const std::function<bool()>& condition) {
  const auto until = std::chrono::steady_clock::now() + Process::kBound;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::yield();
  }
  return true;
}

/// Whether the process has a handler for a signal (proc_pid_status(5), SigCgt).
bool catches(pid_t pid, int signal) {
  std::ifstream status(fmt::format("/proc/{}/status", pid));
  for (std::string line; std::getline(status, line);) {
    if (!line.starts_with("SigCgt:")) continue;
    const auto mask = std::stoull(line.substr(7), nullptr, 16);
    return (mask >> (signal - 1) & 1U) != 0;
  }
  return false;
}

/// Peak memory of a misproxy that ends well, in KiB.
long peak_of(const std::vector<std::string>& arguments) {
  std::vector<std::string> words{MISPROXY_BINARY};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (auto& word : words)
    argv.push_back(word.data());
  argv.push_back(nullptr);
  const auto pid = ::fork();
  if (pid == 0) {
    ::dup2(::open("/dev/null", O_WRONLY), STDOUT_FILENO);
    ::execv(argv[0], argv.data());
    ::_exit(127);
  }
  int status = 0;
  rusage used{};
  EXPECT_EQ(::wait4(pid, &status, 0, &used), pid);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
  return used.ru_maxrss;
}

TEST(RunLarge, TakesLittleMemoryWhateverTheEvidence) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "a sanitizer's memory is not misproxy's";
#endif
  Folder folder;
  const auto large = folder.write("large.toml", download(64 << 20));
  for (const auto* evidence : {"capture", "log", "both"})
    EXPECT_LT(peak_of({"run", large, "--evidence", evidence}), 64 * 1024) << evidence;
}

TEST(RunLarge, ItsCaptureIsWrittenAsItComes) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "a sanitizer's memory is not misproxy's";
#endif
  Folder folder;
  const auto large = folder.write("large.toml", download(16 << 20));
  const auto capture = (folder / "c.pcapng").string();
  const auto out = (folder / "out").string();
  EXPECT_LT(peak_of({"run", large, "--capture", capture, "--capture-at", "all", "--out", out}),
            64 * 1024);
  const auto at_client = std::filesystem::path(out) / "large-seed1" / "client.pcapng";
  EXPECT_GT(std::filesystem::file_size(at_client), 16U << 20);
  EXPECT_GT(std::filesystem::file_size(capture), 6 * (std::uintmax_t{16} << 20));
  EXPECT_EQ(misproxy({"diagnose", at_client.string()}).code, 0);
}

TEST(RunMany, MoreRunsTakeNoMoreMemory) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "a sanitizer's memory is not misproxy's";
#endif
  Folder folder;
  const auto junit = (folder / "junit.xml").string();
  const auto peak = [&](const std::string& seeds, const std::string& threads) {
    return peak_of({"run", "acl-deny-403", "--seeds", seeds, "--verbose", "--junit", junit, "-j",
                    threads, "--evidence", "log"});
  };
  for (const auto* threads : {"1", "2"}) {
    const auto some = peak("1..3000", threads);
    EXPECT_LT(peak("1..9000", threads), some + 3 * 1024) << threads;  // a result has 1.2 KB
    EXPECT_LT(some, 64 * 1024);
  }
}

/// Past a hundred seeds a thread gives the contexts of one to the next.
TEST(RunMany, AnswersAreTheSameAtEveryNumberOfThreads) {
  Folder folder;
  const auto told = [&](const std::string& threads, const std::vector<std::string>& more) {
    std::vector<std::string> words{"run",      "allow", "acl-deny-403", "certificate-untrusted-ca",
                                   "--repeat", "2",     "--seeds",      "1..120",
                                   "-j",       threads};
    words.insert(words.end(), more.begin(), more.end());
    const auto finished = misproxy(words);
    EXPECT_EQ(finished.code, 0) << finished.err;
    return finished.out;
  };
  for (const std::vector<std::string>& form : {std::vector<std::string>{"--verbose"},
                                               {"--format", "json"},
                                               {"--junit", "-"},
                                               {"--matrix"}})
    EXPECT_EQ(told("1", form), told("2", form)) << form.front();
  const auto lines = told("2", {"--format", "json"});
  const auto alone = misproxy({"run", "certificate-untrusted-ca", "--repeat", "2", "--seeds",
                               "120..120", "--format", "json"});
  EXPECT_TRUE(lines.ends_with("\n" + alone.out)) << alone.out;
}

TEST(RunLarge, OneSignalEndsItWithAReport) {
  for (const int number : {SIGINT, SIGTERM}) {
    Folder folder;
    const auto endless = folder.write("endless.toml", download(kEndless));
    const auto capture = folder / "c.pcapng";
    Process process({MISPROXY_BINARY, "run", endless, "--capture", capture.string()},
                    state_environment());
    // Made when the run begins.
    ASSERT_TRUE(comes_true([&] { return std::filesystem::exists(capture); }));
    process.signal(number);
    const auto finished = process.wait();
    EXPECT_EQ(finished.code, 1);
    EXPECT_THAT(finished.out, HasSubstr("the run was stopped: it was interrupted\n"));
    EXPECT_EQ(finished.err, "misproxy: interrupted after 0 of 1 runs\n");
    EXPECT_EQ(misproxy({"capture", "text", capture.string()}).code, 0);
  }
}

/// A capture that nobody reads on holds the run up, so that one signal alone does not end it.
TEST(RunLarge, ASecondSignalEndsItAtOnce) {
  Folder folder;
  const auto large = folder.write("large.toml", download(64 << 20));
  const auto pipe = (folder / "pipe").string();
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  Process process({MISPROXY_BINARY, "run", large, "--capture", pipe}, state_environment());
  const int reader = ::open(pipe.c_str(), O_RDONLY | O_CLOEXEC);
  ASSERT_GE(reader, 0);
  const int room = ::fcntl(reader, F_GETPIPE_SZ);
  ASSERT_TRUE(comes_true([&] {
    int waiting = 0;
    return ::ioctl(reader, FIONREAD, &waiting) == 0 && waiting > room / 2;
  }));
  process.signal(SIGINT);
  ASSERT_TRUE(comes_true([&] { return !catches(process.pid(), SIGTERM); }));
  process.signal(SIGTERM);
  EXPECT_EQ(process.wait().code, 128 + SIGTERM);
  ::close(reader);
}

TEST(RunLarge, EventsAreBounded) {
  Folder folder;
  const auto endless = folder.write("endless.toml", download(kEndless));
  const auto finished = misproxy({"run", endless, "--max-events", "300"});
  EXPECT_EQ(finished.code, 1);
  EXPECT_THAT(finished.out, HasSubstr("the limit on events was reached (--max-events)"));
}

TEST(RunLarge, BeyondTheBoundIsRefusedWithItsPlace) {
  Folder folder;
  const auto beyond = folder.write("beyond.toml", download(kEndless + 1));
  const auto finished = misproxy({"check", beyond});
  EXPECT_EQ(finished.code, 2);
  EXPECT_THAT(finished.out + finished.err,
              HasSubstr("beyond.toml:10:1: error: `url`: the origin "));
}

TEST(RunLarge, ACaptureThatCannotBeWrittenIsSaid) {
  const auto finished = misproxy({"run", "allow", "--capture", "/dev/full"});
  EXPECT_EQ(finished.code, 3);
  EXPECT_EQ(finished.err, "misproxy: cannot write /dev/full: No space left on device\n");
}

}  // namespace
}  // namespace misproxy::test
