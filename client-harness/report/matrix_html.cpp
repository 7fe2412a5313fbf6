#include <fmt/format.h>
#include <fmt/ranges.h>

#include "report/html_text.hpp"
#include "report/matrix.hpp"
#include "report/matrix_lies.hpp"

namespace misproxy {
namespace {

constexpr std::string_view kStyle =
    R"(<style>
body{font:14px/1.4 system-ui,sans-serif;margin:1.5em}
table{border-collapse:collapse}
th,td{border:1px solid #ccc;padding:2px 6px;text-align:left;white-space:nowrap}
thead th{position:sticky;top:0;background:#fff}
tbody th{position:sticky;left:0;background:#fff;font-weight:normal}
.success{background:#c8e6c9}.http-error{background:#fff3c4}.failed{background:#d6e4f5}
.hung{background:#d9d9d9}.proxy-bypassed{background:#e1c8ec}.lie{outline:3px solid #c62828;outline-offset:-3px}
td a{color:#333}
</style>
)";

std::string tooltip(const ClientRecord& record) {
  std::string lies;
  for (const auto lie : record.lies)
    lies += fmt::format("; {}", word(lie));
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(record.took).count();
  return html_text(fmt::format("{} in {}, exit {}, {} bytes, {} ms{}: {}", word(record.ending),
                               word(record.phase), record.exit,
                               record.bytes ? fmt::to_string(*record.bytes) : "untold", took, lies,
                               record.message));
}

std::string cell_text(const Matrix::Cell* cell) {
  if (cell == nullptr) return "<td></td>";
  const auto& record = cell->record;
  auto text = html_text(short_text(record));
  if (!cell->log.empty()) text = fmt::format("<a href=\"{}\">{}</a>", html_text(cell->log), text);
  if (!cell->trace.empty())
    text += fmt::format(" <a href=\"{}\" title=\"the trace\">t</a>", html_text(cell->trace));
  return fmt::format("<td class=\"{}{}\" title=\"{}\">{}</td>", word(record.ending),
                     record.lies.empty() ? "" : " lie", tooltip(record), text);
}

std::string liars_text(const Matrix& matrix) {
  std::string text = "<h2>Which clients lie</h2>\n";
  for (const auto& [lie, clients] : liars_of(matrix)) {
    text += fmt::format("<p><b>{}</b>: they {}.</p>\n<ul>\n", word(lie), sentence(lie));
    for (const auto& [client, scenarios] : clients)
      text += fmt::format("<li>{}: {}</li>\n", html_text(client),
                          html_text(fmt::format("{}", fmt::join(scenarios, ", "))));
    text += "</ul>\n";
  }
  return text;
}

std::string key_text() {
  std::string text = "<p>";
  for (const auto ending : WordsOf<ClientRecord::Ending>::words)
    text += fmt::format("<span class=\"{0}\">&nbsp;{0}&nbsp;</span> ", ending);
  return text + "<span class=\"lie\">&nbsp;does not tell the truth&nbsp;</span></p>\n";
}

}  // namespace

std::string matrix_html(const Matrix& matrix) {
  auto text = fmt::format(
      "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>misproxy: real clients"
      "</title>\n{}<h1>What real clients make of each scenario</h1>\n<p>misproxy {} on {}. Hung: "
      "not "
      "ended after {} s. A cell links to the client's log, its t to the trace.</p>\n{}",
      kStyle, html_text(matrix.misproxy), html_text(matrix.system), matrix.limit_s, key_text());
  text += liars_text(matrix) + "<h2>All</h2>\n<table><thead><tr><th>scenario</th>";
  for (const auto& client : matrix.clients) {
    if (client.version.empty()) continue;
    text += fmt::format("<th>{}<br><small>{}</small></th>", html_text(client.name),
                        html_text(client.version));
  }
  text += "</tr></thead><tbody>\n";
  for (const auto& row : matrix.rows) {
    text += fmt::format("<tr><th title=\"{}\">{}</th>", html_text(row.title), html_text(row.id));
    for (const auto& client : matrix.clients) {
      if (!client.version.empty()) text += cell_text(matrix.find(row.id, client.name));
    }
    text += "</tr>\n";
  }
  text += "</tbody></table>\n";
  for (const auto& client : matrix.clients) {
    if (client.version.empty())
      text += fmt::format("<p>Skipped: {} is not here (Debian: {}).</p>\n", html_text(client.name),
                          html_text(client.package));
  }
  return text + "</html>\n";
}

}  // namespace misproxy
