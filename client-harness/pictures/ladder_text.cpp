#include "pictures/ladder_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "core/colour.hpp"
#include "pictures/row_words.hpp"

namespace misproxy::pictures {
namespace {

constexpr std::size_t kMargin = 24;  // numbers, time, sign
constexpr std::size_t kWide = 120;   // from here on there is room for details

/// Every character is one column wide.
std::string ascii(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c >= ' ' && c <= '~')
      out += c;
    else
      fmt::format_to(std::back_inserter(out), "\\x{:02x}", static_cast<unsigned char>(c));
  }
  return out;
}

std::string cut(std::string text, std::size_t room) {
  if (text.size() <= room) return text;
  if (room < 3) return text.substr(0, room);
  return text.substr(0, room - 2) + "..";
}

/// Where the lanes are, from the margin's end on.
class Columns {
 public:
  Columns(const Ladder& ladder, std::size_t columns) {
    details_ = columns >= kWide ? columns / 4 : 0;
    width_ = columns - kMargin - details_;
    const bool three = ladder.has(Lane::client) && ladder.has(Lane::origin);
    at_ = {0, width_ - 1, width_ - 1};
    if (!ladder.has(Lane::client)) at_[1] = 0;
    if (three) at_[1] = (width_ - 1) * 3 / 4;
    for (const auto lane : {Lane::client, Lane::proxy, Lane::origin}) {
      if (ladder.has(lane)) lanes_.push_back(lane);
    }
  }

  /// Two lanes, client and proxy, at the ends of so many columns.
  explicit Columns(std::size_t width)
      : at_{0, width - 1, width - 1}, width_(width), lanes_{Lane::client, Lane::proxy} {}

  std::size_t at(Lane lane) const { return at_[static_cast<std::size_t>(lane)]; }
  std::size_t width() const { return width_; }
  std::size_t details() const { return details_; }
  const std::vector<Lane>& lanes() const { return lanes_; }

  /// The lanes, and nothing on them.
  std::string bare(char stroke) const {
    std::string line(width_, ' ');
    for (const auto lane : lanes_)
      line[at(lane)] = stroke;
    return line;
  }

 private:
  std::array<std::size_t, 3> at_{};
  std::size_t width_ = 0;
  std::size_t details_ = 0;
  std::vector<Lane> lanes_;
};

void put(std::string& line, std::size_t at, std::string_view text) {
  if (at >= line.size()) return;
  line.replace(at, std::min(text.size(), line.size() - at), text.substr(0, line.size() - at));
}

std::string label_of(const Row& row) { return ascii(row_words(row)); }

std::string arrow_line(const Row& row, const Columns& columns) {
  auto line = columns.bare('|');
  const auto from = columns.at(row.from);
  const auto to = columns.at(row.to);
  const auto left = std::min(from, to);
  const auto room = std::max(from, to) - left - 1;
  const bool forth = from < to;
  std::string stroke(room, '-');
  const auto label = " " + cut(label_of(row), room < 7 ? 0 : room - 7) + " ";
  put(stroke, forth ? 2 : room - 2 - label.size(), label);
  stroke[forth ? room - 1 : 0] = forth ? '>' : '<';
  put(line, left + 1, stroke);
  if (row.tunnelled) {
    const auto end = columns.at(Lane::origin);
    for (auto at = columns.at(Lane::proxy) + 2; at + 1 < end; at += 2)
      line[at] = '.';
  }
  return line;
}

std::string pause_line(const Row& row, const Columns& columns) {
  auto line = columns.bare(':');
  const auto label = fmt::format("  {}  ", cut(label_of(row), columns.width() - 6));
  put(line, (columns.width() - label.size()) / 2, label);
  return line;
}

std::string remark_line(const Row& row, const Columns& columns) {
  auto line = columns.bare('|');
  put(line, columns.at(row.from) + 2,
      cut(fmt::format("({}) ", label_of(row)), columns.width() - columns.at(row.from) - 2));
  return line;
}

std::string body_of(const Row& row, const Columns& columns) {
  switch (row.kind) {
    case Row::Kind::arrow:
      return arrow_line(row, columns);
    case Row::Kind::silence:
      return pause_line(row, columns);
    case Row::Kind::remark:
      return remark_line(row, columns);
  }
  return {};
}

char sign_of(const Row& row) {
  if (!row.injected.empty()) return '*';
  return row.tone == Tone::trouble ? '!' : ' ';
}

std::string_view paint_of(const Row& row) {
  if (!row.injected.empty() || row.tone == Tone::trouble) return kRed;
  if (row.tone == Tone::head) return kBold;
  return row.tone == Tone::ending ? kYellow : "";
}

void end_line(std::string& text, std::string line, std::string_view paint, bool colour) {
  line.erase(line.find_last_not_of(' ') + 1);
  text += painted(line, paint, colour && !paint.empty());
  text += '\n';
}

/// A sentence in lines of that width.
std::vector<std::string> wrapped(std::string_view sentence, std::size_t width) {
  std::vector<std::string> lines;
  while (sentence.size() > width) {
    auto end = sentence.rfind(' ', width);
    if (end == std::string_view::npos || end == 0) end = width;
    lines.emplace_back(sentence.substr(0, end));
    sentence.remove_prefix(std::min(sentence.size(), sentence[end] == ' ' ? end + 1 : end));
  }
  lines.emplace_back(sentence);
  return lines;
}

void add_row(std::string& text, const Row& row, const Columns& columns, bool colour) {
  const bool pause = row.kind == Row::Kind::silence;
  auto line =
      fmt::format("{:>9} {:>11} {} {}", numbers_text(row), pause ? "" : cut(time_text(row.at), 11),
                  sign_of(row), body_of(row, columns));
  if (columns.details() > 0 && !row.detail.empty())
    line += "  " + cut(ascii(row.detail), columns.details() - 2);
  end_line(text, std::move(line), paint_of(row), colour);
  for (const auto& why : row.injected) {
    for (const auto& part :
         wrapped("injected: " + ascii(why), columns.width() + columns.details() - 4)) {
      auto below = fmt::format("{:>{}}{}", "", kMargin, columns.bare('|').substr(0, 1));
      end_line(text, below + "  " + part, kRed, colour);
    }
  }
}

/// The first begins at its lane, the others end at theirs, with the room from lane to lane.
std::string names_line(const Ladder& ladder, const Columns& columns, bool roles) {
  std::string line(columns.width(), ' ');
  std::size_t before = 0;
  for (const auto lane : columns.lanes()) {
    const auto at = columns.at(lane);
    const bool first = lane == columns.lanes().front();
    const auto room = first ? columns.width() / 2 : at - before - 1;
    const auto name = cut(ascii(roles ? std::string(word(lane)) : ladder.name(lane)), room);
    put(line, first ? at : at + 1 - name.size(), name);
    before = at;
  }
  return std::string(kMargin, ' ') + line;
}

}  // namespace

std::string ladder_text(const Ladder& ladder, std::size_t columns, bool colour) {
  const Columns lanes(ladder, std::clamp(columns, kLeastColumns, kMostColumns));
  std::string text;
  end_line(text, ascii(ladder.title), kBold, colour);
  end_line(text, names_line(ladder, lanes, true), "", colour);
  end_line(text, names_line(ladder, lanes, false), "", colour);
  for (const auto& row : ladder.rows)
    add_row(text, row, lanes, colour);
  return text;
}

std::string rung_text(const Row& row, std::size_t width) { return body_of(row, Columns(width)); }

std::string_view ladder_signs() {
  return "! lost or no room  * a fault acted  . . . for the origin\n";
}

}  // namespace misproxy::pictures
