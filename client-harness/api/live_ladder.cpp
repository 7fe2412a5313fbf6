#include "api/live_ladder.hpp"

#include <fmt/format.h>

#include <ranges>

#include "pictures/ladder_html.hpp"

namespace misproxy::api {
namespace {

constexpr std::size_t kPiece = 256;  // events, between which others may use the log
constexpr std::size_t kOpen = 3;     // connections

}  // namespace

LiveLadder::Seen LiveLadder::look(const EventLog& log) {
  const std::lock_guard lock(mutex_);
  for (auto events = log.behind(after_, kPiece); !events.empty();
       events = log.behind(after_, kPiece)) {
    for (const auto& event : events)
      ladders_.take(event.line, event.number);
    after_ = events.back().number;
  }
  Seen seen{{}, after_};
  std::size_t shown = 0;
  for (const auto& each : std::views::reverse(ladders_.connections())) {
    const auto id = fmt::format("k{}", each->order);
    seen.html += fmt::format("<details id=\"{0}\"{1}><summary>{2}</summary>\n{3}</details>\n", id,
                             shown++ < kOpen ? " open" : "", each->ladder.title,
                             pictures::ladder_html(each->ladder, id));
  }
  if (ladders_.left_out() > 0)
    seen.html += fmt::format("<p class=\"quiet\">{} older connections are left out.</p>\n",
                             ladders_.left_out());
  return seen;
}

}  // namespace misproxy::api
