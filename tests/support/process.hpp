#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace misproxy::test {

/// How a program ended: its exit code, or 128 and the signal.
struct Finished {
  int code = -1;
  std::string out;
  std::string err;
};

/// A child process with pipes on stdin, stdout and stderr, that does not outlive the object. Every
/// wait has a bound, past which the test fails.
class Process {
 public:
  static constexpr std::chrono::seconds kBound{120};

  /// `argv[0]` is looked up in PATH; `environment` entries are `NAME=value`, on top of this
  /// process's.
  explicit Process(const std::vector<std::string>& argv,
                   const std::vector<std::string>& environment = {}, const std::string& input = {});
  ~Process();
  Process(Process&& other) noexcept;
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  Process& operator=(Process&&) = delete;

  /// The next line of stdout, without its end; nothing at the end of the stream.
  std::optional<std::string> read_line();
  void signal(int number) const;
  pid_t pid() const { return pid_; }
  /// Reads both streams to their end, and reaps.
  Finished wait();

 private:
  pid_t pid_ = -1;
  int out_ = -1;
  int err_ = -1;
  std::string line_buffer_;
};

/// Runs a program to its end.
Finished run(const std::vector<std::string>& argv, const std::vector<std::string>& environment = {},
             const std::string& input = {});

}  // namespace misproxy::test
