#include "pictures/connection_html.hpp"

#include <fmt/format.h>

#include "pictures/ladder_html.hpp"
#include "pictures/page.hpp"
#include "pictures/time_sequence_svg.hpp"
#include "report/html_text.hpp"

namespace misproxy::pictures {
namespace {

constexpr std::size_t kWorthAGraph = 3;  // segments

bool has_trouble(const Way& way) { return way.has_trouble() && !way.segments.empty(); }

}  // namespace

std::string connection_html(const Drawn& drawn, const std::string& prefix, bool failed) {
  auto text = ladder_html(drawn.ladder, prefix);
  const auto& ways = drawn.graph.ways();
  const bool any_trouble = has_trouble(ways[0]) || has_trouble(ways[1]);
  const auto& busier = ways[0].segments.size() > ways[1].segments.size() ? ways[0] : ways[1];
  for (const auto& way : ways) {
    const bool shown = failed && !any_trouble && &way == &busier;
    if (!has_trouble(way) && !(shown && way.segments.size() >= kWorthAGraph)) continue;
    text += fmt::format(
        "<h3>Bytes from {} to {}, by time</h3>\n{}<div class=\"scroll\" tabindex=\"0\" "
        "role=\"region\" aria-label=\"Graph of the bytes from {}\">\n{}</div>\n",
        html_text(way.from), html_text(way.to), graph_key(), html_text(way.from),
        time_sequence_svg(way));
    if (way.thinned)
      text += "<p class=\"quiet\">Neighbours are drawn as one: there were many.</p>\n";
  }
  return text;
}

}  // namespace misproxy::pictures
