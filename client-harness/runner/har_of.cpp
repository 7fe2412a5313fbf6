#include "runner/har_of.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "capture/har.hpp"
#include "evidence/redact.hpp"
#include "runner/virtual_runner.hpp"

namespace misproxy {
namespace {

double ms(Duration time) { return std::chrono::duration<double, std::milli>(time).count(); }

std::string iso_text(Instant at) {
  const auto time = VirtualRunner::kEpoch.time_since_epoch() + at;
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

HarEntry entry_of(const Exchange& made) {
  HarEntry entry;
  const bool opened = made.method == "CONNECT";
  entry.started = iso_text(opened ? made.began : made.asked);
  entry.timings = timings_of(made);
  entry.request.method = made.method;
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

std::string har_of(const Run& run, std::string_view version) {
  std::vector<HarEntry> entries;
  for (const auto& made : run.exchanges)
    entries.push_back(entry_of(made));
  return har_text({"misproxy", std::string(version)}, entries);
}

}  // namespace misproxy
