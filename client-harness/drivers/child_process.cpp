#include "drivers/child_process.hpp"

#include <fmt/format.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace misproxy {
namespace {

std::string failure(std::string_view what) {
  return fmt::format("cannot {}: {}", what, std::strerror(errno));
}

int memory_file(const char* name) { return ::memfd_create(name, MFD_CLOEXEC); }

/// A memory file with this text, at its beginning.
int memory_file(const char* name, std::string_view text) {
  const int fd = memory_file(name);
  while (fd >= 0 && !text.empty()) {
    const auto count = ::write(fd, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) break;
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  if (fd >= 0) ::lseek(fd, 0, SEEK_SET);
  return fd;
}

std::string read_all(int fd) {
  std::string text;
  std::array<char, 16 * 1024> buffer;
  while (true) {
    const auto count = ::pread(fd, buffer.data(), buffer.size(), static_cast<off_t>(text.size()));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(count));
  }
}

/// Starts it with these three descriptors; 0, or an errno.
int spawn(pid_t& pid, const std::vector<std::string>& argv, int in, int out, int err) {
  std::vector<char*> words;
  for (const auto& word : argv)
    words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, err, STDERR_FILENO);
  const int error = ::posix_spawnp(&pid, words.front(), &actions, nullptr, words.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  return error;
}

}  // namespace

std::variant<std::unique_ptr<ChildProcess>, std::string> ChildProcess::start(
    const std::vector<std::string>& argv, std::string_view input) {
  std::unique_ptr<ChildProcess> child(new ChildProcess);
  child->out_ = memory_file("stdout");
  child->err_ = memory_file("stderr");
  const int in = memory_file("stdin", input);
  if (in < 0 || child->out_ < 0 || child->err_ < 0) {
    auto why = failure("make a file in memory");
    if (in >= 0) ::close(in);
    return why;
  }
  const int error = spawn(child->pid_, argv, in, child->out_, child->err_);
  ::close(in);
  if (error != 0) {
    child->pid_ = -1;
    return fmt::format("cannot start {}: {}", argv.front(), std::strerror(error));
  }
  child->pidfd_ = static_cast<int>(::syscall(SYS_pidfd_open, child->pid_, 0));
  if (child->pidfd_ < 0) return failure("watch a process");
  return child;
}

ChildProcess::~ChildProcess() {
  if (pid_ > 0) {
    kill();
    ::waitpid(pid_, nullptr, 0);
  }
  for (const int fd : {pidfd_, out_, err_}) {
    if (fd >= 0) ::close(fd);
  }
}

void ChildProcess::kill() const {
  if (pid_ > 0) ::kill(pid_, SIGKILL);
}

ChildEnd ChildProcess::finish() {
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
  const int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return {code, read_all(out_), read_all(err_)};
}

}  // namespace misproxy
