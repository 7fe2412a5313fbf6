#include "report/matrix.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace misproxy {

using Ending = ClientRecord::Ending;

const Matrix::Cell* Matrix::find(std::string_view scenario, std::string_view client) const {
  const auto found = std::find_if(cells.begin(), cells.end(), [&](const Cell& cell) {
    return cell.scenario == scenario && cell.record.client == client;
  });
  return found == cells.end() ? nullptr : &*found;
}

std::string short_text(const ClientRecord& record) {
  std::string text;
  switch (record.ending) {
    case Ending::success:
      text = record.status ? fmt::format("ok {}", *record.status) : "ok";
      break;
    case Ending::http_error:
      text = fmt::to_string(record.status.value_or(0));
      break;
    case Ending::failed:
      text = fmt::format("failed {}", record.exit);
      break;
    case Ending::hung:
    case Ending::proxy_bypassed:
      text = word(record.ending);
      break;
  }
  return text + (record.lies.empty() ? "" : " !");
}

namespace {

std::string lies_text(const ClientRecord& record) {
  std::vector<std::string_view> words;
  for (const auto lie : record.lies)
    words.push_back(word(lie));
  return words.empty() ? "no lie" : fmt::format("{}", fmt::join(words, ", "));
}

std::string cell_text(const ClientRecord& record) {
  return fmt::format("{} in {}, status {}, exit {}, {}", word(record.ending), word(record.phase),
                     record.status ? fmt::to_string(*record.status) : "untold", record.exit,
                     lies_text(record));
}

void compare_clients(const Matrix& before, const Matrix& after, std::vector<std::string>& said) {
  for (const auto& now : after.clients) {
    const auto was = std::find_if(before.clients.begin(), before.clients.end(),
                                  [&](const auto& each) { return each.name == now.name; });
    if (was == before.clients.end()) {
      said.push_back(fmt::format("client {}: new", now.name));
      continue;
    }
    if (was->version == now.version) continue;
    said.push_back(fmt::format("client {}: version {}, was {}", now.name,
                               now.version.empty() ? "none" : now.version,
                               was->version.empty() ? "none" : was->version));
  }
}

void compare_rows(const Matrix& before, const Matrix& after, std::vector<std::string>& said) {
  for (const auto& now : after.rows) {
    const auto was = std::find_if(before.rows.begin(), before.rows.end(),
                                  [&](const auto& each) { return each.id == now.id; });
    if (was == before.rows.end()) {
      said.push_back(fmt::format("scenario {}: new", now.id));
    } else if (was->digest != now.digest) {
      said.push_back(fmt::format("scenario {}: its text has changed", now.id));
    }
  }
}

}  // namespace

std::vector<std::string> changes(const Matrix& before, const Matrix& after) {
  std::vector<std::string> said;
  compare_clients(before, after, said);
  compare_rows(before, after, said);
  for (const auto& cell : after.cells) {
    const auto* was = before.find(cell.scenario, cell.record.client);
    if (was == nullptr) continue;
    const auto before_text = cell_text(was->record);
    const auto after_text = cell_text(cell.record);
    if (before_text == after_text) continue;
    said.push_back(fmt::format("{} with {}: {}; was {}", cell.scenario, cell.record.client,
                               after_text, before_text));
  }
  return said;
}

}  // namespace misproxy
