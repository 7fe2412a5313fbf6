#include "evidence/wget_log.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "evidence/logged_head.hpp"
#include "evidence/shell_line.hpp"
#include "evidence/wget_session.hpp"
#include "evidence/wget_words.hpp"

namespace misproxy::evidence {
namespace {

/// `--2026-11-23 13:06:15--  https://tools.cisco.com/`: the URL.
std::optional<std::string_view> begun_url(std::string_view text) {
  if (!take(text, "--") || text.size() < 24 || !is_digit(text[0])) return std::nullopt;
  const auto end = text.substr(0, 32).find("--  ");
  if (end == std::string_view::npos) return std::nullopt;
  return trimmed(text.substr(end + 4));
}

/// `name|10.10.10.1|:8080`, `name|::1|:8080`: the address where there is one.
std::pair<std::string, std::uint16_t> server_of(std::string_view text) {
  const auto bar = text.find('|');
  const auto end = text.find("|:", bar + 1);
  if (bar == std::string_view::npos || end == std::string_view::npos) return split_server(text);
  return {std::string(text.substr(bar + 1, end - bar - 1)),
          split_server(text.substr(end + 1)).second};
}

}  // namespace

std::vector<ClientReport> read_wget_log(std::string_view text, const std::string& file) {
  WgetSession session(file);
  LineReader reader(text);
  while (const auto line = reader.next())
    session.give(*line);
  return session.finish();
}

void WgetSession::give(const Line& line) {
  line_ = line.text;
  number_ = line.number;
  if (leaves_out(trimmed(line_))) return;
  if (frame(line_)) return;
  if (!current_ && !is_wget_last_word(trimmed(line_))) return;
  const auto text = trimmed(line_);
  if (head_line(text) || reaching(text) || tls(text) || answer(text) || transfer(text)) return;
  if (!text.empty()) answering_ = false;
}

/// Behind the last connection that there is room for, the others are only counted.
bool WgetSession::leaves_out(std::string_view text) {
  const bool begins = text.starts_with("Connecting to ") || read_wget_short(text);
  if (!left_out_ && ((begins && full()) || overfull())) left_out_ = told(std::uint64_t{0});
  if (!left_out_) return false;
  const bool url = begun_url(text).has_value();
  if (begins || (url && awaits_connection_)) ++left_out_->value;
  awaits_connection_ = url || (awaits_connection_ && !begins);
  return true;
}

std::vector<ClientReport> WgetSession::finish() {
  if (left_out_ && awaits_connection_) ++left_out_->value;
  close_report();
  if (left_out_ && !reports_.empty()) {
    reports_.back().left_out = std::move(left_out_);
    reports_.back().read = connections_ > 0 ? connections_ : reports_.size();
  }
  return std::move(reports_);
}

ClientReport& WgetSession::report() {
  if (!current_) {
    current_.emplace();
    current_->tool = "wget";
    ended_ = false;
  }
  return *current_;
}

LoggedConnection& WgetSession::connection() {
  auto& all = report().connections;
  if (all.empty()) {
    ++connections_;
    all.emplace_back();
  }
  return all.back();
}

void WgetSession::close_report() {
  if (current_) reports_.push_back(std::move(*current_));
  current_.reset();
  ended_ = follows_ = asking_ = answering_ = false;
}

Told<std::string> WgetSession::told_text(std::string_view text) const {
  return told(printable(trimmed(text)));
}

bool WgetSession::proxied() const {
  if (!current_ || current_->connections.empty()) return false;
  const auto& server = current_->connections.back().server;
  return current_->proxy.has_value() || (!server.empty() && server != url_host_);
}

// --- where a report begins and ends

bool WgetSession::frame(std::string_view text) {
  if (const auto url = begun_url(text)) {
    begin(*url);
    return true;
  }
  if (short_form(text)) return true;
  if (current_ && (tells_of_signal(text) || trimmed(text) == "^C")) {
    current_->interrupted = true;
    report().error = told_text(text);
    return true;
  }
  if (const auto typed = shell_line(text)) {
    close_report();
    if (typed->program != "wget") return true;
    report().command = shell_words(typed->command);
    report().command_at = here();
    for (const auto& word : report().command) {
      const std::string_view name = "https_proxy=";
      const auto at = word.find(name);
      if (at != std::string::npos) report().proxy = told(word.substr(at + name.size()));
    }
    return true;
  }
  auto rest = trimmed(text);
  if (!current_ || (!take(rest, "# exit=") && !take(rest, "exit="))) return false;
  const auto code = take_number(rest);
  if (!code || !rest.empty() || *code > 255) return false;
  current_->exit = told(static_cast<int>(*code));
  current_->interrupted = *code == 130;
  close_report();
  return true;
}

void WgetSession::begin(std::string_view url) {
  if (ended_ && !follows_) close_report();
  report();
  ended_ = follows_ = false;
  const auto [host, port] = server_of_url(url);
  url_ = told_text(url);
  failed_url_.reset();
  url_host_ = host;
  https_ = url.starts_with("https://");
}

// --- the name, and TCP

bool WgetSession::reaching(std::string_view text) {
  if (take(text, "Resolving ")) return resolving(text), true;
  if (take(text, "Connecting to ")) return connecting(text), true;
  if (outcome_below(text)) return true;
  if (take(text, "Reusing existing connection to ")) return reusing(text), true;
  if (text.starts_with("wget: unable to resolve host address")) {
    report().error = told_text(text.substr(6));
    ended();
    return true;
  }
  return false;
}

/// Of the report before, where another URL has begun since.
void WgetSession::reusing(std::string_view rest) {
  if (!report().connections.empty()) return;
  if (rest.ends_with('.')) rest.remove_suffix(1);
  const auto [server, port] = server_of(rest);
  auto& made = connection();
  made.server = server;
  made.port = port;
  made.connected = here();
}

void WgetSession::resolving(std::string_view rest) {
  const auto failed = rest.find("failed: ");
  if (failed == std::string_view::npos) return;
  const auto name = rest.substr(0, rest.find_first_of(" .("));
  auto full = rest.substr(0, rest.find(" ("));
  if (const auto dots = full.find("..."); dots != std::string_view::npos)
    full = full.substr(0, dots);
  if (name.empty()) return;
  const bool origin = full == url_host_;
  (origin ? report().unresolved_host : report().unresolved_proxy) = told_text(full);
  report().error = told_text(rest.substr(failed + 8));
}

void WgetSession::connecting(std::string_view rest) {
  const auto dots = rest.find("... ");
  const auto [server, port] = server_of(rest.substr(0, std::min(dots, rest.find("..."))));
  ++connections_;
  auto& made = report().connections.emplace_back();
  made.server = server;
  made.port = port;
  made.trying = here();
  if (dots != std::string_view::npos) outcome_of(trimmed(rest.substr(dots + 4)));
}

/// -d prints what it does between a connection's address and what came of it.
bool WgetSession::outcome_below(std::string_view text) {
  if (!text.starts_with("failed: ") || !current_ || current_->connections.empty()) return false;
  const auto& made = current_->connections.back();
  if (made.connected || made.failed) return false;
  return outcome_of(text), true;
}

void WgetSession::outcome_of(std::string_view outcome) {
  auto& made = connection();
  if (outcome.starts_with("connected")) made.connected = here();
  if (!take(outcome, "failed: ")) return;
  if (outcome.ends_with('.')) outcome.remove_suffix(1);
  made.failed = told_text(outcome);
  problem(outcome);
  ended();
}

// --- CONNECT's answer, and the origin's

bool WgetSession::answer(std::string_view text) {
  if (take(text, "Proxy tunneling failed: ")) return refused_tunnel(text), true;
  if (text.starts_with("Failed reading proxy response")) return unread_reply(text), true;
  const auto mark = std::string_view("awaiting response...");
  if (const auto at = text.find(mark); at != std::string_view::npos) {
    const bool through_proxy = text.starts_with("Proxy request sent");
    if (https_ && through_proxy) pass_tunnel();
    if (!https_ || through_proxy) ask();
    const auto rest = trimmed(text.substr(at + mark.size()));
    head_is_due_ = rest.empty();  // -S prints it below
    status(rest);
    return true;
  }
  if (text.starts_with("Location: ") && contains(text, "[following]")) return follows_ = true;
  const auto error = text.find(" ERROR ");
  const auto plain = text.starts_with("ERROR ") ? text.substr(6) : text;
  const auto words = error == std::string_view::npos ? plain : text.substr(error + 7);
  if (error == std::string_view::npos && plain.size() == text.size()) return false;
  auto rest = words;
  const auto code = take_number(rest);
  if (!code || *code > 999 || !rest.starts_with(':')) return false;
  report().http_code = told(static_cast<int>(*code));
  problem(text);
  report().error = told_text(text);
  ended();
  return true;
}

/// It asks inside a tunnel, which its log does not tell of but with -d.
void WgetSession::pass_tunnel() {
  auto& made = connection();
  if (!made.tunnel) made.tunnel = here();
  if (!made.tls_done) made.tls_done = told_text(line_);
  if (made.connect_reply) return;
  if (!made.connect) made.connect = connect_asked();
  made.connect_reply = LoggedResponse{200, {}, {}, {}, here()};
  made.connect_reply->ended = true;
}

/// The CONNECT was sent.
void WgetSession::unread_reply(std::string_view text) {
  auto& made = connection();
  if (!made.connect) made.connect = connect_asked();
  problem(text);
  report().error = told_text(text);
  ended();
}

void WgetSession::refused_tunnel(std::string_view reason) {
  constexpr std::string_view glued = "Unable to establish SSL connection";
  reason = trimmed(reason.substr(0, reason.find(glued)));
  constexpr std::array<std::pair<std::string_view, int>, 20> phrases{
      {{"Forbidden", 403},
       {"Created", 201},
       {"Accepted", 202},
       {"No Content", 204},
       {"Moved Permanently", 301},
       {"Found", 302},
       {"See Other", 303},
       {"Temporary Redirect", 307},
       {"Too Many Requests", 429},
       {"Not Implemented", 501},
       {"Proxy Authentication Required", 407},
       {"Bad Request", 400},
       {"Unauthorized", 401},
       {"Not Found", 404},
       {"Method Not Allowed", 405},
       {"Internal Server Error", 500},
       {"Bad Gateway", 502},
       {"Service Unavailable", 503},
       {"Gateway Timeout", 504},
       {"Gateway Time-out", 504}}};
  auto& made = connection();
  if (reason == "?" && !made.connect_reply) {  // no status line
    made.not_http = told_text(line_);
    if (!made.connect) made.connect = connect_asked();
    problem(line_);
    report().error = told_text(line_);
    return ended();
  }
  if (!made.connect_reply || made.connect_reply->status / 100 == 2) {
    LoggedResponse reply;
    for (const auto& [phrase, code] : phrases) {
      if (reason == phrase) reply.status = code;
    }
    reply.where = here();
    made.connect_reply = std::move(reply);
  }
  made.connect_reply->reason = printable(reason);
  made.tunnel.reset();
  problem(line_);
  report().error = told_text(line_);
  ended();
}

/// `403 Forbidden`, or words where there is none: `Read error (Connection reset by peer) in
/// headers.`
void WgetSession::status(std::string_view text) {
  const auto read = read_status_line("HTTP/1.1 " + std::string(text.substr(0, 300)));
  if (!read) return text.empty() ? void() : problem(text);
  auto& made = connection();
  if (made.response) made.earlier_responses.push_back(std::move(*made.response));
  made.response = *read;
  made.response->version.clear();  // wget does not tell it
  made.response->where = here();
  if (!https_ || made.tunnel) ask();
  report().http_code = told(read->status);
  answering_ = true;
}

/// The heads that -S and -d print.
bool WgetSession::head_line(std::string_view text) {
  if (text == "---request begin---") return asking_ = true;
  if (asking_) {
    auto& made = connection();
    if (text == "---request end---") {
      asking_ = false;
    } else if (auto request = read_request_line(text)) {
      request->where = here();
      const bool connect = request->method == "CONNECT";
      (connect ? made.connect : made.request) = std::move(request);
    } else if (auto& into = made.request ? made.request : made.connect) {
      add_header(into->headers, text);
    }
    return true;
  }
  if (take(text, "proxy responded with: [")) {
    if (auto reply = read_status_line(text)) {
      reply->where = here();
      if (reply->status / 100 == 2) connection().tunnel = here();
      connection().connect_reply = std::move(reply);
    }
    return true;
  }
  if (head_is_due_ && text.starts_with("HTTP/")) {
    const auto blank = text.find(' ');
    head_is_due_ = false;
    if (blank != std::string_view::npos) status(trimmed(text.substr(blank)));
  }
  if (!answering_ || !connection().response) return false;
  if (const auto head = read_status_line(text)) {
    connection().response->version = head->version;
    return true;
  }
  const bool statement = text.starts_with("Location: ") || text.starts_with("Length: ");
  return !statement && line_.starts_with("  ") && add_header(connection().response->headers, text);
}

// --- TLS

bool WgetSession::tls(std::string_view text) {
  const bool trouble = text.starts_with("ERROR: ") || text.starts_with("WARNING: ");
  constexpr std::array<std::string_view, 10> why{"The certificate",
                                                 "cannot verify",
                                                 "certificate common name",
                                                 "no certificate subject",
                                                 "Self-signed certificate",
                                                 "Issued certificate",
                                                 "Unable to locally verify",
                                                 "owner does not match",
                                                 "not trusted",
                                                 "known issuer"};
  for (const auto part : why) {
    if (!contains(text.substr(0, 300), part)) continue;
    auto& made = connection();
    if (https_ && proxied() && !made.tunnel) made.tunnel = here();
    if (text.starts_with("WARNING: ")) return true;  // --no-check-certificate: wget goes on
    if (trouble) text.remove_prefix(7);
    const bool more = made.verify_error && contains(made.verify_error->value, "cannot verify");
    if (!made.verify_error || more || contains(text, "expired"))
      made.verify_error = told_text(text);
    problem(text);
    report().error = told_text(text);
    ended();
    return true;
  }
  const bool broken = text.starts_with("OpenSSL:") || text.starts_with("GnuTLS:") ||
                      text.starts_with("Unable to establish SSL connection");
  if (!broken) return false;
  if (!text.starts_with("Unable") || !connection().problem) problem(text);
  if (https_ && proxied() && !connection().tunnel && !connection().connect_reply) {
    connection().tunnel = here();
  }
  if (!report().error) report().error = told_text(text);
  ended();
  return true;
}

}  // namespace misproxy::evidence
