#include <fcntl.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <climits>
#include <filesystem>
#include <thread>

#include "support/captures.hpp"
#include "support/served.hpp"
#include "support/tree.hpp"
#include "trace/json_line.hpp"

namespace misproxy::test {
namespace {

namespace fs = std::filesystem;

using ::testing::HasSubstr;
using Clock = std::chrono::steady_clock;

constexpr auto kBig = "https://tools.cisco.com/bytes/30000000";

/// A FIFO that is open for reading, and read by nobody until `read`.
class StoppedReader {
 public:
  explicit StoppedReader(const Folder& folder) : path_((folder / "fifo").string()) {
    EXPECT_EQ(::mkfifo(path_.c_str(), 0600), 0);
    fd_ = ::open(path_.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  }
  ~StoppedReader() { ::close(fd_); }
  StoppedReader(const StoppedReader&) = delete;
  StoppedReader& operator=(const StoppedReader&) = delete;

  const std::string& path() const { return path_; }
  /// Returns once the pipe holds so much that a writer has to wait.
  void await_full() const {
    const auto until = Clock::now() + Process::kBound;
    const int room = ::fcntl(fd_, F_GETPIPE_SZ) - PIPE_BUF;
    int held = 0;
    while (::ioctl(fd_, FIONREAD, &held) == 0 && held < room && Clock::now() < until)
      std::this_thread::yield();
    EXPECT_GE(held, room);
  }
  /// From now on into a file, until the writer ends.
  Process read_into(const std::string& file) const {
    return Process({"sh", "-c", fmt::format("exec cat '{}' > '{}'", path_, file)});
  }

 private:
  std::string path_;
  int fd_ = -1;
};

/// `misproxy serve allow` with the records that the flags name, and no others.
class Server {
 public:
  /// `err`: a file for stderr; where none is named it is a pipe, which is not read until the end.
  explicit Server(std::vector<std::string> flags, const std::string& err = {})
      : process_(arguments(std::move(flags), err), state_environment()) {
    const auto line = process_.read_line();
    if (!line) throw std::runtime_error("misproxy serve did not start: " + process_.wait().err);
    ready_ = parse_ready(*line);
  }

  Process& process() { return process_; }
  std::vector<std::string> curl(const std::string& url) const {
    return {"curl",
            "-q",
            "-sS",
            "-o",
            "/dev/null",
            "-w",
            "%{http_code} %{size_download}\n",
            "-x",
            ready_.proxy_url,
            "--cacert",
            ready_.ca,
            url};
  }
  Process start(const std::string& url) const { return Process(curl(url), {"no_proxy="}); }
  /// So many, one after the other, ten at once; each must be answered.
  void serve_all(int count) const {
    for (int i = 0; i < count; i += 10) {
      std::vector<Process> curls;
      for (int k = 0; k < 10; ++k)
        curls.push_back(start("https://tools.cisco.com/bytes/5"));
      for (auto& each : curls)
        EXPECT_EQ(each.wait().out, "200 5\n");
    }
  }

 private:
  static std::vector<std::string> arguments(std::vector<std::string> flags,
                                            const std::string& err) {
    std::vector<std::string> all{MISPROXY_BINARY, "serve", "--format", "json", "allow"};
    if (!err.empty())
      all.insert(all.begin(), {"sh", "-c", fmt::format("exec \"$@\" 2> '{}'", err), "sh"});
    all.insert(all.end(), flags.begin(), flags.end());
    return all;
  }

  Process process_;
  ReadyLine ready_;
};

/// What this machine takes, now, for a misproxy that begins, opens its CA and ends.
Clock::duration time_of_one() {
  const auto begun = Clock::now();
  EXPECT_EQ(misproxy({"ca"}).code, 0);
  return Clock::now() - begun;
}

/// Whether it ends so soon; it is not read, and not reaped. A second is what misproxy may wait for
/// others. Its own work for the end comes on top where a sanitizer or other programs take the
/// processor: as much as that of some misproxies, of which each takes 20 ms on a machine at rest.
bool ends_within_a_second(const Process& process) {
  constexpr int kWork = 10;
  const auto begun = Clock::now();
  const int fd = static_cast<int>(::syscall(SYS_pidfd_open, process.pid(), 0));
  pollfd asked{fd, POLLIN, 0};
  const std::chrono::milliseconds bound = Process::kBound;
  const bool ended = ::poll(&asked, 1, static_cast<int>(bound.count())) == 1;
  ::close(fd);
  const auto late = Clock::now() - begun - std::chrono::seconds{1};
  return ended && (late <= Clock::duration{} || late <= kWork * time_of_one());
}

TEST(SlowReader, TheConnectionThatFillsItWaitsAndOthersDoNot) {
  Folder folder;
  const StoppedReader reader(folder);
  Server server({"--capture", reader.path()});
  auto big = server.start(kBig);
  server.serve_all(100);
  EXPECT_EQ(::kill(big.pid(), 0), 0) << "more than all the queues hold: it waits";
  const auto file = (folder / "c.pcapng").string();
  auto cat = reader.read_into(file);
  EXPECT_EQ(big.wait().out, "200 30000000\n");
  server.process().signal(SIGTERM);
  EXPECT_EQ(server.process().wait().code, 0);
  cat.wait();
  EXPECT_EQ(remarks(file), "") << "nothing is lost";
}

TEST(SlowReader, OfACaptureWhatHasNoRoomIsDroppedAndCountedWhereAsked) {
  Folder folder;
  const StoppedReader reader(folder);
  Server server({"--capture", reader.path(), "--drop-when-slow"});
  EXPECT_EQ(server.start(kBig).wait().out, "200 30000000\n") << "nobody waits";
  server.serve_all(100);
  const auto file = (folder / "c.pcapng").string();
  auto cat = reader.read_into(file);
  server.process().signal(SIGTERM);
  const auto finished = server.process().wait();
  EXPECT_EQ(finished.code, 0) << finished.err;
  EXPECT_THAT(finished.err, HasSubstr("packets dropped: its reader is too slow\n"));
  cat.wait();
  EXPECT_THAT(
      run({"tshark", "-r", file, "-Y", "frame.comment", "-T", "fields", "-e", "frame.comment"}).out,
      HasSubstr("packets dropped before this one: the capture's reader is too slow\n"));
  EXPECT_EQ(misproxy({"capture", "text", file}).code, 0);
}

TEST(SlowReader, OfATraceWhatHasNoRoomIsDroppedAndCountedWhereAsked) {
  Folder folder;
  const StoppedReader reader(folder);
  Server server({"--trace", reader.path(), "--drop-when-slow"});
  auto many = server.start("https://tools.cisco.com/bytes/5?[1-900]");  // one connection
  const auto said = many.wait().out;
  EXPECT_EQ(std::count(said.begin(), said.end(), '\n'), 900);
  server.serve_all(100);
  const auto file = (folder / "t.jsonl").string();
  auto cat = reader.read_into(file);
  server.process().signal(SIGTERM);
  EXPECT_EQ(server.process().wait().code, 0);
  cat.wait();
  const auto trace = trace_in(file);
  std::int64_t dropped = 0;
  std::int64_t of_first = 0;
  for (const auto& line : trace) {
    of_first += line.connection == 1 ? 1 : 0;
    if (line.event.name != "dropped") continue;
    EXPECT_EQ(line.connection, 0);
    for (const auto& [key, value] : line.event.measured)
      if (key == "events") dropped += std::get<std::int64_t>(value);
  }
  EXPECT_GT(dropped, 0);
  EXPECT_GT(of_first, 0);
  EXPECT_EQ(trace.back().event.name, "stopped");
}

TEST(SlowReader, SignalsEndItWithinASecondAndWhatIsLostIsSaid) {
  for (const int number : {SIGINT, SIGTERM}) {
    Folder folder;
    const StoppedReader reader(folder);
    const auto err = (folder / "err").string();  // what a pipe holds may not be enough
    Server server({"--trace", reader.path(), "--capture", (folder / "c.pcapng").string()}, err);
    server.serve_all(60);
    server.process().signal(number);
    EXPECT_TRUE(ends_within_a_second(server.process()));
    const auto finished = server.process().wait();
    EXPECT_EQ(finished.code, 3);
    const auto said = text_of(err);
    EXPECT_THAT(said, HasSubstr(fmt::format("misproxy: cannot write {}: nobody reads it; the "
                                            "trace ends here\n",
                                            reader.path())));
    EXPECT_THAT(said, HasSubstr(" events lost\n"));
    EXPECT_EQ(misproxy({"capture", "text", (folder / "c.pcapng").string()}).code, 0);
  }
}

TEST(SlowReader, AConnectionThatWaitsEndsWithTheRest) {
  Folder folder;
  const StoppedReader reader(folder);
  Server server({"--capture", reader.path()});
  auto big = server.start(kBig);
  server.serve_all(10);
  server.process().signal(SIGINT);
  EXPECT_TRUE(ends_within_a_second(server.process()));
  EXPECT_EQ(server.process().wait().code, 3);
  big.wait();
}

TEST(SlowReader, AFifoWithoutOneHoldsUpNothingAndGetsAllOnceThereIs) {
  Folder folder;
  const auto fifo = (folder / "fifo").string();
  const auto file = (folder / "t.jsonl").string();
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  Server server({"--trace", fifo});
  server.serve_all(10);
  Process cat({"sh", "-c", fmt::format("exec cat '{}' > '{}'", fifo, file)});
  server.process().signal(SIGTERM);
  const auto finished = server.process().wait();
  EXPECT_EQ(finished.code, 0) << finished.err;
  EXPECT_THAT(finished.err,
              HasSubstr(fmt::format("misproxy: {} waits for somebody who reads it\n", fifo)));
  cat.wait();
  const auto trace = trace_in(file);
  EXPECT_EQ(std::count_if(trace.begin(), trace.end(),
                          [](const auto& line) { return line.event.name == "closed"; }),
            10);
}

/// What it is to print first has no room: it serves, and the rest of its promises hold.
TEST(SlowReader, APipeThatIsFullAtTheStartHoldsUpNothing) {
  for (const auto* flags : {"--format json", "--ca-out -"}) {
    Folder folder;
    const StoppedReader reader(folder);
    const auto ready = (folder / "ready").string();
    const auto pipe = reader.path();
    Process serve({"sh", "-c",
                   fmt::format("exec > '{}'; head -c 65536 /dev/zero; exec {} serve allow {} "
                               "--ready-file '{}'",
                               pipe, MISPROXY_BINARY, flags, ready)},
                  state_environment());
    Process tail({"tail", "-s", "0.02", "-n", "+1", "-F", ready});
    const auto line = tail.read_line();
    ASSERT_TRUE(line.has_value());
    const auto there = parse_ready(*line);
    EXPECT_EQ(run({"curl", "-q", "-sS", "-p", "-x", there.proxy_url, "http://nowhere.test"},
                  {"no_proxy="})
                  .code,
              56)
        << flags;
    serve.signal(SIGTERM);
    EXPECT_TRUE(ends_within_a_second(serve)) << flags;
    const auto finished = serve.wait();
    EXPECT_EQ(finished.code, 3) << flags;
    EXPECT_THAT(finished.err, HasSubstr("misproxy: cannot write stdout: nobody reads it; the "));
    EXPECT_FALSE(fs::exists(ready)) << flags;
  }
}

TEST(SlowReader, WhoCannotBeFoundEnds) {
  Folder folder;
  const auto finished = run(
      {"sh", "-c",
       fmt::format("(sleep 0; {} serve --format json; echo $? >&2) | exec true", MISPROXY_BINARY)},
      state_environment());
  EXPECT_THAT(finished.err, HasSubstr("misproxy: cannot write stdout: Broken pipe; the trace"));
  EXPECT_THAT(finished.err, testing::EndsWith("\n3\n"));
}

TEST(SlowReader, ARunEndsWithinASecondOfASignalWhateverItWrites) {
  Folder folder;
  const StoppedReader reader(folder);
  const auto unread = (folder / "unread").string();
  ASSERT_EQ(::mkfifo(unread.c_str(), 0600), 0);
  for (const auto& [flag, path] :
       {std::pair("--log", unread), std::pair("--har", unread),
        std::pair("--capture", reader.path()), std::pair("--trace", unread)}) {
    Process run(
        {"sh", "-c",
         fmt::format("exec {} run truncated-download {} '{}' 2>&1", MISPROXY_BINARY, flag, path)},
        state_environment());
    if (path == unread) {
      EXPECT_EQ(run.read_line(),
                fmt::format("misproxy: {} waits for somebody who reads it", unread));
    } else {
      reader.await_full();
    }
    run.signal(SIGINT);
    EXPECT_TRUE(ends_within_a_second(run)) << flag;
    const auto finished = run.wait();
    EXPECT_EQ(finished.code, 3) << flag;
    EXPECT_THAT(finished.out,
                HasSubstr(fmt::format("misproxy: cannot write {}: nobody reads it\n", path)));
  }
}

TEST(SlowReader, ARunWhoseTableNobodyReadsEndsAtASignal) {
  Process run({MISPROXY_BINARY, "run", "acl-deny-403", "--seeds", "1..600", "--format", "json"},
              state_environment());
  ASSERT_TRUE(run.read_line().has_value()) << "the table has begun, and is more than a pipe holds";
  run.signal(SIGTERM);
  EXPECT_TRUE(ends_within_a_second(run));
  EXPECT_EQ(run.wait().code, 3);
}

}  // namespace
}  // namespace misproxy::test
