#include "trace/normal_form.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <utility>

#include "core/glob.hpp"
#include "core/sha256.hpp"

namespace misproxy {
namespace {

/// How a connection is named: (scenario, host, attempt), ordered so that attempt 10 follows 9.
/// `counted`: the attempt by the trace.
struct ConnectionName {
  std::string scenario;
  std::string host = "-";
  std::int64_t attempt = 0;
  std::int64_t counted = 0;
  auto operator<=>(const ConnectionName&) const = default;
};

using Connection = std::pair<ConnectionName, std::vector<const TraceLine*>>;

std::string text_of(const TraceValue& value) {
  return std::visit([](const auto& v) { return fmt::format("{}", v); }, value);
}

/// A backslash, or the line's own separators, must not let two different lines look the same.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || c == '\\' || c == '=' || c == ' ') {
      fmt::format_to(std::back_inserter(out), "\\x{:02x}", byte);
    } else {
      out += c;
    }
  }
  return out;
}

/// `name`: the connection's, whose attempt stands for the number that it had.
std::string event_text(const TraceLine& line, const ConnectionName& name) {
  const auto& event = line.event;
  std::string text = fmt::format("{} {} {} {} {}", word(line.seen_by), word(event.point),
                                 word(event.party), word(event.cause), escaped(event.name));
  if (!event.fault.empty())
    fmt::format_to(std::back_inserter(text), " fault={}", escaped(event.fault));
  auto fields = event.fields;
  std::sort(fields.begin(), fields.end());
  for (const auto& [key, value] : fields) {
    const bool is_name = key == "attempt" && value == TraceValue(name.counted);
    fmt::format_to(std::back_inserter(text), " {}={}", escaped(key),
                   escaped(is_name ? text_of(name.attempt) : text_of(value)));
  }
  return text;
}

ConnectionName name_of(const std::vector<const TraceLine*>& events) {
  ConnectionName name{events.front()->scenario};
  for (const auto* line : events) {
    const auto* host = line->find("host");
    const auto* attempt = line->find("attempt");
    if (host == nullptr || attempt == nullptr) continue;
    name.host = text_of(*host);
    if (const auto* number = std::get_if<std::int64_t>(attempt)) name.attempt = *number;
    break;
  }
  name.counted = name.attempt;
  return name;
}

/// Numbers the connections to a host from 1 on, as they were counted. Where connections have more
/// than one request each, which numbers are a first one's is the machine's mood, and their order
/// is not.
void number(std::vector<Connection>& connections) {
  const ConnectionName* before = nullptr;
  for (auto& [name, events] : connections) {
    if (name.counted == 0) continue;
    const bool same_host =
        before != nullptr && before->scenario == name.scenario && before->host == name.host;
    const bool again = same_host && before->counted == name.counted;
    name.attempt = same_host ? before->attempt + (again ? 0 : 1) : 1;
    before = &name;
  }
}

}  // namespace

std::vector<std::string> normal_form(const std::vector<TraceLine>& lines) {
  std::map<std::pair<std::string, std::int64_t>, std::vector<const TraceLine*>> connections;
  for (const auto& line : lines)
    connections[{line.scenario, line.connection}].push_back(&line);

  std::vector<Connection> named;
  for (auto& [key, events] : connections) {
    std::stable_sort(events.begin(), events.end(), [](const auto* a, const auto* b) {
      return std::pair(a->seen_by, a->seq) < std::pair(b->seen_by, b->seq);
    });
    named.emplace_back(name_of(events), std::move(events));
  }
  std::stable_sort(named.begin(), named.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  number(named);

  std::vector<std::pair<ConnectionName, std::vector<std::string>>> told;
  for (const auto& [name, events] : named) {
    auto& texts = told.emplace_back(name, std::vector<std::string>{}).second;
    for (const auto* line : events)
      texts.push_back(event_text(*line, name));
  }
  std::sort(told.begin(), told.end());

  std::vector<std::string> text;
  for (const auto& [name, events] : told) {
    for (const auto& event : events) {
      text.push_back(fmt::format("{} {}#{} {}", escaped(name.scenario), escaped(name.host),
                                 name.attempt, event));
    }
  }
  return text;
}

std::vector<std::string> hosts_of(const std::vector<TraceLine>& lines) {
  std::set<std::string> hosts;
  for (const auto& line : lines) {
    if (const auto* host = line.find("host")) hosts.insert(text_of(*host));
  }
  return {hosts.begin(), hosts.end()};
}

std::vector<TraceLine> lines_of_hosts(const std::vector<TraceLine>& lines, std::string_view glob) {
  std::set<std::pair<std::string, std::int64_t>> wanted;
  for (const auto& line : lines) {
    const auto* host = line.find("host");
    if (host != nullptr && glob_matches(glob, text_of(*host))) {
      wanted.emplace(line.scenario, line.connection);
    }
  }
  std::vector<TraceLine> kept;
  std::copy_if(lines.begin(), lines.end(), std::back_inserter(kept), [&](const TraceLine& line) {
    return line.connection == 0 || wanted.contains({line.scenario, line.connection});
  });
  return kept;
}

std::string trace_digest(const std::vector<TraceLine>& lines) {
  return sha256_hex(fmt::format("{}", fmt::join(normal_form(lines), "\n")));
}

namespace {

const TraceValue* value_of(const TraceFields& fields, std::string_view key) {
  const auto found = std::find_if(fields.begin(), fields.end(),
                                  [&](const auto& field) { return field.first == key; });
  return found == fields.end() ? nullptr : &found->second;
}

}  // namespace

const TraceValue* TraceLine::find(std::string_view key) const {
  return value_of(event.fields, key);
}

const TraceValue* TraceLine::find_measured(std::string_view key) const {
  return value_of(event.measured, key);
}

}  // namespace misproxy
