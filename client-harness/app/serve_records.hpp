#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "app/record_file.hpp"
#include "app/recorders.hpp"
#include "app/refusal.hpp"
#include "app/serve_options.hpp"
#include "live/backlog.hpp"
#include "live/pcapng_recorder.hpp"
#include "live/server.hpp"

namespace misproxy::app {

/// All that `serve` writes while it serves: the trace, the events on stdout, the capture, and whole
/// texts for the readers of pipes. A connection whose records are not written as fast as they come
/// has to wait.
class ServeRecords final : public live::Backlog {
 public:
  using Servers = std::vector<std::unique_ptr<live::Server>>;
  using OnLost = std::function<void()>;

  /// `on_lost`: what tells where misproxy is to be found cannot be written. From any thread.
  ServeRecords(const ServeOptions& options, Console& console, Recorders& recorders,
               live::Threads& threads, OnLost on_lost)
      : options_(options),
        console_(console),
        recorders_(recorders),
        threads_(threads),
        on_lost_(std::move(on_lost)) {}

  /// A text for where a reader may keep it waiting: nobody who is to be served waits for that one.
  std::optional<Refusal> queue(const std::string& path, std::string_view what,
                               const std::string& text);
  /// There will be records for which a connection has to wait.
  bool may_let_wait() const;
  /// Opens what was asked for; the files are empty then. The servers outlive the records.
  std::optional<Refusal> open(const Servers& servers);
  /// On stdout, where events go there: these lines, and then every event.
  void announce(const std::string& ready_lines);
  /// Before the last event: what has been left out is told.
  void tell_dropped();
  /// After it: whether everything is written that was to be.
  bool finish();

  bool is_behind(const std::string& scenario, std::int64_t connection) override;
  void await_room(const std::string& scenario, std::int64_t connection,
                  std::function<void()> call) override;

 private:
  using Opened = std::variant<std::unique_ptr<RecordFile>, Refusal>;

  std::optional<Refusal> open_events();
  std::optional<Refusal> open_trace();
  std::optional<Refusal> open_events_in(const std::string& path,
                                        std::unique_ptr<TraceFile>& events);
  std::optional<Refusal> open_capture();
  Opened open_record(const std::string& path, std::string_view what, std::string_view pieces,
                     mode_t mode);
  void end_where_lost(RecordFile& file);
  void note_dropped(const std::string& scenario, std::uint64_t events);
  void tell_dropped_packets();

  const ServeOptions& options_;
  Console& console_;
  Recorders& recorders_;
  live::Threads& threads_;
  OnLost on_lost_;
  const Servers* servers_ = nullptr;
  std::unique_ptr<TraceFile> trace_;
  std::unique_ptr<TraceFile> events_;  // on stdout
  std::unique_ptr<RecordFile> capture_file_;
  std::optional<live::PcapngRecorder> capture_;
  std::vector<RecordFile*> files_;  // that a connection may have to wait for
  std::vector<std::unique_ptr<RecordFile>> queued_;
};

}  // namespace misproxy::app
