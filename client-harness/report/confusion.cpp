#include "report/confusion.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <boost/json.hpp>

#include "report/html_text.hpp"
#include "report/verdict_text.hpp"

namespace misproxy {
namespace {

using Kind = ConfusionCell::Kind;

Kind kind_of(const RunResult& result) {
  const auto& named = *result.named;
  if (!named.names(result.injected)) return Kind::wrong;
  const bool right = named.id == result.injected && named.confidence != "ambiguous";
  return right ? Kind::right : Kind::ambiguous;
}

std::string_view word_of(Kind kind) {
  switch (kind) {
    case Kind::right:
      return "right";
    case Kind::ambiguous:
      return "ambiguous";
    case Kind::wrong:
      return "WRONG";
  }
  return "";
}

std::size_t runs_of(const std::vector<ConfusionCell>& cells, Kind kind) {
  std::size_t runs = 0;
  for (const auto& cell : cells) {
    if (cell.kind == kind) runs += cell.runs;
  }
  return runs;
}

}  // namespace

void Confusion::add(const RunResult& result) {
  if (!result.named || result.injected.empty()) return;
  const auto kind = kind_of(result);
  auto shown = verdict_text(result);
  auto& cell = cells_[{result.injected, shown, kind}];
  cell.kind = kind;
  cell.injected = result.injected;
  cell.named = result.named->id;
  cell.shown = std::move(shown);
  ++cell.runs;
  if (std::find(cell.scenarios.begin(), cell.scenarios.end(), result.scenario) ==
      cell.scenarios.end())
    cell.scenarios.push_back(result.scenario);
}

std::vector<ConfusionCell> Confusion::cells() const {
  std::vector<ConfusionCell> sorted;
  for (const auto& [key, cell] : cells_)
    sorted.push_back(cell);
  return sorted;
}

std::string confusion_text(const std::vector<ConfusionCell>& cells) {
  std::size_t width = 28;
  for (const auto& cell : cells)
    width = std::max(width, cell.shown.size());
  const auto line = [&](const auto&... parts) {
    return fmt::format("{:<28} {:<{}} {:>5}  {:<9}  {}\n", parts...);
  };
  auto text = line("injected", "named", width, "runs", "", "scenarios");
  for (const auto& cell : cells)
    text += line(cell.injected, cell.shown, width, cell.runs, word_of(cell.kind),
                 fmt::format("{}", fmt::join(cell.scenarios, " ")));
  return text + fmt::format(
                    "{} named right, {} ambiguous with the truth among what is named, "
                    "{} wrong\n",
                    runs_of(cells, Kind::right), runs_of(cells, Kind::ambiguous),
                    runs_of(cells, Kind::wrong));
}

std::string confusion_html(const std::vector<ConfusionCell>& cells) {
  std::string text =
      "<main><h1>What was injected against what was named</h1>\n"
      "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"The "
      "matrix\"><table><thead>"
      "<tr><th scope=\"col\">injected</th><th scope=\"col\">named</th><th scope=\"col\">runs</th>"
      "<th scope=\"col\">judged</th><th scope=\"col\">scenarios</th></tr></thead><tbody>\n";
  for (const auto& cell : cells) {
    const auto kind = cell.kind == Kind::wrong ? "wrong" : word_of(cell.kind);
    text += fmt::format(
        "<tr><td>{0}</td><td class=\"{1}\">{2}</td><td class=\"number\">{3}</td><td "
        "class=\"{1}\">{1}</td><td>{4}</td></tr>\n",
        html_text(cell.injected), kind, html_text(cell.shown), cell.runs,
        html_text(fmt::format("{}", fmt::join(cell.scenarios, " "))));
  }
  return text + fmt::format(
                    "</tbody></table></div>\n<p>{} named right, {} ambiguous with the truth among "
                    "what is named, {} wrong</p></main>\n",
                    runs_of(cells, Kind::right), runs_of(cells, Kind::ambiguous),
                    runs_of(cells, Kind::wrong));
}

std::string confusion_json(const std::vector<ConfusionCell>& cells) {
  std::string text;
  for (const auto& cell : cells) {
    boost::json::object object{{"injected", cell.injected},
                               {"named", cell.named},
                               {"shown", cell.shown},
                               {"kind", cell.kind == Kind::wrong ? "wrong" : word_of(cell.kind)},
                               {"runs", cell.runs}};
    object["scenarios"] = boost::json::array(cell.scenarios.begin(), cell.scenarios.end());
    text += boost::json::serialize(object) + "\n";
  }
  return text;
}

}  // namespace misproxy
