#include "scenario/json_schema.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/overloaded.hpp"
#include "scenario/scenario.hpp"

namespace misproxy {
namespace {

namespace json = boost::json;
using Kind = KeyDescription::Kind;

json::array list_of(const std::vector<std::string_view>& words) {
  return json::array(words.begin(), words.end());
}

json::object whole_number(Range range) {
  json::object schema{{"type", "integer"}, {"minimum", range.least}};
  if (range.most != Range{}.most) schema["maximum"] = range.most;
  return schema;
}

/// `"2..4"`, `"5.."`: what NumberSet::parse takes, but for ranges that end before they begin.
json::object number_set(Range range) {
  const auto* first = range.least == 1 ? "0*[1-9][0-9]*" : "[0-9]+";
  json::array one{
      whole_number(range),
      json::object{{"type", "string"}, {"pattern", fmt::format("^{}(\\.\\.([0-9]+)?)?$", first)}}};
  const json::object all{
      {"type", "array"}, {"items", json::object{{"anyOf", one}}}, {"minItems", 1}};
  one.emplace_back(all);
  return {{"anyOf", std::move(one)}};
}

/// A table that holds one of several, by its word.
json::object choice(const std::vector<TableDescription>& tables) {
  json::object words;
  for (const auto& table : tables)
    words[table.word] = schema_of(table);
  return {{"type", "object"},
          {"properties", std::move(words)},
          {"additionalProperties", false},
          {"minProperties", 1},
          {"maxProperties", 1}};
}

json::object words_schema(const KeyDescription& key) {
  json::object schema{{"type", "string"}, {"enum", list_of(key.words)}};
  if (!key.sentences.empty()) {  // Taplo's own: what it shows beside each word
    schema["x-taplo"] =
        json::object{{"docs", json::object{{"enumValues", list_of(key.sentences)}}}};
  }
  return schema;
}

json::object kind_of(const KeyDescription& key) {
  switch (key.kind) {
    case Kind::text:
      return {{"type", "string"}};
    case Kind::number:
      return whole_number(key.range);
    case Kind::share:
      return {{"type", "number"}, {"exclusiveMinimum", 0}, {"maximum", 1}};
    case Kind::truth:
      return {{"type", "boolean"}};
    case Kind::word:
      return words_schema(key);
    case Kind::numbers:
      return number_set(key.range);
    case Kind::texts:
      return {{"type", "array"}, {"items", json::object{{"type", "string"}}}};
    case Kind::table:
      return schema_of(key.tables.front());
    case Kind::tables:
      return {{"type", "array"}, {"items", schema_of(key.tables.front())}};
    case Kind::one_of:
      return choice(key.tables);
  }
  return {};
}

void add_default(json::object& schema, const KeyDescription::Default& standard) {
  std::visit(Overloaded{[](std::monostate) {},
                        [&](const auto& value) { schema["default"] = json::value_from(value); }},
             standard);
}

}  // namespace

json::object schema_of(const KeyDescription& key) {
  auto schema = kind_of(key);
  if (!key.helps.empty()) schema["description"] = fmt::format("{}", fmt::join(key.helps, "; "));
  add_default(schema, key.standard);
  return schema;
}

json::object schema_of(const TableDescription& table) {
  json::object properties;
  json::array required;
  json::array either;
  for (const auto& key : table.keys) {
    properties[key.key] = schema_of(key);
    if (key.required) required.emplace_back(key.key);
    if (key.unless.empty()) continue;
    json::array one;
    auto names = key.unless;
    names.push_back(key.key);
    for (const auto& name : names)
      one.push_back(json::object{{"required", json::array{name}}});
    either.push_back(json::object{{"anyOf", std::move(one)}});
  }
  json::object schema{
      {"type", "object"}, {"properties", std::move(properties)}, {"additionalProperties", false}};
  if (!table.help.empty()) schema["description"] = table.help;
  if (!required.empty()) schema["required"] = std::move(required);
  if (!either.empty()) schema["allOf"] = std::move(either);
  return schema;
}

json::object scenario_schema() {
  json::object schema{{"$schema", "http://json-schema.org/draft-07/schema#"},
                      {"$id", fmt::format("urn:misproxy:scenario:{}", Scenario::kSchema)},
                      {"title", "A scenario of misproxy"}};
  for (auto& [key, value] : schema_of(describe<Scenario>()))
    schema[key] = value;
  return schema;
}

}  // namespace misproxy
