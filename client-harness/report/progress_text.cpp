#include "report/progress_text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace misproxy {
namespace {

constexpr std::size_t kWidth = 40;

std::string time_text(std::chrono::seconds time) {
  const auto count = time.count();
  if (count < 60) return fmt::format("{} s", count);
  if (count < 3600) return fmt::format("{} min {} s", count / 60, count % 60);
  return fmt::format("{} h {} min", count / 3600, count % 3600 / 60);
}

}  // namespace

std::string ProgressText::left(std::size_t done, Duration elapsed) const {
  if (done == 0 || done >= whole_) return {};
  const auto each = std::chrono::duration<double>(elapsed) / static_cast<double>(done);
  const auto rest = each * static_cast<double>(whole_ - done);
  return fmt::format(", {} left", time_text(std::chrono::ceil<std::chrono::seconds>(rest)));
}

std::string ProgressText::bar(std::size_t done, Duration elapsed) const {
  const auto filled = std::min(done * kWidth / std::max<std::size_t>(whole_, 1), kWidth);
  return fmt::format("{}[{:#<{}}{:.<{}}] {}/{}{}{}", kNoBar, "", filled, "", kWidth - filled, done,
                     whole_, unit_, left(done, elapsed));
}

std::string ProgressText::line(std::size_t done, Duration elapsed) const {
  return fmt::format("misproxy: {} of {} runs after {}{}\n", done, whole_,
                     time_text(std::chrono::floor<std::chrono::seconds>(elapsed)),
                     left(done, elapsed));
}

}  // namespace misproxy
