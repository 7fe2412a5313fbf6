#include "drivers/process_tree.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace misproxy {
namespace {

// From the fork on nothing is called that a signal handler might not: another thread of misproxy
// may have held the lock of anything else.

constexpr int kNotStarted = 127;  // as a shell says it

int code_of(int status) { return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status); }

/// Those from this number on.
void close_from(unsigned int first) {
  if (::syscall(SYS_close_range, first, ~0U, 0U) == 0) return;
  constexpr unsigned int kMany = 65536;  // before Linux 5.9
  for (auto fd = first; fd < kMany; ++fd)
    ::close(static_cast<int>(fd));
}

/// What misproxy ignores is none of the program's business, nor are its sockets: one that a program
/// still held would not be closed, or reset, when misproxy does that.
[[noreturn]] void become(const ProgramStart& start, const sigset_t& mask) {
  if (start.own_group) ::setpgid(0, 0);
  ::dup2(start.in, STDIN_FILENO);
  ::dup2(start.out, STDOUT_FILENO);
  ::dup2(start.err, STDERR_FILENO);
  close_from(STDERR_FILENO + 1);
  for (const int ignored : {SIGPIPE, SIGXFSZ})
    ::signal(ignored, SIG_DFL);
  ::sigprocmask(SIG_SETMASK, &mask, nullptr);
  ::execve(start.argv[0], start.argv, start.environment);
  ::_exit(kNotStarted);
}

/// SIGKILL to each child; false where none takes it.
bool kill_children() {
  const int file = ::open("/proc/thread-self/children", O_RDONLY | O_CLOEXEC);
  if (file < 0) return false;
  bool any = false;
  pid_t number = 0;
  std::array<char, 4096> buffer;
  for (ssize_t count = 0; (count = ::read(file, buffer.data(), buffer.size())) > 0;) {
    for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
      if (buffer[i] >= '0' && buffer[i] <= '9') {
        number = number * 10 + (buffer[i] - '0');
        continue;
      }
      if (number > 0) any = ::kill(number, SIGKILL) == 0 || any;
      number = 0;
    }
  }
  ::close(file);
  return any;
}

/// The children of a child that was killed become the warden's, until none is left; but for one
/// that does not let itself be ended.
void end_children() {
  while (true) {
    const bool any = kill_children();
    const auto ended = ::waitpid(-1, nullptr, any ? 0 : WNOHANG);
    if (ended == 0 || (ended < 0 && errno != EINTR)) return;
  }
}

/// The program has not been waited for: its number, and its group's, are nobody else's.
void tell(pid_t program, bool own_group, int number) {
  if (own_group) ::kill(-program, number);
  ::kill(program, number);
}

[[noreturn]] void end_all(pid_t program, bool own_group) {
  tell(program, own_group, SIGKILL);
  int status = 0;
  while (::waitpid(program, &status, 0) < 0 && errno == EINTR) {
  }
  end_children();
  ::_exit(code_of(status));
}

/// Buries orphans; true where the program has ended.
bool has_ended(pid_t program) {
  while (true) {
    siginfo_t ended{};
    if (::waitid(P_ALL, 0, &ended, WEXITED | WNOHANG | WNOWAIT) != 0) return true;
    if (ended.si_pid == program) return true;
    if (ended.si_pid == 0) return false;
    ::waitpid(ended.si_pid, nullptr, 0);
  }
}

/// With all signals blocked.
[[noreturn]] void watch(pid_t misproxy, const ProgramStart& start, const sigset_t& mask) {
  ::signal(SIGCHLD, SIG_DFL);
  if (start.own_group) ::setpgid(0, 0);
  ::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGUSR1, 0, 0, 0);
  if (::getppid() != misproxy) ::_exit(kNotStarted);
  const auto program = ::fork();
  if (program < 0) ::_exit(kNotStarted);
  if (program == 0) become(start, mask);
  close_from(0);
  sigset_t awaited;
  sigemptyset(&awaited);
  for (const int number : {SIGCHLD, SIGTERM, SIGUSR1})
    sigaddset(&awaited, number);
  while (true) {
    const int number = ::sigwaitinfo(&awaited, nullptr);
    if (number == SIGTERM) tell(program, start.own_group, SIGTERM);
    if (number == SIGUSR1 || (number == SIGCHLD && has_ended(program)))
      end_all(program, start.own_group);
  }
}

}  // namespace

pid_t start_below_warden(const ProgramStart& start) {
  sigset_t all;
  sigset_t mask;
  sigfillset(&all);
  ::pthread_sigmask(SIG_BLOCK, &all, &mask);
  const auto misproxy = ::getpid();
  const auto warden = ::fork();
  if (warden == 0) watch(misproxy, start, mask);
  const int error = errno;
  ::pthread_sigmask(SIG_SETMASK, &mask, nullptr);
  errno = error;
  return warden;
}

}  // namespace misproxy
