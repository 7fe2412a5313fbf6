#include "trace/json_line.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <stdexcept>

#include "core/utf8.hpp"

namespace misproxy {
namespace {

namespace json = boost::json;

/// A line that is not what it should be; caught at the door of this file.
struct Unusable : std::runtime_error {
  using std::runtime_error::runtime_error;
};

constexpr std::array<std::string_view, 10> kReserved{"scenario", "connection", "seq",    "seen_by",
                                                     "point",    "party",      "origin", "event",
                                                     "fault",    "measured"};

bool is_reserved(std::string_view key) {
  for (const auto reserved : kReserved) {
    if (key == reserved) return true;
  }
  return false;
}

json::value as_json(const TraceValue& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return json::value(as_utf8(*text));
  return json::value(std::get<std::int64_t>(value));
}

std::optional<TraceValue> as_trace_value(const json::value& value) {
  if (const auto* number = value.if_int64()) return TraceValue{*number};
  if (const auto* text = value.if_string()) return TraceValue{std::string(*text)};
  return std::nullopt;
}

TraceFields read_fields(const json::object& object, bool skip_reserved) {
  TraceFields fields;
  for (const auto& [key, value] : object) {
    if (skip_reserved && is_reserved(key)) continue;
    auto read = as_trace_value(value);
    if (!read)
      throw Unusable(
          fmt::format("`{}` is neither a whole number nor a string", std::string_view(key)));
    fields.emplace_back(std::string(key), std::move(*read));
  }
  return fields;
}

const json::value& member(const json::object& object, std::string_view key) {
  const auto* found = object.if_contains(key);
  if (found == nullptr) throw Unusable(fmt::format("`{}` is missing", key));
  return *found;
}

std::string text_member(const json::object& object, std::string_view key) {
  const auto* text = member(object, key).if_string();
  if (text == nullptr) throw Unusable(fmt::format("`{}` is not a string", key));
  return std::string(*text);
}

std::int64_t count_member(const json::object& object, std::string_view key) {
  const auto* number = member(object, key).if_int64();
  if (number == nullptr || *number < 0) throw Unusable(fmt::format("`{}` is not a count", key));
  return *number;
}

template <WordEnum Enum>
Enum word_member(const json::object& object, std::string_view key) {
  const auto text = text_member(object, key);
  const auto value = parse_word<Enum>(text);
  if (!value) throw Unusable(fmt::format("`{}` cannot be `{}`", key, text));
  return *value;
}

TraceLine read_line(const json::object& object) {
  TraceLine line;
  line.scenario = text_member(object, "scenario");
  line.connection = count_member(object, "connection");
  line.seq = count_member(object, "seq");
  line.seen_by = word_member<Party>(object, "seen_by");
  line.event.point = word_member<Point>(object, "point");
  line.event.party = word_member<Party>(object, "party");
  line.event.cause = word_member<Cause>(object, "origin");
  line.event.name = text_member(object, "event");
  if (object.contains("fault")) line.event.fault = text_member(object, "fault");
  line.event.fields = read_fields(object, true);
  const auto* measured = member(object, "measured").if_object();
  if (measured == nullptr) throw Unusable("`measured` is not an object");
  line.t_us = count_member(*measured, "t_us");
  line.event.measured = read_fields(*measured, false);
  std::erase_if(line.event.measured, [](const auto& field) { return field.first == "t_us"; });
  return line;
}

}  // namespace

json::object to_json(const TraceLine& line) {
  json::object object;
  object["scenario"] = line.scenario;
  object["connection"] = line.connection;
  object["seq"] = line.seq;
  object["seen_by"] = word(line.seen_by);
  object["point"] = word(line.event.point);
  object["party"] = word(line.event.party);
  object["origin"] = word(line.event.cause);
  object["event"] = line.event.name;
  if (!line.event.fault.empty()) object["fault"] = line.event.fault;
  for (const auto& [key, value] : line.event.fields)
    object[key] = as_json(value);
  json::object measured;
  measured["t_us"] = line.t_us;
  for (const auto& [key, value] : line.event.measured)
    measured[key] = as_json(value);
  object["measured"] = std::move(measured);
  return object;
}

std::string to_json_line(const TraceLine& line) { return json::serialize(to_json(line)); }

std::string to_json_lines(const std::vector<TraceLine>& trace) {
  std::string text;
  for (const auto& line : trace)
    text += to_json_line(line) + "\n";
  return text;
}

std::variant<TraceLine, std::string> parse_json_line(std::string_view text) {
  boost::system::error_code error;
  const auto value = json::parse(text, error);
  if (error) return fmt::format("not JSON: {}", error.message());
  const auto* object = value.if_object();
  if (object == nullptr) return std::string("not a JSON object");
  try {
    return read_line(*object);
  } catch (const Unusable& why) {
    return std::string(why.what());
  }
}

}  // namespace misproxy
