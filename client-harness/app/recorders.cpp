#include "app/recorders.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <climits>

#include "live/files.hpp"
#include "trace/json_line.hpp"
#include "trace/text_line.hpp"

namespace misproxy::app {
namespace {

using live::write_all;

/// Room for a whole line: poll says so of a pipe where PIPE_BUF bytes can be written at once.
bool takes_a_line(int fd) {
  pollfd asked{fd, POLLOUT, 0};
  return ::poll(&asked, 1, 0) == 1 && (asked.revents & POLLOUT) != 0;
}

}  // namespace

void TraceFile::record(const TraceLine& line) {
  const auto text = to_json_line(line) + "\n";
  const std::lock_guard lock(mutex_);
  file_->write(text);
}

void Console::record(const TraceLine& line) { say(to_text_line(line, colour_) + "\n"); }

void Console::say(const std::string& line) {
  auto text = line;
  if (text.size() > PIPE_BUF / 2) text = text.substr(0, PIPE_BUF / 2) + "\n";
  const std::lock_guard lock(mutex_);
  write(text);
}

void Console::write(const std::string& text) {
  if (!takes_a_line(STDERR_FILENO)) {
    ++left_out_;
    return;
  }
  if (left_out_ > 0) {
    const auto count = std::exchange(left_out_, 0);
    write_all(STDERR_FILENO, fmt::format("... {} lines left out: nobody was reading\n", count));
  }
  write_all(STDERR_FILENO, text);
}

}  // namespace misproxy::app
