#include "pictures/ladder_html.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "pictures/row_words.hpp"
#include "report/html_text.hpp"

namespace misproxy::pictures {
namespace {

char letter(Lane lane) { return word(lane).front(); }

std::string classes_of(const Row& row) {
  auto names = std::string(word(row.tone));
  if (row.kind == Row::Kind::silence) names = "silence";
  if (row.kind == Row::Kind::remark) names += fmt::format(" remark at-{}", letter(row.from));
  if (row.kind == Row::Kind::arrow) {
    const bool forth = row.from < row.to;
    names += fmt::format(" {}-{} {}", letter(std::min(row.from, row.to)),
                         letter(std::max(row.from, row.to)), forth ? "forth" : "back");
  }
  if (row.tunnelled) names += " tunnelled";
  if (!row.injected.empty()) names += " injected";
  if (row.cited) names += " cited";
  return names;
}

/// What the arrow shows, for who does not see it.
std::string spoken(const Row& row) {
  if (row.kind != Row::Kind::arrow) return {};
  return fmt::format("<span class=\"spoken\">{} to {}{}: </span>", word(row.from), word(row.to),
                     row.tunnelled ? ", through the tunnel" : "");
}

std::string numbers(const Row& row, const std::string& unit) {
  const auto text = numbers_text(row);
  if (text.empty()) return "<span class=\"no\"></span>";
  return fmt::format("<span class=\"no\"><span class=\"spoken\">{}{} </span>{}</span>", unit,
                     row.last > row.first ? "s" : "", text);
}

std::string row_html(const Row& row, const std::string& unit, const std::string& id) {
  auto text = fmt::format("<li class=\"{}\"{}>{}<span class=\"at\">{}</span>", classes_of(row),
                          id.empty() ? "" : fmt::format(" id=\"{}\"", id), numbers(row, unit),
                          row.kind == Row::Kind::silence ? "" : time_text(row.at));
  text += fmt::format("<span class=\"rung\"><span class=\"stroke\">{}{}</span></span>", spoken(row),
                      html_text(row_words(row)));
  if (!row.detail.empty())
    text += fmt::format("<span class=\"detail\">{}</span>", html_text(row.detail));
  for (const auto& why : row.injected)
    text += fmt::format("<span class=\"why\"><b>Injected:</b> {}</span>", html_text(why));
  return text + "</li>\n";
}

std::string lanes_html(const Ladder& ladder) {
  std::string text = "<div class=\"lanes\">";
  for (const auto lane : {Lane::client, Lane::proxy, Lane::origin}) {
    if (!ladder.has(lane)) continue;
    text += fmt::format("<span class=\"at-{}\"><b>{}</b> {}</span>", letter(lane), word(lane),
                        html_text(ladder.name(lane)));
  }
  return text + "</div>\n";
}

/// Which lanes there are, as a class: `cpo`.
std::string lane_letters(const Ladder& ladder) {
  std::string letters;
  for (const auto lane : {Lane::client, Lane::proxy, Lane::origin}) {
    if (ladder.has(lane)) letters += letter(lane);
  }
  return letters;
}

std::string id_of(const Row& row, const std::string& prefix) {
  return row.first == 0 ? std::string() : fmt::format("{}-{}", prefix, row.first);
}

}  // namespace

std::string ladder_html(const Ladder& ladder, const std::string& prefix) {
  auto text =
      fmt::format("<div class=\"ladder {}\">\n{}<ol>\n", lane_letters(ladder), lanes_html(ladder));
  std::uint64_t before = 0;
  for (const auto& row : ladder.rows) {
    const bool same = row.first == before;  // a FIN with data is two rows
    text += row_html(row, ladder.unit, same ? std::string() : id_of(row, prefix));
    before = row.first;
  }
  return text + "</ol>\n</div>\n";
}

std::string row_id(const Ladder& ladder, const std::string& prefix, std::uint64_t number) {
  const auto found = std::ranges::find_if(
      ladder.rows, [&](const Row& row) { return row.first != 0 && row.stands_for(number); });
  return found == ladder.rows.end() ? std::string() : id_of(*found, prefix);
}

}  // namespace misproxy::pictures
