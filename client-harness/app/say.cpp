#include "app/say.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "core/utf8.hpp"
#include "live/files.hpp"

namespace misproxy::app {
namespace {

/// It does what escape sequences say.
bool obeys(int stream) {
  const auto* terminal = std::getenv("TERM");
  const bool dumb = terminal == nullptr || std::string_view(terminal) == "dumb";
  return isatty(stream) == 1 && !dumb;
}

bool has_colour(int stream) {
  const auto* no_color = std::getenv("NO_COLOR");
  return obeys(stream) && (no_color == nullptr || *no_color == '\0');
}

}  // namespace

void tell(std::string_view text) { live::write_all(STDERR_FILENO, text); }

void print(std::string_view text) {
  if (live::write_all(STDOUT_FILENO, text)) return;
  tell(fmt::format("misproxy: cannot write stdout: {}\n", live::reason(errno)));
  throw OutputLost{};
}

ExitCode complain(ExitCode code, std::string_view sentence) {
  tell(fmt::format("misproxy: {}\n", visible(sentence)));
  return code;
}

bool stderr_draws() { return obeys(STDERR_FILENO); }
bool stderr_has_colour() { return has_colour(STDERR_FILENO); }
bool stdout_has_colour() { return has_colour(STDOUT_FILENO); }

}  // namespace misproxy::app
