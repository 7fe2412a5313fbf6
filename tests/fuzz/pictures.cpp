// A capture file of any bytes, drawn: with the comments of its packets, which are a stranger's
// words.

#include <algorithm>
#include <array>

#include "fuzz/memory_file.hpp"
#include "fuzz/target.hpp"
#include "pictures/drawing.hpp"
#include "pictures/ladder_svg.hpp"
#include "pictures/ladder_text.hpp"
#include "pictures/page.hpp"

using namespace misproxy;

namespace {

constexpr std::array<std::string_view, 9> kOurs{"circle", "svg",  "style", "g ",   "line",
                                                "path",   "rect", "text",  "title"};

/// Whether all markup of an SVG file is what misproxy writes.
bool is_ours(std::string_view svg) {
  for (auto at = svg.find('<'); at != std::string_view::npos; at = svg.find('<', at + 1)) {
    auto tag = svg.substr(at + 1);
    if (tag.starts_with('/') || tag.starts_with('?')) continue;
    if (std::ranges::none_of(kOurs, [&](auto each) { return tag.starts_with(each); })) return false;
  }
  return true;
}

bool is_printable(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c == '\n' || (c >= ' ' && c <= '~'); });
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t count) {
  const fuzz::MemoryFile file(fuzz::text_of(bytes, count));
  const auto drawn = pictures::draw_capture(file.path());
  const auto* drawing = std::get_if<pictures::Drawing>(&drawn);
  if (drawing == nullptr) return 0;
  fuzz::require(is_ours(pictures::ladders_svg(drawing->drawn)), "no stranger's word is markup");
  for (const auto& each : drawing->drawn)
    fuzz::require(is_printable(pictures::ladder_text(each.ladder, 80, false)), "a ladder is ASCII");
  fuzz::require(pictures::capture_page("fuzz.pcapng", *drawing).ends_with("</html>\n"),
                "a page is whole");
  return 0;
}
