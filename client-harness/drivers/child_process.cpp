#include "drivers/child_process.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "drivers/process_tree.hpp"

namespace misproxy {
namespace {

std::string failure(std::string_view what) {
  return fmt::format("cannot {}: {}", what, std::strerror(errno));
}

int memory_file(const char* name) { return ::memfd_create(name, MFD_CLOEXEC); }

/// A memory file with this text, at its beginning; -1 where it cannot hold it (RLIMIT_FSIZE).
int memory_file(const char* name, std::string_view text) {
  const int fd = memory_file(name);
  while (fd >= 0 && !text.empty()) {
    const auto count = ::write(fd, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      const int error = errno;
      ::close(fd);
      errno = error;
      return -1;
    }
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

std::string_view name_in(std::string_view entry) { return entry.substr(0, entry.find('=')); }

/// This process's environment, with these entries in it.
std::vector<std::string> environment_with(const std::vector<std::string>& entries) {
  auto all = entries;
  for (char** each = environ; *each != nullptr; ++each) {
    const bool replaced = std::any_of(entries.begin(), entries.end(), [&](const auto& entry) {
      return name_in(entry) == name_in(*each);
    });
    if (!replaced) all.emplace_back(*each);
  }
  return all;
}

std::vector<char*> words_of(const std::vector<std::string>& texts) {
  std::vector<char*> words;
  for (const auto& text : texts)
    words.push_back(const_cast<char*>(text.c_str()));
  words.push_back(nullptr);
  return words;
}

struct Streams {
  int in = -1;
  int out = -1;
  int err = -1;
};

/// Starts it with these three descriptors; 0, or an errno. What misproxy ignores is none of the
/// program's business.
int spawn(pid_t& pid, const std::vector<std::string>& argv, const Streams& streams,
          const ChildSetup& setup) {
  const auto environment = environment_with(setup.environment);
  const auto words = words_of(argv);
  if (setup.apart) {
    pid = start_below_warden({words.data(), words_of(environment).data(), streams.in, streams.out,
                              streams.err, !setup.shares});
    return pid < 0 ? errno : 0;
  }
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, streams.in, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, streams.out, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, streams.err, STDERR_FILENO);
  // misproxy's sockets among them: one that a program still held would not be closed when misproxy
  // closes it.
  posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t ignored;
  sigemptyset(&ignored);
  sigaddset(&ignored, SIGPIPE);
  sigaddset(&ignored, SIGXFSZ);
  posix_spawnattr_setsigdefault(&attributes, &ignored);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
  const int error = ::posix_spawnp(&pid, words.front(), &actions, &attributes, words.data(),
                                   words_of(environment).data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return error;
}

}  // namespace

/// Opens what it writes to; the ends that it gets itself. On an error, -1 is among them.
int ChildProcess::open_output(bool piped) {
  if (!piped) {
    out_ = memory_file("stdout");
    err_ = memory_file("stderr");
    return -1;
  }
  std::array<int, 2> ends{-1, -1};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return -1;
  pipe_ = ends[0];
  return ends[1];
}

std::variant<std::unique_ptr<ChildProcess>, std::string> ChildProcess::start(
    const std::vector<std::string>& argv, std::string_view input, const ChildSetup& setup) {
  std::unique_ptr<ChildProcess> child(new ChildProcess);
  const int written = setup.shares ? -1 : child->open_output(setup.piped);
  const int given = setup.shares ? -1 : memory_file("stdin", input);
  const Streams streams = setup.shares  ? Streams{STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}
                          : setup.piped ? Streams{given, written, written}
                                        : Streams{given, child->out_, child->err_};
  const bool open = streams.in >= 0 && streams.out >= 0 && streams.err >= 0;
  std::string why = open ? "" : failure("open a program's streams");
  if (open) {
    const int error = spawn(child->pid_, argv, streams, setup);
    if (error != 0) {
      child->pid_ = -1;
      why = fmt::format("cannot start {}: {}", argv.front(), std::strerror(error));
    }
  }
  for (const int fd : {given, written}) {
    if (fd >= 0) ::close(fd);
  }
  if (!why.empty()) return why;
  child->apart_ = setup.apart;
  child->pidfd_ = static_cast<int>(::syscall(SYS_pidfd_open, child->pid_, 0));
  if (child->pidfd_ < 0) return failure("watch a process");
  return child;
}

ChildProcess::~ChildProcess() {
  if (pid_ > 0) {
    kill();
    ::waitpid(pid_, nullptr, 0);
  }
  for (const int fd : {pidfd_, out_, err_, pipe_}) {
    if (fd >= 0) ::close(fd);
  }
}

void ChildProcess::ask() const {
  if (pid_ > 0) ::kill(pid_, SIGTERM);
}

void ChildProcess::kill() const {
  if (pid_ > 0) ::kill(pid_, apart_ ? SIGUSR1 : SIGKILL);
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
