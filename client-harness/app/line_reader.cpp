#include "app/line_reader.hpp"

#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "app/run_batch.hpp"

namespace misproxy::app {
namespace {

constexpr std::size_t kLongest = 1 << 16;  // what is behind is not read as the line's

/// False where there is no more to wait for.
bool await_input() {
  std::array<pollfd, 2> polled{pollfd{STDIN_FILENO, POLLIN, 0},
                               pollfd{RunBatch::interrupt_fd(), POLLIN, 0}};
  while (::poll(polled.data(), polled.size(), -1) < 0) {
    if (errno != EINTR) return false;
  }
  return polled[1].revents == 0;
}

}  // namespace

std::optional<std::string> read_line() {
  std::string line;
  while (line.size() < kLongest && await_input()) {
    char c = 0;
    if (::read(STDIN_FILENO, &c, 1) != 1) break;
    if (c == '\n') return line;
    line += c;
  }
  if (line.empty()) return std::nullopt;
  return line;
}

}  // namespace misproxy::app
