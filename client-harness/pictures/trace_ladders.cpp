#include "pictures/trace_ladders.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "diagnose/quote.hpp"

namespace misproxy::pictures {
namespace {

constexpr std::size_t kLongest = 160;  // of a label

std::string value_text(const TraceValue& value) {
  return std::visit([](const auto& v) { return fmt::format("{}", v); }, value);
}

std::string field(const TraceLine& line, std::string_view key) {
  const auto* value = line.find(key);
  return value == nullptr ? std::string() : value_text(*value);
}

Lane lane_of(Party party) {
  if (party == Party::client) return Lane::client;
  return party == Party::origin ? Lane::origin : Lane::proxy;
}

/// Behind the proxy's answer to a CONNECT, client and origin speak with each other.
bool is_inside(Point point) {
  return point == Point::tunnel || point == Point::inner_request || point == Point::inner_response;
}

/// To whom it is said; nothing where it is said to nobody.
std::optional<Lane> hearer(const TraceLine& line) {
  const auto& event = line.event;
  const auto from = lane_of(event.party);
  if (is_inside(event.point)) return from == Lane::client ? Lane::origin : Lane::client;
  if (event.point == Point::resolve || event.point == Point::upstream_connect)
    return from == Lane::proxy ? Lane::origin : Lane::proxy;
  if (event.point == Point::idle || event.point == Point::path || event.point == Point::auth)
    return std::nullopt;
  return from == Lane::proxy ? Lane::client : Lane::proxy;
}

Tone tone_of(const TraceLine& line) {
  const auto& name = line.event.name;
  if (name == "request" || name == "reply" || name == "refuse" || name == "respond" ||
      name == "inner-request" || name == "inner-response")
    return Tone::head;
  if (name.starts_with("tls-f") || name == "closed-after-certificate" ||
      line.event.cause == Cause::environment)
    return Tone::trouble;
  if (name == "client-hello" || name.starts_with("tls-")) return Tone::tls;
  return line.event.point == Point::close || name == "close" ? Tone::ending : Tone::tcp;
}

/// The fields that say most, without their names.
std::string told(const TraceLine& line) {
  std::string text;
  for (const auto* key : {"method", "target", "status", "version", "server_name", "why", "how"}) {
    if (const auto value = field(line, key); !value.empty())
      text += (text.empty() ? "" : " ") + value;
  }
  return text;
}

std::string label_of(const TraceLine& line) {
  const auto text = told(line);
  const auto& name = line.event.name;
  const bool head = tone_of(line) == Tone::head && !text.empty();
  auto label = head ? text : text.empty() ? name : fmt::format("{}: {}", name, text);
  if (const auto bytes = field(line, "body_bytes"); !bytes.empty() && bytes != "0")
    label += fmt::format(", {} bytes", bytes);
  return diagnose::shown(label, kLongest);
}

/// What a fault did, in words: `size-limit: close at byte 100000`.
std::string deed(const TraceLine& line) {
  auto text = fmt::format("{}: {}", line.event.fault, line.event.name);
  for (const auto* key : {"offset", "body_offset"}) {
    if (const auto at = field(line, key); !at.empty()) text += fmt::format(" at byte {}", at);
  }
  return diagnose::shown(text, kLongest);
}

Row row_of(const TraceLine& line, std::uint64_t number) {
  const auto& event = line.event;
  Row row;
  row.from = row.to = lane_of(event.party);
  const auto to = hearer(line);
  const bool deed_alone = event.cause == Cause::injected && tone_of(line) == Tone::tcp;
  if (to && !deed_alone && event.name != "closed") {
    row.to = *to;
  } else {
    row.kind = Row::Kind::remark;
  }
  row.tone = tone_of(line);
  row.label = label_of(line);
  row.at = std::chrono::microseconds(line.t_us);
  row.first = row.last = number;
  if (event.cause == Cause::injected) row.injected.push_back(deed(line));
  return row;
}

}  // namespace

TraceLadders::Connection* TraceLadders::find(std::int64_t number) {
  const auto found = std::find_if(connections_.rbegin(), connections_.rend(),
                                  [&](const auto& each) { return each->number == number; });
  return found == connections_.rend() ? nullptr : found->get();
}

TraceLadders::Connection* TraceLadders::open(std::int64_t number) {
  auto& made = *connections_.emplace_back(std::make_unique<Connection>(number, ++opened_));
  made.ladder.title = fmt::format("Connection {}", number);
  made.ladder.unit = "event";
  made.ladder.names = {"the client", "misproxy", "the origin"};
  if (connections_.size() > kMost) {
    connections_.pop_front();
    ++left_out_;
  }
  return &made;
}

void TraceLadders::take(const TraceLine& line, std::uint64_t number) {
  if (line.connection == 0) return;
  const bool opens = line.event.name == "connected" && line.event.point == Point::accept;
  auto* drawn = opens ? open(line.connection) : find(line.connection);
  if (drawn == nullptr) return;  // one of those that are left out
  if (line.event.name == "request") {
    if (auto target = field(line, "target"); !target.empty())
      drawn->ladder.names[2] = diagnose::shown(target, kLongest);
  }
  drawn->rungs.add(row_of(line, number));
}

}  // namespace misproxy::pictures
