#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <variant>
#include <vector>

#include "trace/recorder.hpp"

namespace misproxy::app {

/// Writes the trace, a JSON line an event, each handed to the kernel before the next: what is
/// recorded stays recorded, however the process ends.
class TraceFile final : public Recorder {
 public:
  ~TraceFile() override;
  /// Makes or empties the file. On an error, a sentence with the path.
  static std::variant<std::unique_ptr<TraceFile>, std::string> open(const std::string& path);

  void record(const TraceLine& line) override;
  /// True once a line could not be written; it and all after it are missing.
  bool failed() const { return failed_; }

 private:
  TraceFile(int fd, std::string path) : fd_(fd), path_(std::move(path)) {}

  int fd_;
  std::string path_;
  std::mutex mutex_;
  std::atomic<bool> failed_ = false;
};

/// Tells the events on stderr. Where nobody reads that pipe, lines are left out, and counted,
/// rather than waited for: a client's connection must not hang on it.
class Console final : public Recorder {
 public:
  explicit Console(bool colour) : colour_(colour) {}
  void record(const TraceLine& line) override;

 private:
  void write(const std::string& text);

  bool colour_;
  std::mutex mutex_;
  std::size_t left_out_ = 0;
};

/// One event to several recorders.
class Recorders final : public Recorder {
 public:
  void add(Recorder& recorder) { recorders_.push_back(&recorder); }
  void record(const TraceLine& line) override {
    for (auto* recorder : recorders_)
      recorder->record(line);
  }

 private:
  std::vector<Recorder*> recorders_;
};

}  // namespace misproxy::app
