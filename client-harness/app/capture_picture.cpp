#include "app/capture_picture.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <string>
#include <variant>

#include "app/say.hpp"
#include "pictures/drawing.hpp"
#include "pictures/ladder_svg.hpp"
#include "pictures/ladder_text.hpp"
#include "pictures/page.hpp"

namespace misproxy::app {
namespace {

std::string left_out_text(const pictures::Drawing& drawing) {
  if (drawing.left_out == 0) return {};
  return fmt::format("misproxy: {} more connections are left out\n", drawing.left_out);
}

void print_ladders(const pictures::Drawing& drawing, std::size_t columns) {
  for (const auto& each : drawing.drawn)
    print(pictures::ladder_text(each.ladder, columns, stdout_has_colour()) + "\n");
  if (!drawing.drawn.empty()) print(pictures::ladder_signs());
}

}  // namespace

std::size_t terminal_columns() {
  winsize size{};
  const bool known = ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return known ? size.ws_col : 80;
}

ExitCode capture_picture(const CaptureOptions& options) {
  auto drawn = pictures::draw_capture(options.file);
  if (const auto* error = std::get_if<CaptureError>(&drawn)) {
    const bool unreadable = error->kind == CaptureError::Kind::unreadable;
    return complain(unreadable ? ExitCode::environment : ExitCode::bad_input, error->sentence);
  }
  const auto& drawing = std::get<pictures::Drawing>(drawn);
  switch (options.print) {
    case CaptureOptions::Print::text:
      print_ladders(drawing, options.columns.value_or(terminal_columns()));
      break;
    case CaptureOptions::Print::svg:
      print(pictures::ladders_svg(drawing.drawn));
      break;
    case CaptureOptions::Print::html:
      print(pictures::capture_page(options.file, drawing));
      break;
  }
  tell(left_out_text(drawing));
  if (!drawing.broken) return ExitCode::ok;
  return complain(ExitCode::bad_input, drawing.broken->sentence);
}

}  // namespace misproxy::app
