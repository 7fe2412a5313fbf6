#include "api/json_scenario.hpp"

#include <fmt/format.h>

#include <iterator>

namespace misproxy::api {
namespace {

namespace json = boost::json;

/// A basic string has JSON's escapes, and every character that it may not hold as it is has one.
std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += {'\\', c};
    } else if (byte < 0x20 || byte == 0x7f) {
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", byte);
    } else {
      out += c;
    }
  }
  return out + '"';
}

bool add(std::string& out, const json::value& value);

bool add_members(std::string& out, const json::object& object) {
  const char* between = "";
  for (const auto& [key, value] : object) {
    out += std::exchange(between, ", ") + quoted(key) + " = ";
    if (!add(out, value)) return false;
  }
  return true;
}

bool add(std::string& out, const json::value& value) {
  if (value.is_null()) return false;
  if (const auto* text = value.if_string()) {
    out += quoted(*text);
  } else if (const auto* object = value.if_object()) {
    out += "{ ";
    if (!add_members(out, *object)) return false;
    out += " }";
  } else if (const auto* array = value.if_array()) {
    out += "[";
    const char* between = "";
    for (const auto& each : *array) {
      out += std::exchange(between, ", ");
      if (!add(out, each)) return false;
    }
    out += "]";
  } else if (const auto* number = value.if_double()) {
    fmt::format_to(std::back_inserter(out), "{:#}", *number);  // with a point: TOML tells by it
  } else {
    out += json::serialize(value);
  }
  return true;
}

}  // namespace

std::optional<std::string> toml_of(const json::object& scenario) {
  std::string out;
  for (const auto& [key, value] : scenario) {
    out += quoted(key) + " = ";
    if (!add(out, value)) return std::nullopt;
    out += '\n';
  }
  return out;
}

}  // namespace misproxy::api
