#include "app/recorders.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <future>

#include "trace/json_line.hpp"
#include "trace/text_line.hpp"

namespace misproxy::app {
namespace {

const live::Writer::Owner kConsole{"", 0};
/// What stderr's reader gets to take the last lines; whatever else there is has ended.
constexpr std::chrono::milliseconds kLastLines{200};

}  // namespace

void TraceFile::record(const TraceLine& line) {
  const live::Writer::Owner owner{line.scenario, line.connection};
  if (drops(owner)) return;
  file_->write(to_json_line(line) + "\n", owner);
}

/// Once who was behind is so no longer, what is missing is told before anything else.
bool TraceFile::drops(const live::Writer::Owner& owner) {
  if (!on_dropped_ || owner.second == 0) return false;
  {
    const std::lock_guard lock(mutex_);
    if (file_->writer().is_behind(owner)) {
      ++dropped_[owner.first];
      last_dropped_ = owner;
      return true;
    }
    if (dropped_.empty() || file_->writer().is_behind(last_dropped_)) return false;
  }
  tell_dropped();
  return false;
}

void TraceFile::tell_dropped() {
  std::map<std::string, std::uint64_t> dropped;
  {
    const std::lock_guard lock(mutex_);
    dropped.swap(dropped_);
  }
  for (const auto& [scenario, events] : dropped)
    on_dropped_(scenario, events);
}

Console::Console(bool colour) : colour_(colour) {
  const int fd = ::fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0);
  writer_ = ::isatty(fd) == 1 ? live::Writer::to(fd) : live::Writer::gathering(fd);
}

void Console::record(const TraceLine& line) {
  const std::lock_guard lock(mutex_);
  line_.clear();
  add_text_line(line_, line, colour_);
  line_.push_back('\n');
  offer(line_);
}

void Console::say(const std::string& line) {
  const std::lock_guard lock(mutex_);
  offer(line);
}

void Console::offer(std::string_view line) {
  if (left_out_ > 0 && !writer_->is_behind(kConsole)) writer_->put(take_left_out(), kConsole);
  if (left_out_ > 0 || !writer_->offer(line, kConsole)) ++left_out_;
}

std::string Console::take_left_out() {
  const auto count = std::exchange(left_out_, 0);
  return count == 0 ? "" : fmt::format("... {} lines left out: nobody was reading\n", count);
}

void Console::settle() {
  const auto written = std::make_shared<std::promise<void>>();
  writer_->when_written([written](bool) { written->set_value(); });
  written->get_future().wait_for(kLastLines);
}

void Console::finish() {
  {
    const std::lock_guard lock(mutex_);
    if (auto text = take_left_out(); !text.empty()) writer_->put(text, kConsole);
  }
  writer_->finish_within(kLastLines);
}

}  // namespace misproxy::app
