#include "support/process.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <utility>

namespace misproxy::test {
namespace {

using Clock = std::chrono::steady_clock;

struct Pipe {
  int read = -1;
  int write = -1;
  Pipe() {
    std::array<int, 2> ends{};
    EXPECT_EQ(pipe2(ends.data(), O_CLOEXEC), 0);
    read = ends[0];
    write = ends[1];
  }
};

int bound_left(Clock::time_point until) {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now());
  return left.count() > 0 ? static_cast<int>(left.count()) : 0;
}

void close_once(int& fd) {
  if (fd >= 0) ::close(fd);
  fd = -1;
}

/// Appends what is there; false at the end.
bool read_some(int fd, std::string& text) {
  std::array<char, 65536> piece;
  const auto count = ::read(fd, piece.data(), piece.size());
  if (count > 0) text.append(piece.data(), static_cast<std::size_t>(count));
  return count > 0;
}

/// After fork: only what may be called there.
[[noreturn]] void become(const std::vector<char*>& argv,
                         const std::vector<std::string>& environment, int in, int out, int err) {
  ::dup2(in, STDIN_FILENO);
  ::dup2(out, STDOUT_FILENO);
  ::dup2(err, STDERR_FILENO);
  for (const auto& entry : environment)
    ::putenv(const_cast<char*>(entry.c_str()));
  ::execvp(argv[0], argv.data());
  ::_exit(127);
}

}  // namespace

Process::Process(const std::vector<std::string>& argv, const std::vector<std::string>& environment,
                 const std::string& input) {
  std::vector<char*> words;
  for (const auto& word : argv)
    words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  Pipe in;
  Pipe out;
  Pipe err;
  pid_ = ::fork();
  if (pid_ == 0) become(words, environment, in.read, out.write, err.write);
  ::close(in.read);
  ::close(out.write);
  ::close(err.write);
  constexpr int kInput = 1 << 20;  // what a pipe can be made to take at once (pipe(7))
  EXPECT_LE(input.size(), static_cast<std::size_t>(kInput));
  if (input.size() > 65536U) {
    EXPECT_GE(::fcntl(in.write, F_SETPIPE_SZ, kInput), kInput);
  }
  EXPECT_EQ(::write(in.write, input.data(), input.size()), static_cast<ssize_t>(input.size()));
  ::close(in.write);
  out_ = out.read;
  err_ = err.read;
}

Process::Process(Process&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      out_(std::exchange(other.out_, -1)),
      err_(std::exchange(other.err_, -1)),
      line_buffer_(std::move(other.line_buffer_)) {}

Process::~Process() {
  close_once(out_);
  close_once(err_);
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

void Process::signal(int number) const { ::kill(pid_, number); }

std::optional<std::string> Process::read_line() {
  const auto until = Clock::now() + kBound;
  while (true) {
    if (const auto end = line_buffer_.find('\n'); end != std::string::npos) {
      auto line = line_buffer_.substr(0, end);
      line_buffer_.erase(0, end + 1);
      return line;
    }
    pollfd asked{out_, POLLIN, 0};
    if (::poll(&asked, 1, bound_left(until)) <= 0 || !read_some(out_, line_buffer_))
      return std::nullopt;
  }
}

Finished Process::wait() {
  Finished finished;
  finished.out = std::exchange(line_buffer_, {});
  const auto until = Clock::now() + kBound;
  while (out_ >= 0 || err_ >= 0) {
    std::array<pollfd, 2> asked{{{out_, POLLIN, 0}, {err_, POLLIN, 0}}};
    if (::poll(asked.data(), asked.size(), bound_left(until)) <= 0) {
      ADD_FAILURE() << "a program did not end within its bound; killed";
      ::kill(pid_, SIGKILL);
      break;
    }
    if (asked[0].revents != 0 && !read_some(out_, finished.out)) close_once(out_);
    if (asked[1].revents != 0 && !read_some(err_, finished.err)) close_once(err_);
  }
  int status = 0;
  ::waitpid(std::exchange(pid_, -1), &status, 0);
  finished.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return finished;
}

Finished run(const std::vector<std::string>& argv, const std::vector<std::string>& environment,
             const std::string& input) {
  return Process(argv, environment, input).wait();
}

}  // namespace misproxy::test
