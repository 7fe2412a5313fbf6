#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/utf8.hpp"
#include "report/matrix.hpp"
#include "report/matrix_lies.hpp"

namespace misproxy {
namespace {

/// What would end a cell of a table.
std::string cell(std::string text) {
  text = visible(text);
  for (std::size_t at = 0; (at = text.find('|', at)) != std::string::npos; at += 2)
    text.insert(at, 1, '\\');
  return text;
}

std::string clients_text(const Matrix& matrix) {
  std::string text =
      "## Clients\n\n| client | version | Debian's packages |\n| --- | --- | --- |\n";
  for (const auto& client : matrix.clients) {
    text += fmt::format("| {} | {} | {} |\n", client.name,
                        client.version.empty() ? "skipped: not here" : cell(client.version),
                        client.package);
  }
  return text;
}

std::string liars_text(const Matrix& matrix) {
  std::string text = "\n## Which clients lie\n\n";
  const auto liars = liars_of(matrix);
  if (liars.empty()) return text + "None did.\n";
  for (const auto& [lie, clients] : liars) {
    text += fmt::format("**{}**: they {}.\n\n", word(lie), sentence(lie));
    for (const auto& [client, scenarios] : clients)
      text += fmt::format("- {}: {}\n", client, fmt::join(scenarios, ", "));
    text += "\n";
  }
  return text;
}

}  // namespace

std::string matrix_markdown(const Matrix& matrix) {
  auto text = fmt::format(
      "# What real clients make of each scenario\n\nmisproxy {} on {}. A client is `hung` that had "
      "not ended after {} s; `!` stands where it does not tell the truth; an empty cell is what "
      "the client cannot do, or is not here.\n\n",
      matrix.misproxy, cell(matrix.system), matrix.limit_s);
  text += clients_text(matrix) + liars_text(matrix) + "\n## All\n\n| scenario |";
  std::string rule = "\n| --- |";
  for (const auto& client : matrix.clients) {
    if (client.version.empty()) continue;
    text += fmt::format(" {} |", client.name);
    rule += " --- |";
  }
  text += rule + "\n";
  for (const auto& row : matrix.rows) {
    text += fmt::format("| {} |", cell(row.id));
    for (const auto& client : matrix.clients) {
      if (client.version.empty()) continue;
      const auto* found = matrix.find(row.id, client.name);
      text += fmt::format(" {} |", found == nullptr ? "" : short_text(found->record));
    }
    text += "\n";
  }
  return text;
}

}  // namespace misproxy
