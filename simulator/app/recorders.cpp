#include "app/recorders.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstring>

#include "app/say.hpp"
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

TraceFile::~TraceFile() { ::close(fd_); }

std::variant<std::unique_ptr<TraceFile>, std::string> TraceFile::open(const std::string& path) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0644);
  if (fd < 0) return fmt::format("cannot write {}: {}", path, std::strerror(errno));
  return std::unique_ptr<TraceFile>(new TraceFile(fd, path));
}

void TraceFile::record(const TraceLine& line) {
  const auto text = to_json_line(line) + "\n";
  const std::lock_guard lock(mutex_);
  if (failed_ || write_all(fd_, text)) return;
  failed_ = true;
  tell(fmt::format("misproxy: cannot write {}: {}; the trace ends here\n", path_,
                   std::strerror(errno)));
}

void Console::record(const TraceLine& line) {
  auto text = to_text_line(line, colour_) + "\n";
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
