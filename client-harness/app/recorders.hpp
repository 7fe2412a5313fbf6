#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "app/record_file.hpp"
#include "trace/recorder.hpp"

namespace misproxy::app {

/// Writes the trace, a JSON line an event.
class TraceFile final : public Recorder {
 public:
  explicit TraceFile(std::unique_ptr<RecordFile> file) : file_(std::move(file)) {}

  void record(const TraceLine& line) override;
  /// True once a line could not be written; it and all after it are missing.
  bool failed() const { return file_->failed(); }

 private:
  std::unique_ptr<RecordFile> file_;
  std::mutex mutex_;
};

/// Tells the events on stderr. Where nobody reads that pipe, lines are left out, and counted,
/// rather than waited for: a client's connection must not hang on it.
class Console final : public Recorder {
 public:
  explicit Console(bool colour) : colour_(colour) {}
  void record(const TraceLine& line) override;
  /// A line with its end, under the same terms.
  void say(const std::string& text);

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
