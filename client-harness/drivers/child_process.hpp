#pragma once

#include <sys/types.h>

#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace misproxy {

/// How a program ended: its exit code, or 128 and the signal; and what it said.
struct ChildEnd {
  int code = 0;
  std::string out;
  std::string err;
};

/// `environment`: `NAME=value`, in the place of what misproxy itself has of that name. `apart`: in
/// a process group of its own, and all that it has started ends with it, whatever group or session
/// that has fled to; `argv[0]` is a path then. `piped`: stdout and stderr are one pipe, to be
/// read while it runs, in the place of files in memory. `shares`: its streams are misproxy's own,
/// and where it is apart, so is its process group, which a terminal speaks to.
struct ChildSetup {
  std::vector<std::string> environment{};
  bool apart = false;
  bool piped = false;
  bool shares = false;
};

/// A program of the system, started without a shell. Its streams are files in memory, so that
/// nobody has to read them while it runs. It does not outlive the object.
class ChildProcess {
 public:
  /// `argv[0]` is looked up in PATH; `input` is its stdin. On an error, a sentence.
  static std::variant<std::unique_ptr<ChildProcess>, std::string> start(
      const std::vector<std::string>& argv, std::string_view input, const ChildSetup& setup = {});
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  /// A descriptor that becomes readable when it has ended (pidfd_open(2)); the object's own.
  int ended_fd() const { return pidfd_; }
  /// The end to read of its pipe, the object's own; -1 where it has none.
  int output_fd() const { return pipe_; }
  /// SIGTERM, to all of its process group where it is apart. `kill` ends all of it.
  void ask() const;
  void kill() const;
  /// Waits for its end. Once.
  ChildEnd finish();

 private:
  ChildProcess() = default;

  int open_output(bool piped);

  pid_t pid_ = -1;
  int pidfd_ = -1;
  int out_ = -1;
  int err_ = -1;
  int pipe_ = -1;
  bool apart_ = false;
};

}  // namespace misproxy
