#include <fmt/format.h>

#include <boost/json.hpp>

#include "core/utf8.hpp"
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

std::string text_of(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
}

std::optional<std::int64_t> number_of(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  boost::system::error_code error;
  if (value == nullptr || !value->is_number()) return std::nullopt;
  const auto number = value->to_number<std::int64_t>(error);
  return error ? std::nullopt : std::optional(number);
}

/// The enumerator of that word; nothing where there is none.
template <class Enum>
std::optional<Enum> meant(std::string_view text) {
  const auto& words = WordsOf<Enum>::words;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i] == text) return static_cast<Enum>(i);
  }
  return std::nullopt;
}

Matrix::Cell read_cell(const json::object& object) {
  Matrix::Cell cell;
  auto& record = cell.record;
  cell.scenario = text_of(object, "scenario");
  record.client = text_of(object, "client");
  record.version = text_of(object, "version");
  record.ending = meant<ClientRecord::Ending>(text_of(object, "outcome"))
                      .value_or(ClientRecord::Ending::failed);
  record.phase = meant<ClientPhase>(text_of(object, "phase")).value_or(ClientPhase::connect);
  record.status = number_of(object, "status");
  record.exit = static_cast<int>(number_of(object, "exit").value_or(0));
  record.message = text_of(object, "message");
  if (const auto bytes = number_of(object, "bytes"); bytes && *bytes >= 0)
    record.bytes = static_cast<std::uint64_t>(*bytes);
  record.took = std::chrono::milliseconds{number_of(object, "time_ms").value_or(0)};
  if (const auto* lies = object.if_contains("lies"); lies != nullptr && lies->is_array()) {
    for (const auto& each : lies->as_array()) {
      if (!each.is_string()) continue;
      if (const auto lie = meant<ClientRecord::Lie>(std::string_view(each.as_string())))
        record.lies.push_back(*lie);
    }
  }
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
