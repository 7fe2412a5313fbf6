#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "report/client_record.hpp"

namespace misproxy {

/// What every real client made of every scenario. `digest` is that of the scenario's text, by which
/// a later matrix knows that it has changed; `log` and `trace` are paths beside the page.
struct Matrix {
  struct Client {
    std::string name;
    std::string version;  // empty: it is not there
    std::string package;
  };
  struct Row {
    std::string id;
    std::string layer;
    std::string title;
    std::string digest;
  };
  struct Cell {
    std::string scenario;
    ClientRecord record;
    std::string log;
    std::string trace;
  };

  std::string misproxy;
  std::string system;
  std::int64_t limit_s = 0;  // past which a client counts as hung
  std::vector<Client> clients;
  std::vector<Row> rows;
  std::vector<Cell> cells;

  const Cell* find(std::string_view scenario, std::string_view client) const;
};

/// What a cell says in a few characters: `ok 200`, `403`, `failed 56`, `hung`, with `!` behind it
/// where the client does not tell the truth.
std::string short_text(const ClientRecord& record);

std::string matrix_json(const Matrix& matrix);
std::string matrix_markdown(const Matrix& matrix);
/// One page that needs nothing beside it but the logs and traces that it links to.
std::string matrix_html(const Matrix& matrix);

/// Reads what `matrix_json` has written; a sentence where it is something else.
std::variant<Matrix, std::string> read_matrix(std::string_view text);

/// What has changed, a sentence each: clients' versions, scenarios, and what became of the cells
/// that both have. Times and messages may differ.
std::vector<std::string> changes(const Matrix& before, const Matrix& after);

}  // namespace misproxy
