#include <fmt/format.h>

#include "api/operation.hpp"

namespace misproxy::api {
namespace {

namespace json = boost::json;

constexpr std::string_view kToml = "application/toml";  // a body that is text
constexpr auto kSchemas = R"json({
  "Problem": {"type": "object", "description": "RFC 9457", "required": ["type", "title", "status", "detail"],
    "properties": {"type": {"type": "string"}, "title": {"type": "string"}, "status": {"type": "integer"},
      "detail": {"type": "string"},
      "diagnostics": {"type": "array", "items": {"$ref": "#/components/schemas/Diagnostic"}}}},
  "Diagnostic": {"type": "object", "required": ["severity", "line", "column", "message"],
    "properties": {"severity": {"enum": ["error", "warning"]}, "line": {"type": "integer"},
      "column": {"type": "integer"}, "message": {"type": "string"}, "hint": {"type": "string"}}},
  "Wish": {"type": "object", "additionalProperties": false,
    "description": "A scenario: the id of one that comes with misproxy, one as an object, or as TOML",
    "properties": {
      "scenario": {"oneOf": [{"type": "string"}, {"type": "object"}]},
      "toml": {"type": "string"},
      "id": {"type": "string", "pattern": "^[A-Za-z0-9._-]{1,64}$"},
      "seed": {"type": "integer", "minimum": 0, "default": 1},
      "port": {"type": "integer", "minimum": 0, "maximum": 65535, "default": 0},
      "capture": {"type": "boolean", "default": true}}},
  "Proxy": {"type": "object", "required": ["id", "scenario", "proxy_url", "ca", "faults", "seed"],
    "properties": {
      "id": {"type": "string"}, "scenario": {"type": "string"}, "title": {"type": "string"},
      "proxy": {"type": "string", "description": "HOST:PORT"}, "proxy_url": {"type": "string"},
      "url": {"type": "string", "description": "what the scenario's client asks for"},
      "ca": {"type": "string", "description": "the path of the CA certificate to trust"},
      "ca_pem": {"type": "string"}, "curl": {"type": "string"},
      "origins": {"type": "array", "items": {"type": "object", "properties": {
        "host": {"type": "string"}, "port": {"type": "integer"}, "listen": {"type": "string"}}}},
      "faults": {"type": "array", "items": {"$ref": "#/components/schemas/Fault"}},
      "seed": {"type": "integer"}, "plan": {"type": "string"}, "events": {"type": "integer"},
      "capture": {"type": "boolean"},
      "capture_lacks": {"type": ["string", "null"], "description": "why the capture is not whole"}}},
  "Proxies": {"type": "object", "required": ["proxies"],
    "properties": {"proxies": {"type": "array", "items": {"$ref": "#/components/schemas/Proxy"}}}},
  "Fault": {"type": "object", "required": ["id", "enabled"],
    "properties": {"id": {"type": "string"}, "enabled": {"type": "boolean"}}},
  "FaultChange": {"type": "object", "required": ["enabled"], "additionalProperties": false,
    "properties": {"enabled": {"type": "boolean"}}},
  "Scenarios": {"type": "object", "required": ["scenarios"],
    "properties": {"scenarios": {"type": "array", "items": {"type": "object", "properties": {
      "id": {"type": "string"}, "layer": {"type": "string"}, "title": {"type": "string"},
      "teaches": {"type": "string"}, "verdict": {"type": ["string", "null"]},
      "live": {"type": "boolean", "description": "it can be served"}}}}}},
  "Event": {"type": "object", "required": ["number", "event", "connection"],
    "description": "as a line of `--trace`, and its number",
    "properties": {"number": {"type": "integer"}, "event": {"type": "string"},
      "connection": {"type": "integer"}, "fault": {"type": "string"},
      "origin": {"enum": ["injected", "peer", "environment"]}}},
  "Events": {"type": "object", "required": ["events", "next", "forgotten"],
    "properties": {"events": {"type": "array", "items": {"$ref": "#/components/schemas/Event"}},
      "next": {"type": "integer", "description": "`after` for what comes behind"},
      "forgotten": {"type": "integer", "description": "the oldest, past a limit"}}},
  "Awaited": {"type": "object", "additionalProperties": false,
    "properties": {"event": {"type": "string"}, "fault": {"type": "string"}, "cause": {"type": "string"},
      "connection": {"type": "integer"}, "after": {"type": "integer", "default": 0},
      "count": {"type": "integer", "minimum": 1, "maximum": 1000, "default": 1},
      "timeout_ms": {"type": "integer", "minimum": 0, "maximum": 600000, "default": 10000}}},
  "Digest": {"type": "object", "required": ["digest"], "properties": {"digest": {"type": "string"}}},
  "Har": {"type": "object", "required": ["log"], "description": "HAR 1.2",
    "properties": {"log": {"type": "object", "required": ["version", "creator", "entries"], "properties": {
      "version": {"const": "1.2"}, "creator": {"type": "object"},
      "entries": {"type": "array", "items": {"type": "object"}}}}}},
  "Schema": {"type": "object", "description": "a JSON schema"},
  "Diagnostics": {"type": "object", "required": ["diagnostics"], "properties": {
    "diagnostics": {"type": "array", "items": {"$ref": "#/components/schemas/Diagnostic"}}}},
  "Verdict": {"type": "object", "required": ["id", "confidence", "alternatives", "headline", "healthy"],
    "properties": {"id": {"type": "string"}, "confidence": {"enum": ["certain", "likely", "ambiguous"]},
      "alternatives": {"type": "array", "items": {"type": "string"}}, "headline": {"type": "string"},
      "healthy": {"type": "boolean"}}}
})json";

json::object reference(std::string_view schema) {
  return {{"$ref", fmt::format("#/components/schemas/{}", schema)}};
}

json::object content(std::string_view type, std::string_view schema) {
  return {{type, json::object{{"schema", schema.empty() ? json::object{{"type", "string"}}
                                                        : reference(schema)}}}};
}

json::array parameters_of(const Operation& operation) {
  json::array all;
  std::string_view path = operation.path;
  for (std::size_t at = 0; (at = path.find('{', at)) != std::string_view::npos; ++at) {
    all.push_back(json::object{{"name", path.substr(at + 1, path.find('}', at) - at - 1)},
                               {"in", "path"},
                               {"required", true},
                               {"schema", json::object{{"type", "string"}}}});
  }
  for (const auto& parameter : operation.query) {
    all.push_back(json::object{{"name", parameter.name},
                               {"in", "query"},
                               {"description", parameter.about},
                               {"schema", json::object{{"type", parameter.type}}}});
  }
  return all;
}

json::object responses_of(const Operation& operation) {
  json::object all;
  for (const auto& answer : operation.answers) {
    json::object response{{"description", answer.about}};
    if (!answer.content_type.empty())
      response["content"] = content(answer.content_type, answer.schema);
    all[std::to_string(answer.status)] = std::move(response);
  }
  all["default"] = json::object{{"description", "what went wrong"},
                                {"content", content("application/problem+json", "Problem")}};
  return all;
}

}  // namespace

json::object openapi(std::string_view version) {
  json::object paths;
  for (const auto& operation : operations()) {
    json::object described{{"operationId", operation.id}, {"summary", operation.summary}};
    if (auto parameters = parameters_of(operation); !parameters.empty())
      described["parameters"] = std::move(parameters);
    if (!operation.body.empty()) {
      described["requestBody"] = json::object{
          {"required", true},
          {"content", operation.body == kToml ? content(kToml, "")
                                              : content("application/json", operation.body)}};
    }
    described["responses"] = responses_of(operation);
    std::string method(operation.method);
    for (auto& c : method)
      c = static_cast<char>(c | 0x20);
    auto& path = paths[operation.path];
    if (!path.is_object()) path = json::object{};
    path.as_object()[method] = std::move(described);
  }
  return {{"openapi", "3.1.0"},
          {"info", json::object{{"title", "misproxy"},
                                {"version", version},
                                {"description",
                                 "Proxies that misbehave on purpose, made and looked at by tests."},
                                {"license", json::object{{"name", "see misproxy"}}}}},
          {"servers", json::array{json::object{{"url", "/"}}}},
          {"security", json::array{json::object{}, json::object{{"token", json::array{}}}}},
          {"paths", std::move(paths)},
          {"components",
           json::object{
               {"schemas", json::parse(kSchemas)},
               {"securitySchemes",
                json::object{{"token", json::object{{"type", "http"}, {"scheme", "bearer"}}}}}}}};
}

}  // namespace misproxy::api
