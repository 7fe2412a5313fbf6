#include <fcntl.h>
#include <unistd.h>

#include <csignal>

#include "app/command_line.hpp"
#include "app/say.hpp"

namespace {

/// A stream that came closed must not become the number of a socket that talk is then written to.
/// It is opened so that writing still fails, and is said.
void hold_standard_streams() {
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(fd, F_GETFD) == -1) ::open("/dev/null", O_RDONLY);
  }
}

}  // namespace

int main(int argc, char** argv) {
  hold_standard_streams();
  std::signal(SIGPIPE, SIG_IGN);  // a reader that is gone is an error of the write, not our end
  std::signal(SIGXFSZ, SIG_IGN);  // and so is a file that may not grow
  try {
    return static_cast<int>(misproxy::app::perform_command_line(argc, argv));
  } catch (const misproxy::app::OutputLost&) {
    return static_cast<int>(misproxy::ExitCode::environment);
  }
}
