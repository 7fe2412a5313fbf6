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

/// A program of the system, started without a shell. Its streams are files in memory, so that
/// nobody has to read them while it runs. It does not outlive the object.
class ChildProcess {
 public:
  /// `argv[0]` is looked up in PATH; `input` is its stdin. On an error, a sentence.
  static std::variant<std::unique_ptr<ChildProcess>, std::string> start(
      const std::vector<std::string>& argv, std::string_view input);
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  /// A descriptor that becomes readable when it has ended (pidfd_open(2)); the object's own.
  int ended_fd() const { return pidfd_; }
  void kill() const;
  /// Waits for its end. Once.
  ChildEnd finish();

 private:
  ChildProcess() = default;

  pid_t pid_ = -1;
  int pidfd_ = -1;
  int out_ = -1;
  int err_ = -1;
};

}  // namespace misproxy
