#include <algorithm>
#include <set>

#include "runner/run.hpp"

namespace misproxy {
namespace {

std::optional<std::int64_t> number(const TraceValue* value) {
  const auto* count = value != nullptr ? std::get_if<std::int64_t>(value) : nullptr;
  return count != nullptr ? std::optional(*count) : std::nullopt;
}

std::optional<std::int64_t> number(const TraceLine& line, std::string_view key) {
  return number(line.find(key));
}

/// Of a client that has sent no credentials yet it is measured.
std::int64_t attempt_of(const TraceLine& line) {
  return number(line, "attempt").value_or(number(line.find_measured("attempt")).value_or(0));
}

bool inside(const TraceLine& line) {
  return line.event.point == Point::inner_request || line.event.point == Point::inner_response;
}

bool is_request(const TraceLine& line) { return line.event.name == "request"; }

bool is_connect(const TraceLine& line) {
  const auto* method = line.find("method");
  const auto* text = method != nullptr ? std::get_if<std::string>(method) : nullptr;
  return is_request(line) && text != nullptr && *text == "CONNECT";
}

/// An answer of raw bytes has a status that only the client reads.
bool answers_raw(const TraceLine& line) {
  return line.event.name == Respond::kWord && line.find("status") == nullptr;
}

}  // namespace

void fill_from_trace(const std::vector<TraceLine>& trace, RunResult::Exec& exec) {
  bool maybe_cut = false;
  std::set<std::int64_t> connecting;  // their last request was a CONNECT
  for (const auto& line : trace) {
    if (is_request(line)) connecting.erase(line.connection);
    if (is_connect(line)) {
      connecting.insert(line.connection);
      exec.attempts = std::max(exec.attempts.value_or(0), attempt_of(line));
      exec.http_connect = exec.http_connect.value_or(0);
      exec.http_code = exec.http_code.value_or(0);
    }
    // What a fault in the tunnel did to the answer, only the client knows.
    const bool injected = line.event.cause == Cause::injected;
    maybe_cut = maybe_cut || (injected && line.event.point == Point::tunnel);
    if (!connecting.contains(line.connection)) continue;
    auto& status = inside(line) ? exec.http_code : exec.http_connect;
    if (answers_raw(line)) status.reset();
    if (const auto came = number(line, "status")) status = came;
  }
  if (maybe_cut && exec.http_code != 0) exec.http_code.reset();
}

}  // namespace misproxy
