#include "evidence/trace_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <utility>

#include "core/outcome.hpp"
#include "evidence/text_line.hpp"
#include "trace/json_line.hpp"

namespace misproxy::evidence {
namespace {

constexpr std::size_t kMostConnections = 4096;
constexpr std::size_t kLongestLine = 64 * 1024;  // bytes; misproxy's own have a few hundred

std::string text_of(const TraceLine& line, std::string_view key) {
  const auto* value = line.find(key);
  const auto* text = value != nullptr ? std::get_if<std::string>(value) : nullptr;
  return text != nullptr ? printable(*text) : std::string();
}

std::optional<std::int64_t> number_of(const TraceFields& fields, std::string_view key) {
  for (const auto& [name, value] : fields) {
    const auto* number = std::get_if<std::int64_t>(&value);
    if (name == key && number != nullptr && *number >= 0) return *number;
  }
  return std::nullopt;
}

/// Of what it writes itself, misproxy writes each member in one way and one order: all that is read
/// of a trace has this shape, and little else is worth being parsed.
bool may_tell(std::string_view line) {
  constexpr std::size_t kFront = 1024;  // the scenario's id stands in front of the others
  if (!line.starts_with("{\"scenario\":\"") || !line.ends_with("}}")) return false;
  const auto front = line.substr(0, kFront);
  const auto at = front.find("\"seen_by\":\"");
  if (at == std::string_view::npos) return false;
  const auto rest = front.substr(at);
  if (contains(rest, "\"origin\":\"injected\"")) return false;
  return rest.starts_with("\"seen_by\":\"client\"") ||
         (rest.starts_with("\"seen_by\":\"proxy\"") && contains(rest, "\"event\":\"request\""));
}

class Reader {
 public:
  explicit Reader(const std::string& file) : file_(file) {}

  void line(const Line& text) {
    if (text.text.size() > kLongestLine || !may_tell(text.text)) return;
    const auto parsed = parse_json_line(text.text);
    const auto* line = std::get_if<TraceLine>(&parsed);
    if (line == nullptr || line->event.cause == Cause::injected) return;
    line_ = text;
    if (line->seen_by == Party::client) return client_event(*line);
    if (line->seen_by == Party::proxy && line->event.name == "request")
      requests_[key(*line)] = request(*line);
  }

  std::vector<ClientReport> finish() {
    end_report(0);
    if (left_out_ && !reports_.empty()) {
      reports_.back().left_out = std::move(left_out_);
      reports_.back().read = connections_;
    }
    return std::move(reports_);
  }

 private:
  using Key = std::pair<std::string, std::int64_t>;
  Citation where() const { return cite(file_, line_.number, line_.text); }

  static Key key(const TraceLine& line) { return {line.scenario, line.connection}; }

  LoggedRequest request(const TraceLine& line) const {
    return {text_of(line, "method"), text_of(line, "target"), {}, where()};
  }

  Told<std::string> told(std::string text) const { return {std::move(text), where()}; }

  LoggedResponse response(const TraceLine& line) const {
    LoggedResponse made;
    made.status = static_cast<int>(number_of(line.event.fields, "status").value_or(0) % 1000);
    made.where = where();
    return made;
  }

  void client_event(const TraceLine& line) {
    if (leaves_out(line)) return;
    auto& made = connection(line);
    const auto& name = line.event.name;
    if (name == "connected") made.connected = where();
    if (name == "reply") reply(made, response(line));
    if (name == "tls-handshake") {
      made.tls_done = told(text_of(line, "version"));
      if (!made.tunnel) made.tunnel = where();
    }
    if (name == "inner-response") {
      if (made.response) made.earlier_responses.push_back(std::move(*made.response));
      made.response = response(line);
    }
    if (name == "done") done(line, made);
    if (name == "failed") failed(line, made);
  }

  /// Behind the last connection that there is room for, the others are only counted.
  bool leaves_out(const TraceLine& line) {
    if (connections_ < kMostConnections || key_ == key(line)) return false;
    if (!left_out_) left_out_ = Told<std::uint64_t>{0, where()};
    if (left_out_key_ != key(line)) ++left_out_->value;
    left_out_key_ = key(line);
    return true;
  }

  /// Of one report: as many connections as an attempt took.
  LoggedConnection& connection(const TraceLine& line) {
    if (!current_) {
      current_.emplace();
      current_->tool = "misproxy";
    }
    auto& all = current_->connections;
    if (all.empty() || key_ != key(line)) {
      finish_connection();
      ++connections_;
      all.emplace_back();
      key_ = key(line);
    }
    return all.back();
  }

  static void reply(LoggedConnection& made, LoggedResponse response) {
    const bool final = response.status >= 200;
    if (made.connect_reply) made.earlier_replies.push_back(std::move(*made.connect_reply));
    if (response.status / 100 == 2) made.tunnel = response.where;
    if (final)
      made.connect_reply = std::move(response);
    else
      made.earlier_replies.push_back(std::move(response));
  }

  void done(const TraceLine& line, LoggedConnection& made) {
    if (const auto bytes = number_of(line.event.fields, "bytes")) {
      made.body_bytes = {static_cast<std::uint64_t>(*bytes), where()};
      current_->bytes_received = made.body_bytes;
    }
    if (const auto code = number_of(line.event.fields, "http_code")) {
      current_->http_code = {static_cast<int>(*code % 1000), where()};
    }
    current_->exit = {0, where()};
    end_report(line.t_us);
  }

  void failed(const TraceLine& line, LoggedConnection& made) {
    const auto phase = parse_word<ClientPhase>(text_of(line, "phase"));
    const auto error = parse_word<ClientError>(text_of(line, "error"));
    if (!phase || !error) return end_report(line.t_us);
    made.problem = told(fmt::format("{} in phase {}", word(*error), word(*phase)));
    current_->error = made.problem;
    current_->exit = {curl_exit_code(*phase, *error), where()};
    const auto bytes = number_of(line.event.measured, "bytes");
    if (bytes && *phase == ClientPhase::body) {
      current_->bytes_received = {static_cast<std::uint64_t>(*bytes), where()};
      made.body_bytes = current_->bytes_received;
    }
    explain(*phase, *error, line, made);
    end_report(line.t_us);
  }

  void explain(ClientPhase phase, ClientError error, const TraceLine& line,
               LoggedConnection& made) {
    if (error == ClientError::unresolved) current_->unresolved_proxy = told("the proxy");
    if (error == ClientError::refused) made.failed = told("Connection refused");
    if (error == ClientError::unreachable) made.failed = told("No route to host");
    if (error == ClientError::untrusted) made.verify_error = told("certificate refused");
    if (error != ClientError::timeout) return;
    // Of a later attempt the pause before it is in this, which no event of the client's tells.
    const auto since = std::max<std::int64_t>(line.t_us - previous_end_us_, 0);
    current_->timed_out_after = {std::chrono::milliseconds(since / 1000), where()};
    if (phase == ClientPhase::connect) made.failed = told("Connection timed out");
  }

  /// The proxy may tell of the CONNECT after the client told of a later event.
  void finish_connection() {
    if (!current_ || current_->connections.empty()) return;
    pending_.emplace_back(key_, std::pair(reports_.size(), current_->connections.size() - 1));
  }

  void end_report(std::int64_t t_us) {
    previous_end_us_ = t_us;
    if (current_) {
      finish_connection();
      reports_.push_back(std::move(*current_));
      for (auto& [name, place] : std::exchange(pending_, {})) {
        const auto found = requests_.find(name);
        if (found != requests_.end()) {
          reports_[place.first].connections[place.second].connect = found->second;
        }
      }
    }
    current_.reset();
  }

  const std::string& file_;
  std::vector<ClientReport> reports_;
  std::optional<ClientReport> current_;
  std::map<Key, LoggedRequest> requests_;
  std::vector<std::pair<Key, std::pair<std::size_t, std::size_t>>> pending_;
  Key key_;
  Line line_;  // the one that is being read
  std::int64_t previous_end_us_ = 0;
  std::size_t connections_ = 0;
  std::optional<Told<std::uint64_t>> left_out_;  // connections
  std::optional<Key> left_out_key_;              // the last of them
};

}  // namespace

std::vector<ClientReport> read_trace_file(std::string_view text, const std::string& file) {
  Reader trace(file);
  LineReader lines(text);
  while (const auto line = lines.next())
    trace.line(*line);
  return trace.finish();
}

}  // namespace misproxy::evidence
