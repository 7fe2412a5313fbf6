#include "app/say.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>

namespace misproxy::app {

ExitCode complain(ExitCode code, std::string_view sentence) {
  fmt::print(stderr, "misproxy: {}\n", sentence);
  return code;
}

bool stderr_has_colour() {
  const auto* no_color = std::getenv("NO_COLOR");
  const auto* terminal = std::getenv("TERM");
  const bool dumb = terminal == nullptr || std::string_view(terminal) == "dumb";
  return isatty(STDERR_FILENO) == 1 && (no_color == nullptr || *no_color == '\0') && !dumb;
}

}  // namespace misproxy::app
