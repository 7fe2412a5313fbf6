#include "pictures/ladder_svg.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "pictures/row_words.hpp"
#include "report/html_text.hpp"

namespace misproxy::pictures {
namespace {

constexpr int kWidth = 1000;
constexpr int kRow = 26;
constexpr int kHead = 76;
constexpr int kGap = 24;
constexpr int kNumbers = 76;  // their right end
constexpr int kTimes = 172;
constexpr int kLeft = 196;
constexpr int kRight = kWidth - 24;
constexpr std::size_t kMostLetters = 90;

constexpr std::string_view kStyle = R"(<style>
svg{background:#fff;color:#1a1c1e;font:12px 'DejaVu Sans',Verdana,sans-serif}
text{fill:currentColor}.m{fill:#5b6168;font-family:'DejaVu Sans Mono',monospace;font-size:11px}
.t{font-weight:bold;font-size:14px}.l{stroke:#c3c8cf;stroke-width:2}
.tcp{stroke:#6b7280}.head{stroke:#1d4ed8}.tls{stroke:#6d28d9}.data{stroke:#0f766e}.ending{stroke:#92400e}
.trouble{stroke:#b91c1c}.a{stroke-width:2;fill:none}.f{stroke:none}.f.tcp{fill:#6b7280}.f.head{fill:#1d4ed8}
.f.tls{fill:#6d28d9}.f.data{fill:#0f766e}.f.ending{fill:#92400e}.f.trouble{fill:#b91c1c}
.d{stroke-dasharray:2 5}.x{fill:#b91c1c;fill-opacity:.09}.w{fill:#b91c1c}.i{font-style:italic;fill:#5b6168}
@media(prefers-color-scheme:dark){svg{background:#15181b;color:#e6e8ea}.m,.i{fill:#a2a9b1}.l{stroke:#454b52}
.tcp{stroke:#9aa3ad}.head{stroke:#7aa2ff}.tls{stroke:#b794f6}.data{stroke:#4fd1c5}.ending{stroke:#e0a458}
.trouble{stroke:#ff7b7b}.f.tcp{fill:#9aa3ad}.f.head{fill:#7aa2ff}.f.tls{fill:#b794f6}.f.data{fill:#4fd1c5}
.f.ending{fill:#e0a458}.f.trouble{fill:#ff7b7b}.x{fill:#ff7b7b;fill-opacity:.16}.w{fill:#ff7b7b}}
</style>
)";

std::string shortened(std::string text, std::size_t room) {
  if (text.size() <= room) return text;
  auto end = room;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U)
    --end;  // no sequence is cut in two
  return text.substr(0, end) + "...";
}

/// Where a lane is.
int x_of(const Ladder& ladder, Lane lane) {
  const bool three = ladder.has(Lane::client) && ladder.has(Lane::origin);
  if (lane == Lane::client) return kLeft;
  if (lane == Lane::origin) return kRight;
  if (!ladder.has(Lane::client)) return kLeft;
  return three ? kLeft + (kRight - kLeft) * 2 / 3 : kRight;
}

std::string label_svg(int x, int y, std::string_view anchor, std::string_view kind,
                      const std::string& text) {
  return fmt::format("<text x=\"{}\" y=\"{}\" text-anchor=\"{}\"{}>{}</text>\n", x, y, anchor,
                     kind.empty() ? "" : fmt::format(" class=\"{}\"", kind), html_text(text));
}

std::string arrow_svg(const Ladder& ladder, const Row& row, int y) {
  const auto from = x_of(ladder, row.from);
  const auto to = x_of(ladder, row.to);
  const auto tip = from < to ? -9 : 9;
  const auto tone = word(row.tone);
  auto text = fmt::format(
      "<line class=\"a {}\" x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\"/>"
      "<path class=\"f {}\" d=\"M{} {}l{} -5v10z\"/>\n",
      tone, from, y, to + tip, y, tone, to, y, tip);
  if (row.tunnelled) {
    text += fmt::format("<line class=\"a d {}\" x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\"/>\n", tone,
                        x_of(ladder, Lane::proxy), y, x_of(ladder, Lane::origin), y);
  }
  const auto room = static_cast<std::size_t>(std::abs(to - from)) / 7;
  return text + label_svg((from + to) / 2, y - 5, "middle", "", shortened(row_words(row), room));
}

std::string row_svg(const Ladder& ladder, const Row& row, int y) {
  std::string text;
  if (!row.injected.empty())
    text += fmt::format("<rect class=\"x\" x=\"0\" y=\"{}\" width=\"{}\" height=\"{}\"/>\n", y - 18,
                        kWidth, kRow * static_cast<int>(1 + row.injected.size()));
  text += label_svg(kNumbers, y, "end", "m", numbers_text(row));
  if (row.kind == Row::Kind::arrow) {
    text += label_svg(kTimes, y, "end", "m", time_text(row.at)) + arrow_svg(ladder, row, y);
  } else if (row.kind == Row::Kind::silence) {
    text += label_svg((kLeft + kRight) / 2, y, "middle", "i", row.label);
  } else {
    text += label_svg(kTimes, y, "end", "m", time_text(row.at)) +
            label_svg(x_of(ladder, row.from) + 10, y, "start",
                      row.tone == Tone::trouble ? "w" : "i", shortened(row.label, kMostLetters));
  }
  for (std::size_t i = 0; i < row.injected.size(); ++i)
    text += label_svg(kLeft + 10, y + kRow * static_cast<int>(i + 1) - 4, "start", "w",
                      shortened("injected: " + row.injected[i], 120));
  return text;
}

int height_of(const Ladder& ladder) {
  auto rows = ladder.rows.size();
  for (const auto& row : ladder.rows)
    rows += row.injected.size();
  return kHead + static_cast<int>(rows) * kRow + kGap;
}

std::string ladder_svg(const Ladder& ladder, int top) {
  auto text = label_svg(12, top + 22, "start", "t", shortened(ladder.title, kMostLetters));
  const auto end = top + height_of(ladder) - kGap;
  for (const auto lane : {Lane::client, Lane::proxy, Lane::origin}) {
    if (!ladder.has(lane)) continue;
    const auto x = x_of(ladder, lane);
    const auto anchor = x == kLeft ? "start" : x == kRight ? "end" : "middle";
    text += label_svg(x, top + 42, anchor, "", std::string(word(lane))) +
            label_svg(x, top + 56, anchor, "m", shortened(ladder.name(lane), 40)) +
            fmt::format("<line class=\"l\" x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\"/>\n", x,
                        top + 62, x, end);
  }
  auto y = top + kHead + kRow / 2;
  for (const auto& row : ladder.rows) {
    text += row_svg(ladder, row, y);
    y += kRow * static_cast<int>(1 + row.injected.size());
  }
  return text;
}

}  // namespace

std::string ladders_svg(const std::deque<Drawn>& drawn) {
  int height = 0;
  for (const auto& each : drawn)
    height += height_of(each.ladder);
  auto text = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1}\" width=\"{0}\" "
      "height=\"{1}\" role=\"img\" aria-label=\"Ladder diagram\">\n{2}",
      kWidth, std::max(height, kRow), kStyle);
  int top = 0;
  for (const auto& each : drawn) {
    text += ladder_svg(each.ladder, top);
    top += height_of(each.ladder);
  }
  return text + "</svg>\n";
}

}  // namespace misproxy::pictures
