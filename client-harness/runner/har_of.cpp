#include "runner/har_of.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "capture/har.hpp"
#include "client/seen_exchanges.hpp"
#include "evidence/redact.hpp"

namespace misproxy {
namespace {

double ms(Duration time) { return std::chrono::duration<double, std::milli>(time).count(); }

std::string iso_text(CivilTime began, Instant at) {
  const auto time = began.time_since_epoch() + at;
  const auto whole = std::chrono::floor<std::chrono::milliseconds>(time);
  const std::time_t seconds = std::chrono::floor<std::chrono::seconds>(whole).count();
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(seconds), whole.count() % 1000);
}

/// Times within a request: from the beginning of its connection where it is the first on it.
HarTimings timings_of(const Exchange& made) {
  HarTimings timings;
  const bool opened = made.method == "CONNECT";
  if (opened) timings.connect = ms(made.connected - made.began);
  timings.send = 0;
  const auto answered = made.answered == Instant{0} ? made.ended : made.answered;
  timings.wait = ms(answered - made.asked);
  timings.receive = ms(made.ended - answered);
  return timings;
}

/// A header is known for a secret one by its name.
Exchange::Headers without_secrets(const Exchange::Headers& headers) {
  Exchange::Headers told;
  for (const auto& [name, value] : headers) {
    const auto line = evidence::redacted(fmt::format("{}: {}", name, value));
    told.emplace_back(name, line.substr(name.size() + 2));
  }
  return told;
}

HarEntry entry_of(const Exchange& made, CivilTime began) {
  HarEntry entry;
  const bool opened = made.method == "CONNECT";
  entry.started = iso_text(began, opened ? made.began : made.asked);
  entry.timings = timings_of(made);
  entry.request.method = made.method;
  entry.request.version = entry.response.version = "HTTP/" + made.version;
  entry.request.url = evidence::redacted(made.target);
  entry.request.headers = without_secrets(made.request_headers);
  entry.request.body_size = static_cast<std::int64_t>(made.request_bytes);
  entry.response.status = made.status;
  entry.response.text = made.reason;
  entry.response.headers = without_secrets(made.response_headers);
  entry.response.content_size = static_cast<std::int64_t>(made.response_bytes);
  entry.error = made.error;
  entry.connection = fmt::to_string(made.connection);
  return entry;
}

}  // namespace

std::string har_of(const std::vector<Exchange>& exchanges, CivilTime began,
                   std::string_view version) {
  std::vector<HarEntry> entries;
  for (const auto& made : exchanges)
    entries.push_back(entry_of(made, began));
  return har_text({"misproxy", std::string(version)}, entries);
}

std::string har_of(const std::vector<TraceLine>& trace, CivilTime began, std::string_view version) {
  return har_of(seen_exchanges(trace), began, version);
}

}  // namespace misproxy
