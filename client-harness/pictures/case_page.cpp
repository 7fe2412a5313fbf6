#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>

#include "diagnose/quote.hpp"
#include "pictures/connection_html.hpp"
#include "pictures/evidence_lines.hpp"
#include "pictures/ladder_html.hpp"
#include "pictures/page.hpp"
#include "report/html_text.hpp"

namespace misproxy::pictures {
namespace {

using diagnose::Diagnosis;
using diagnose::Outcome;
using diagnose::Verdict;
using evidence::Citation;

constexpr std::size_t kMostCited = 60;  // of one verdict
constexpr std::size_t kMostVerdicts = 200;

/// Where the pieces of evidence are on the page.
class Places {
 public:
  Places(Drawing& drawing, const Diagnosis& diagnosis,
         const std::vector<diagnose::Exhibit>& exhibits)
      : drawing_(drawing), lines_(exhibits) {
    mark(diagnosis.incident);
    for (std::size_t i = 0; i < std::min(diagnosis.verdicts.size(), kMostVerdicts); ++i)
      if (diagnosis.verdicts[i].outcome() != Outcome::works) mark(diagnosis.verdicts[i]);
  }

  /// The anchor; empty where it is not on the page.
  std::string anchor(const Verdict& verdict, const Citation& where) const {
    std::string found;
    for (std::size_t i = 0; i < drawing_.drawn.size(); ++i) {
      const auto& ladder = drawing_.drawn[i].ladder;
      if (ladder.file != where.file) continue;
      if (!found.empty() && ladder.title != verdict.connection) continue;
      auto id = row_id(ladder, fmt::format("c{}", i + 1), where.number);
      if (!id.empty()) found = std::move(id);
    }
    return found.empty() ? lines_.anchor(where) : found;
  }
  std::string lines_html() const { return lines_.html(); }

 private:
  void mark(const Verdict& verdict) {
    for (std::size_t i = 0; i < std::min(verdict.evidence.size(), kMostCited); ++i) {
      const auto where = verdict.evidence[i].citation();
      if (where.unit == Citation::Unit::line) lines_.want(where);
      for (auto& drawn : drawing_.drawn) {
        const bool here = drawn.ladder.file == where.file &&
                          (verdict.connection.empty() ||
                           diagnose::shown(drawn.ladder.title) == verdict.connection);
        if (here) mark(drawn.ladder, where.number);
      }
    }
  }
  static void mark(Ladder& ladder, std::uint64_t number) {
    const auto row = std::ranges::find_if(
        ladder.rows, [&](const Row& each) { return each.first != 0 && each.stands_for(number); });
    if (row != ladder.rows.end()) row->cited = true;
  }

  Drawing& drawing_;
  EvidenceLines lines_;
};

std::string citation_html(const Verdict& verdict, const Citation& where, const Places& places) {
  const auto name =
      html_text(fmt::format("{} {} of {}", diagnose::unit_of(where), where.number, where.file));
  const auto anchor = places.anchor(verdict, where);
  const auto link = anchor.empty() ? name : fmt::format("<a href=\"#{}\">{}</a>", anchor, name);
  return fmt::format("<li>{}<br><span class=\"quote\">{}</span></li>", link,
                     html_text(where.quote));
}

std::string part(std::string_view name, const std::string& html) {
  return html.empty() ? std::string() : fmt::format("<dt>{}</dt><dd>{}</dd>\n", name, html);
}

std::string list_html(const std::vector<std::string>& items) {
  std::string text;
  for (const auto& item : items)
    text += fmt::format("<li>{}</li>", html_text(item));
  return text.empty() ? text : "<ul>" + text + "</ul>";
}

std::string verdict_html(const Verdict& verdict, const Places& places) {
  std::string seen;
  for (std::size_t i = 0; i < std::min(verdict.evidence.size(), kMostCited); ++i)
    seen += citation_html(verdict, verdict.evidence[i].citation(), places);
  if (verdict.evidence.size() > kMostCited)
    seen += fmt::format("<li>and {} more</li>", verdict.evidence.size() - kMostCited);
  auto text = fmt::format(
      "<section class=\"verdict {0}\" aria-label=\"Verdict\"><p class=\"{0}\"><span "
      "class=\"badge\">{1}</span> {0}</p><p class=\"headline\">{2}</p>\n<dl>\n",
      word(verdict.outcome()), html_text(verdict.id), html_text(verdict.headline));
  text += part("layer", std::string(word(verdict.layer)));
  text += part("to blame", html_text(verdict.blame));
  text += part("how sure", std::string(word(verdict.confidence)));
  text +=
      part("could also be", html_text(fmt::format("{}", fmt::join(verdict.alternatives, ", "))));
  text += part("seen in", seen.empty() ? seen : "<ol>" + seen + "</ol>");
  text += part("next", list_html(verdict.next));
  text += part("what to do", html_text(verdict.remedy));
  return text + "</dl>\n</section>\n";
}

std::string table_html(const Diagnosis& diagnosis,
                       const std::map<std::string, std::string>& drawn) {
  if (diagnosis.verdicts.size() < 2) return {};
  std::string text = fmt::format(
      "<h2>All {} connections</h2>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" "
      "aria-label=\"All connections\"><table><thead><tr><th scope=\"col\">connection</th><th "
      "scope=\"col\">verdict</th><th scope=\"col\">what happened</th></tr></thead><tbody>\n",
      diagnosis.verdicts.size());
  for (std::size_t i = 0; i < std::min(diagnosis.verdicts.size(), kMostVerdicts); ++i) {
    const auto& verdict = diagnosis.verdicts[i];
    const auto found = drawn.find(verdict.connection);
    const auto name = html_text(verdict.connection);
    constexpr std::array<std::string_view, 3> kClasses{"right", "wrong", "ambiguous"};
    text += fmt::format(
        "<tr><td>{}</td><td class=\"{}\">{}</td><td>{}</td></tr>\n",
        found == drawn.end() ? name : fmt::format("<a href=\"#{}\">{}</a>", found->second, name),
        kClasses[static_cast<std::size_t>(verdict.outcome())], html_text(verdict.id),
        html_text(verdict.headline));
  }
  text += "</tbody></table></div>\n";
  if (diagnosis.verdicts.size() > kMostVerdicts)
    text += fmt::format(
        "<p>and {} more: <code>misproxy diagnose --format json</code> tells of "
        "all</p>\n",
        diagnosis.verdicts.size() - kMostVerdicts);
  return text;
}

std::string remarks_html(const Diagnosis& diagnosis) {
  if (diagnosis.remarks.empty()) return {};
  return "<h2>On the evidence</h2>\n" + list_html(diagnosis.remarks) + "\n";
}

bool is_of_incident(const Diagnosis& diagnosis, const Ladder& ladder) {
  const auto title = diagnose::shown(ladder.title);
  if (title == diagnosis.incident.connection) return true;
  return std::ranges::any_of(diagnosis.verdicts, [&](const Verdict& verdict) {
    return verdict.connection == title && verdict.outcome() != Outcome::works;
  });
}

}  // namespace

std::string case_page(const std::string& title, const Diagnosis& diagnosis, Drawing drawing,
                      const std::vector<diagnose::Exhibit>& exhibits) {
  const Places places(drawing, diagnosis, exhibits);
  auto body = fmt::format("<main>\n<h1>{}</h1>\n{}", html_text(title),
                          verdict_html(diagnosis.incident, places));
  std::map<std::string, std::string> headings;
  std::string ladders;
  for (std::size_t i = 0; i < drawing.drawn.size(); ++i) {
    const auto& each = drawing.drawn[i];
    const auto prefix = fmt::format("c{}", i + 1);
    headings.emplace(diagnose::shown(each.ladder.title), prefix);
    ladders += fmt::format("<h2 id=\"{}\">{}</h2>\n<p class=\"quiet\">{}</p>\n{}", prefix,
                           html_text(each.ladder.title), html_text(each.ladder.file),
                           connection_html(each, prefix, is_of_incident(diagnosis, each.ladder)));
  }
  if (!ladders.empty()) body += "<h2>What happened</h2>\n" + ladder_key() + ladders;
  body += places.lines_html() + table_html(diagnosis, headings) + remarks_html(diagnosis);
  return whole_page(title + " - misproxy", body + "</main>\n");
}

}  // namespace misproxy::pictures
