#include "pictures/evidence_lines.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "diagnose/quote.hpp"
#include "evidence/text_line.hpp"
#include "pictures/drawing.hpp"
#include "report/html_text.hpp"

namespace misproxy::pictures {

std::size_t EvidenceLines::index_of(const std::string& file) const {
  const auto found = std::ranges::find(exhibits_, file, &diagnose::Exhibit::name);
  return static_cast<std::size_t>(found - exhibits_.begin());
}

void EvidenceLines::want(const evidence::Citation& line) {
  if (count_ == kMost || line.number == 0) return;
  ++count_;
  wanted_[index_of(line.file)][line.number] = line.quote;
}

std::string EvidenceLines::anchor(const evidence::Citation& line) const {
  const auto index = index_of(line.file);
  const auto found = wanted_.find(index);
  if (found == wanted_.end() || !found->second.contains(line.number)) return {};
  return fmt::format("f{}-{}", index + 1, line.number);
}

std::string EvidenceLines::file_html(std::size_t index) const {
  if (index == exhibits_.size()) return {};
  const auto& lines = wanted_.at(index);
  const auto text = text_of(exhibits_[index]);
  evidence::LineReader reader(text);
  std::string html;
  std::uint64_t last = 0;
  while (const auto line = reader.next()) {
    const auto near = lines.lower_bound(line->number - std::min(line->number, kAround));
    if (near == lines.end()) break;
    if (near->first > line->number + kAround) continue;
    if (last != 0 && line->number > last + 1) html += "<p><span></span><span>...</span></p>\n";
    last = line->number;
    const auto cited = lines.find(line->number);
    html += fmt::format(
        "<p{}><span>{}</span><span class=\"quote\">{}</span></p>\n",
        cited == lines.end()
            ? ""
            : fmt::format(" class=\"cited\" id=\"f{}-{}\"", index + 1, line->number),
        line->number,
        html_text(cited == lines.end() ? diagnose::shown(line->text, 300) : cited->second));
  }
  return html;
}

std::string EvidenceLines::html() const {
  std::string html;
  for (const auto& [index, lines] : wanted_) {
    const auto shown = file_html(index);
    if (!shown.empty())
      html += fmt::format("<h2>{}</h2>\n<div class=\"lines\">\n{}</div>\n",
                          html_text(exhibits_[index].name), shown);
  }
  return html;
}

}  // namespace misproxy::pictures
