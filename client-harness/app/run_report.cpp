#include "app/run_report.hpp"

#include <utility>

#include "app/say.hpp"
#include "app/stdout_use.hpp"
#include "live/filled_file.hpp"
#include "pictures/page.hpp"
#include "report/json_report.hpp"
#include "report/result_line.hpp"
#include "report/run_table.hpp"

namespace misproxy::app {

void RunReport::add(const RunResult& result) {
  as_expected_ = as_expected_ && (wish_.sweep ? !result.stopped : result.ok());
  digest_.add(result);
  if (wish_.matrix || wish_.page) confusion_.add(result);
  if (wish_.junit) cases_.add(suite_.add(result));
  if (wish_.matrix) return;
  const bool json = wish_.format == Format::json;
  if (json || wish_.sweep) ranges_.add(result);
  if (json && !result.offset) lines_.add(run_json(result) + "\n");
  if (json || wish_.sweep) return;
  if (wish_.verbose) {
    lines_.add(result_line(0, result) + "\n");
  } else if (first_.size() < kMostRows) {
    first_.push_back(result);
  }
}

std::string RunReport::write_files() {
  auto why = wish_.junit ? write_junit() : std::string();
  if (!wish_.page || !why.empty()) return why;
  return write_output(*wish_.page, pictures::whole_page("misproxy: injected against named",
                                                        confusion_html(confusion_.cells())));
}

std::string RunReport::write_junit() {
  const auto [before, behind] = suite_.around();
  if (!cases_.why().empty()) return cases_.why();
  const auto fill = [&, before = before, behind = behind](int fd) {
    return live::write_all(fd, before) &&
           cases_.give([fd](std::string_view piece) { return live::write_all(fd, piece); }) &&
           live::write_all(fd, behind);
  };
  return fill_output(*wish_.junit, fill);
}

std::string RunReport::print() {
  const bool json = wish_.format == Format::json;
  if (wish_.matrix) {
    const auto cells = confusion_.cells();
    say(json ? confusion_json(cells) : confusion_text(cells));
    return {};
  }
  if (json) return print_lines();
  if (!wish_.sweep) return print_table();
  say(text_ranges(ranges_.ranges()));
  return {};
}

std::string RunReport::print_lines() {
  for (const auto& range : ranges_.ranges())
    misproxy::app::print(range_json(range) + "\n");
  lines_.give([](std::string_view piece) {
    misproxy::app::print(piece);
    return true;
  });
  return lines_.why();
}

std::string RunReport::print_table() {
  const bool colour = wish_.aside ? stderr_has_colour() : stdout_has_colour();
  if (count() > kMostRows && !wish_.verbose) {
    say(digest_.text(colour) + digest_.summary());
    return {};
  }
  const RunTable table(digest_.widths(), colour);
  std::string text = table.head();
  for (const auto& result : first_)
    text += table.lines(result);
  lines_.give_lines([&](std::string_view line) {
    const auto read = read_result_line(line);
    if (read) text += table.lines(read->result);
    if (text.size() > Spool::kInMemory) say(std::exchange(text, {}));
    return true;
  });
  say(text + digest_.summary());
  return lines_.why();
}

void RunReport::say(std::string_view text) const {
  wish_.aside ? tell(text) : misproxy::app::print(text);
}

}  // namespace misproxy::app
