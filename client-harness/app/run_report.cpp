#include "app/run_report.hpp"

#include <algorithm>

#include "app/say.hpp"
#include "pictures/page.hpp"
#include "report/confusion.hpp"
#include "report/json_report.hpp"
#include "report/text_report.hpp"

namespace misproxy::app {
namespace {

void say(const std::string& text, const ReportWish& wish) { wish.aside ? tell(text) : print(text); }

void print_lines(const std::vector<RunResult>& results) {
  for (const auto& range : sweep_ranges(results))
    print(range_json(range) + "\n");
  for (const auto& result : results) {
    if (!result.offset) print(run_json(result) + "\n");
  }
}

}  // namespace

void print_report(const std::vector<RunResult>& results, const ReportWish& wish) {
  const bool json = wish.format == Format::json;
  if (wish.matrix) {
    const auto cells = confusion(results);
    return say(json ? confusion_json(cells) : confusion_text(cells), wish);
  }
  if (json) return print_lines(results);
  if (wish.sweep) return say(text_ranges(sweep_ranges(results)), wish);
  const bool colour = wish.aside ? stderr_has_colour() : stdout_has_colour();
  const bool many = results.size() > kMostRows && !wish.verbose;
  say((many ? text_digest(results, colour) : text_table(results, colour)) + text_summary(results),
      wish);
}

std::string matrix_page(const std::vector<RunResult>& results) {
  return pictures::whole_page("misproxy: injected against named",
                              confusion_html(confusion(results)));
}

bool all_as_expected(const std::vector<RunResult>& results, bool sweep) {
  return std::ranges::all_of(
      results, [&](const RunResult& result) { return sweep ? !result.stopped : result.ok(); });
}

}  // namespace misproxy::app
