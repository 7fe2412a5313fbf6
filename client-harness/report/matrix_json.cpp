#include <fmt/format.h>

#include <boost/json.hpp>

#include "core/utf8.hpp"
#include "report/json_members.hpp"
#include "report/matrix.hpp"
#include "report/record_json.hpp"

namespace misproxy {
namespace {

namespace json = boost::json;

constexpr std::string_view kForm = "misproxy-matrix-1";

json::object object_of(const Matrix::Client& client) {
  return {{"client", client.name},
          {"version", client.version.empty() ? json::value(nullptr) : json::value(client.version)},
          {"debian", client.package}};
}

json::object object_of(const Matrix::Row& row) {
  return {{"scenario", row.id},
          {"layer", row.layer},
          {"title", as_utf8(row.title)},
          {"sha256", row.digest}};
}

json::object object_of(const Matrix::Cell& cell) {
  json::object object{{"scenario", cell.scenario}};
  for (auto& [key, value] : record_json(cell.record))
    object[key] = value;
  if (!cell.log.empty()) object["log"] = cell.log;
  if (!cell.trace.empty()) object["trace"] = cell.trace;
  return object;
}

/// One object a line, so that two of them can be compared line by line.
template <class Each>
std::string lines(const std::vector<Each>& all) {
  std::string text;
  for (const auto& each : all)
    text += fmt::format("{}{}", text.empty() ? "\n" : ",\n", json::serialize(object_of(each)));
  return text + "\n";
}

Matrix::Cell read_cell(const json::object& object) {
  Matrix::Cell cell;
  cell.scenario = text_of(object, "scenario");
  cell.record = read_record(object);
  return cell;
}

template <class Read>
void each_object(const json::object& whole, std::string_view key, const Read& read) {
  const auto* array = whole.if_contains(key);
  if (array == nullptr || !array->is_array()) return;
  for (const auto& value : array->as_array()) {
    if (value.is_object()) read(value.as_object());
  }
}

}  // namespace

std::string matrix_json(const Matrix& matrix) {
  return fmt::format(
      "{{\"form\":\"{}\",\"misproxy\":{},\"system\":{},\"limit_s\":{},\n\"clients\":[{}],\n"
      "\"scenarios\":[{}],\n\"cells\":[{}]}}\n",
      kForm, json::serialize(json::value(matrix.misproxy)),
      json::serialize(json::value(as_utf8(matrix.system))), matrix.limit_s, lines(matrix.clients),
      lines(matrix.rows), lines(matrix.cells));
}

std::variant<Matrix, std::string> read_matrix(std::string_view text) {
  boost::system::error_code error;
  const auto value = json::parse(text, error);
  if (error) return fmt::format("it is no JSON: {}", error.message());
  if (!value.is_object() || text_of(value.as_object(), "form") != kForm)
    return fmt::format("it is no JSON of `misproxy matrix`: that begins with \"form\":\"{}\"",
                       kForm);
  const auto& whole = value.as_object();
  Matrix matrix;
  matrix.misproxy = text_of(whole, "misproxy");
  matrix.system = text_of(whole, "system");
  matrix.limit_s = number_of(whole, "limit_s").value_or(0);
  each_object(whole, "clients", [&](const json::object& each) {
    matrix.clients.push_back(
        {text_of(each, "client"), text_of(each, "version"), text_of(each, "debian")});
  });
  each_object(whole, "scenarios", [&](const json::object& each) {
    matrix.rows.push_back({text_of(each, "scenario"), text_of(each, "layer"),
                           text_of(each, "title"), text_of(each, "sha256")});
  });
  each_object(whole, "cells",
              [&](const json::object& each) { matrix.cells.push_back(read_cell(each)); });
  return matrix;
}

}  // namespace misproxy
