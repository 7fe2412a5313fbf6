#include "app/serve_records.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "live/capture_head.hpp"
#include "live/files.hpp"

namespace misproxy::app {
namespace {

/// What belongs to no connection.
const live::Writer::Owner kRun{"", 0};

}  // namespace

bool ServeRecords::is_behind(const std::string& scenario, std::int64_t connection) {
  if (files_.empty()) return false;
  const live::Writer::Owner owner{scenario, connection};
  return std::any_of(files_.begin(), files_.end(),
                     [&](auto* file) { return file->writer().is_behind(owner); });
}

void ServeRecords::await_room(const std::string& scenario, std::int64_t connection,
                              std::function<void()> call) {
  const live::Writer::Owner owner{scenario, connection};
  for (auto* file : files_) {
    if (file->writer().is_behind(owner)) return file->writer().await_room(owner, std::move(call));
  }
  call();
}

bool ServeRecords::may_let_wait() const {
  const bool records = options_.trace || options_.capture || options_.format == Format::json;
  return records && !options_.drop_when_slow;
}

std::optional<Refusal> ServeRecords::queue(const std::string& path, std::string_view what,
                                           const std::string& text) {
  auto file = open_record(path, what, "texts", live::kPublic);
  if (auto* refusal = std::get_if<Refusal>(&file)) return std::move(*refusal);
  queued_.push_back(std::move(std::get<std::unique_ptr<RecordFile>>(file)));
  queued_.back()->write(text, kRun);
  end_where_lost(*queued_.back());
  queued_.back()->end();
  return std::nullopt;
}

std::optional<Refusal> ServeRecords::open(const Servers& servers) {
  servers_ = &servers;
  if (auto refusal = open_events()) return refusal;
  if (auto refusal = open_trace()) return refusal;
  return open_capture();
}

/// What stdout gets of the events comes behind the ready lines.
std::optional<Refusal> ServeRecords::open_events() {
  if (options_.format != Format::json) return std::nullopt;
  return open_events_in("-", events_);
}

std::optional<Refusal> ServeRecords::open_trace() {
  if (!options_.trace) return std::nullopt;
  if (auto refusal = open_events_in(*options_.trace, trace_)) return refusal;
  recorders_.add(*trace_);
  return std::nullopt;
}

std::optional<Refusal> ServeRecords::open_events_in(const std::string& path,
                                                    std::unique_ptr<TraceFile>& events) {
  auto file = open_record(path, "trace", "events", live::kPublic);
  if (auto* refusal = std::get_if<Refusal>(&file)) return std::move(*refusal);
  events = std::make_unique<TraceFile>(std::move(std::get<std::unique_ptr<RecordFile>>(file)));
  files_.push_back(&events->file());
  if (options_.drop_when_slow) {
    events->drop_where_behind(
        [this](const auto& scenario, auto dropped) { note_dropped(scenario, dropped); });
  }
  return std::nullopt;
}

std::optional<Refusal> ServeRecords::open_capture() {
  if (!options_.capture) return std::nullopt;
  auto file = open_record(*options_.capture, "capture", "packets", live::kSecret);
  if (auto* refusal = std::get_if<Refusal>(&file)) return std::move(*refusal);
  capture_file_ = std::move(std::get<std::unique_ptr<RecordFile>>(file));
  files_.push_back(capture_file_.get());
  std::vector<const live::Server*> all;
  std::vector<std::string> scenarios;
  for (const auto& server : *servers_) {
    all.push_back(server.get());
    scenarios.push_back(server->name());
  }
  const auto comments =
      options_.comments ? live::CaptureComments::all : live::CaptureComments::none;
  capture_.emplace(live::capture_head(all, comments), std::move(scenarios), threads_,
                   [this](std::string_view blocks, const auto& owner, auto packets) {
                     capture_file_->write(blocks, owner, packets);
                   });
  if (options_.drop_when_slow) {
    capture_->drop_where(
        [this](const auto& owner) { return capture_file_->writer().is_behind(owner); });
  }
  for (std::size_t i = 0; i < servers_->size(); ++i)
    (*servers_)[i]->capture_to(*capture_, i);
  return std::nullopt;
}

ServeRecords::Opened ServeRecords::open_record(const std::string& path, std::string_view what,
                                               std::string_view pieces, mode_t mode) {
  auto opened = RecordFile::open(path, what, pieces, mode,
                                 [this](const std::string& line) { console_.say(line); });
  if (const auto* why = std::get_if<std::string>(&opened))
    return Refusal{ExitCode::environment, *why};
  return std::move(std::get<std::unique_ptr<RecordFile>>(opened));
}

/// Whom nobody can find serves nobody.
void ServeRecords::end_where_lost(RecordFile& file) {
  file.writer().when_written([this](bool is_whole) {
    if (!is_whole) on_lost_();
  });
}

void ServeRecords::announce(const std::string& ready_lines) {
  if (!events_) return;
  events_->file().write(ready_lines, kRun, 0);
  end_where_lost(events_->file());
  recorders_.add(*events_);
}

void ServeRecords::note_dropped(const std::string& scenario, std::uint64_t events) {
  for (const auto& server : *servers_) {
    if (server->name() != scenario) continue;
    server->record_run(TraceEvent(Point::run, Party::proxy, Cause::environment, "dropped")
                           .measuring("events", static_cast<std::int64_t>(events)));
  }
}

void ServeRecords::tell_dropped() {
  for (const auto& each : {&trace_, &events_}) {
    if (*each) (*each)->tell_dropped();
  }
}

void ServeRecords::tell_dropped_packets() {
  if (!capture_ || capture_->dropped() == 0) return;
  console_.say(fmt::format("misproxy: {}: {} packets dropped: its reader is too slow\n",
                           *options_.capture, capture_->dropped()));
}

bool ServeRecords::finish() {
  if (capture_) capture_->end();
  tell_dropped_packets();
  bool kept = true;
  for (auto* file : files_)
    kept = file->finish() && kept;
  for (auto& file : queued_)
    kept = file->finish() && kept;
  return kept;
}

}  // namespace misproxy::app
