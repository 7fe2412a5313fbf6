#include "evidence/curl_session.hpp"

#include <algorithm>
#include <utility>

#include "evidence/logged_head.hpp"

namespace misproxy::evidence {
namespace {

bool says_anything(const ClientReport& report) {
  return !report.command.empty() || !report.connections.empty() || report.error || report.exit ||
         report.unresolved_proxy || report.unresolved_host || report.http_connect ||
         report.http_code || report.timed_out_after || report.timings;
}

}  // namespace

void CurlSession::give(const LogLine& line) {
  whole_ = line.whole;
  number_ = line.number;
  if (leaves_out(line)) return;
  switch (line.kind) {
    case LogLine::Kind::remark:
      return interpret(trimmed(line.text), true);
    case LogLine::Kind::sent:
      return sent(line);
    case LogLine::Kind::received:
      return received(line);
    case LogLine::Kind::body:
      if (current_ && !current_->connections.empty() && connection().response) {
        auto& bytes = connection().body_bytes;
        bytes = told(line.bytes + (bytes ? bytes->value : 0));
      }
      return;
    case LogLine::Kind::meter:
      meter_received_ = told(line.bytes);
      meter_total_ = line.total;
      return;
    case LogLine::Kind::plain:
      return plain(line);
  }
}

std::vector<ClientReport> CurlSession::finish() {
  if (!unfinished_command_.empty()) begin_command(std::exchange(unfinished_command_, {}));
  close_report();
  if (left_out_ && !reports_.empty()) {
    reports_.back().left_out = std::move(left_out_);
    reports_.back().read = connections_ > 0 ? connections_ : reports_.size();
  }
  return std::move(reports_);
}

/// Behind the last connection that there is room for, the others are only counted: those that
/// begin, and the ends of such as no line began.
bool CurlSession::leaves_out(const LogLine& line) {
  if (!left_out_ && !full()) return false;
  const auto text = trimmed(line.text);
  const bool remark = line.kind == LogLine::Kind::remark;
  const bool trying = remark && text.starts_with("Trying ");
  const bool connected = remark && (text.starts_with("Connected to ") ||
                                    text.starts_with("Established connection to "));
  const bool end = line.kind == LogLine::Kind::plain && text.starts_with("curl: (");
  const bool more = trying || overfull() || !current_ || (end && current_->exit);
  if (!left_out_ && !more) return false;
  if (!left_out_) left_out_ = told(std::uint64_t{0});
  const bool counts = trying || (connected && last_left_out_ != LeftOut::trying) ||
                      (end && last_left_out_ == LeftOut::none);
  if (counts) ++left_out_->value;
  if (trying) last_left_out_ = LeftOut::trying;
  if (connected) last_left_out_ = LeftOut::connected;
  if (end) last_left_out_ = LeftOut::none;
  return true;
}

ClientReport& CurlSession::report(bool work) {
  if (current_ && told_end_ && work) close_report();
  at_start_ = false;
  if (current_) return *current_;
  current_.emplace();
  current_->tool = "curl";
  current_->version = version_;
  current_->command = command_;
  current_->command_at = command_at_;
  current_->proxy = proxy_of_command_;
  return *current_;
}

LoggedConnection& CurlSession::connection() {
  auto& made = report().connections;
  if (!made.empty()) return made[std::min(current_connection_, made.size() - 1)];
  std::pair<std::string, std::uint16_t> server;
  if (current_->proxy) server = server_of_url(current_->proxy->value);
  return add_connection(server.first, server.second);
}

LoggedConnection& CurlSession::add_connection(std::string server, std::uint16_t port) {
  auto& all = report().connections;
  current_connection_ = all.size();
  ++connections_;
  auto& made = all.emplace_back();
  made.server = std::move(server);
  made.port = port;
  made.tls_to_proxy = current_->proxy && current_->proxy->value.starts_with("https://");
  open_head_ = OpenHead::none;
  asked_connect_ = awaits_answer_ = closing_ = false;
  return made;
}

LoggedConnection* CurlSession::find_connection(std::string_view server) {
  if (!current_) return nullptr;
  // Only the attempts of one resolution race each other, so the last few are enough.
  auto& all = current_->connections;
  const std::size_t oldest = all.size() > 16 ? all.size() - 16 : 0;
  for (std::size_t i = all.size(); i-- > oldest;) {
    if (all[i].server != server || all[i].connected || all[i].failed) continue;
    current_connection_ = i;
    return &all[i];
  }
  return nullptr;
}

void CurlSession::close_report() {
  if (current_) {
    take_plain_heads();
    take_lengths();
    for (auto& each : current_->connections)
      finish_connection(each);
    if (current_->exit && current_->exit->value == 130) current_->interrupted = true;
    if (says_anything(*current_)) reports_.push_back(std::move(*current_));
  }
  current_.reset();
  plain_ = {};
  meter_received_.reset();
  meter_total_ = 0;
  told_end_ = closing_ = verbose_ = asked_connect_ = awaits_answer_ = false;
  open_head_ = OpenHead::none;
  current_connection_ = 0;
}

/// What a TLS message before a CONNECT was for is clear only at the end.
void CurlSession::finish_connection(LoggedConnection& connection) {
  if (connection.tls_to_proxy && !connection.connect && connection.proxy_tls.empty()) {
    connection.proxy_tls = std::exchange(connection.tls, {});
  }
}

void CurlSession::take_lengths() {
  auto& made = *current_;
  LoggedConnection* last = made.connections.empty() ? nullptr : &connection();
  std::optional<std::uint64_t> length;
  if (last != nullptr && last->response) length = content_length(last->response->headers);
  const bool is_head = last != nullptr && last->request && last->request->method == "HEAD";
  if (is_head) length.reset();
  if (length && made.bytes_missing && made.bytes_missing->value <= *length) {
    const auto& where = made.bytes_missing->where;
    made.bytes_received = {*length - made.bytes_missing->value, where};
  }
  if (last != nullptr && last->body_bytes && !made.bytes_received) {
    made.bytes_received = last->body_bytes;
  }
  if (!made.bytes_received && meter_received_ && meter_received_->value > 0) {
    made.bytes_received = meter_received_;
    if (!length && meter_total_ > 0) made.bytes_expected = {meter_total_, meter_received_->where};
  }
  if (length && made.bytes_received && !made.bytes_expected) {
    made.bytes_expected = {*length, last->response->where};
  }
  if (last != nullptr && last->response && !last->body_bytes)
    last->body_bytes = made.bytes_received;
}

void CurlSession::forget_command() {
  command_.clear();
  command_at_.reset();
  proxy_of_command_.reset();
}

}  // namespace misproxy::evidence
