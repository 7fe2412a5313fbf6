#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/record_file.hpp"
#include "live/writer.hpp"
#include "trace/recorder.hpp"

namespace misproxy::app {

/// Writes the trace, a JSON line an event.
class TraceFile final : public Recorder {
 public:
  /// Tells that so many events of a scenario are missing; it records that, and so comes back here.
  using OnDropped = std::function<void(const std::string& scenario, std::uint64_t events)>;

  explicit TraceFile(std::unique_ptr<RecordFile> file) : file_(std::move(file)) {}

  /// Leaves out, and counts, the events of connections that are behind; those of the run itself
  /// never.
  void drop_where_behind(OnDropped on_dropped) { on_dropped_ = std::move(on_dropped); }

  void record(const TraceLine& line) override;
  /// Tells of what has been dropped and not been told yet.
  void tell_dropped();
  RecordFile& file() { return *file_; }

 private:
  bool drops(const live::Writer::Owner& owner);

  std::unique_ptr<RecordFile> file_;
  OnDropped on_dropped_;
  std::mutex mutex_;                              // guards what follows
  std::map<std::string, std::uint64_t> dropped_;  // by scenario, since that was told
  live::Writer::Owner last_dropped_;
};

/// Tells the events on stderr: at once where that is a terminal, and else within a moment. Where
/// nobody reads that pipe, lines are left out, and counted, rather than waited for: a client's
/// connection must not hang on it.
class Console final : public Recorder {
 public:
  explicit Console(bool colour);

  void record(const TraceLine& line) override;
  /// A line with its end, under the same terms.
  void say(const std::string& line);
  /// Waits a little until what was said can be read.
  void settle();
  /// Nothing comes any more; waits a little for who reads it.
  void finish();

 private:
  void offer(std::string_view line);
  std::string take_left_out();

  bool colour_;
  std::unique_ptr<live::Writer> writer_;
  std::mutex mutex_;  // guards what follows
  std::size_t left_out_ = 0;
  std::string line_;  // used again for each
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
