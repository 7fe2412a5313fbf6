// What curl's `*` lines tell, and the text behind `curl: (N)`, which repeats the last of them.
#include <array>
#include <utility>

#include "evidence/curl_session.hpp"
#include "evidence/curl_words.hpp"

namespace misproxy::evidence {
namespace {

constexpr std::chrono::milliseconds::rep kLongestWait = 1'000'000'000;  // ms, 11 days

bool take_any(std::string_view& text, std::initializer_list<std::string_view> prefixes) {
  for (const auto prefix : prefixes) {
    if (take(text, prefix)) return true;
  }
  return false;
}

std::optional<std::chrono::milliseconds> take_ms(std::string_view& text) {
  const auto number = take_number(text);
  if (!number || *number > static_cast<std::uint64_t>(kLongestWait)) return std::nullopt;
  return std::chrono::milliseconds(static_cast<std::chrono::milliseconds::rep>(*number));
}

std::optional<std::uint64_t> number_behind(std::string_view text, std::string_view mark) {
  const auto at = text.find(mark);
  if (at == std::string_view::npos) return std::nullopt;
  text.remove_prefix(at + mark.size());
  return take_number(text);
}

std::uint16_t port_in(std::string_view text) {
  const auto port = number_behind(text, " port ");
  return port && *port <= 0xFFFF ? static_cast<std::uint16_t>(*port) : std::uint16_t{0};
}

}  // namespace

void CurlSession::interpret(std::string_view text, bool own_line) {
  const bool known = (own_line && begins_work(text)) || reaching(text) || tunnel(text) ||
                     (own_line && tls(text)) || certificate(text) || transfer(text);
  if (known || is_problem(text)) note_problem(text, own_line);
  if (own_line && current_ &&
      (text.starts_with("Closing connection") || text.starts_with("closing connection"))) {
    closing_ = true;
  }
  const bool over = closing_ || text.ends_with(" left intact") ||
                    text.starts_with("shutting down connection") ||
                    text.starts_with("Shutting down connection");
  if (own_line && over && current_ && !current_->connections.empty()) connection().ended = true;
}

void CurlSession::note_problem(std::string_view text, bool own_line) {
  if (!is_problem(text) || (!current_ && !is_surely_curl(text))) return;
  if (text.starts_with("Could not resolve") || text.starts_with("Couldn't resolve") ||
      text.starts_with("Resolving timed out"))
    return;
  const bool none = !current_ || current_->connections.empty();
  if (!own_line && !none && connection().problem) return;
  if (!own_line && none && text.starts_with("Proxy CONNECT aborted"))
    connection().connect = LoggedRequest{"CONNECT", {}, {}, here()};  // it was sent
  // What fails once the connection is given up, as a farewell into a closed socket, is no cause.
  if (closing_ && !none && connection().problem) return;
  connection().problem = told_text(text);
}

// --- the beginning

bool CurlSession::begins_work(std::string_view text) {
  auto rest = text;
  if (take(rest, "Trying ")) return trying(rest), true;
  if (take_any(rest, {"About to connect() to proxy ", "About to connect() to "})) {
    report(true);
    const auto host = take_word(rest);
    add_connection(printable(host), port_in(rest));
    return true;
  }
  if (take(rest, "Uses proxy env variable ")) {
    report(true);
    const auto first = rest.find('\'');
    const auto last = rest.rfind('\'');
    if (first < last) tell_text(report().proxy, rest.substr(first + 1, last - first - 1));
    return true;
  }
  if (take_any(rest, {"Re-using existing ", "Reusing existing "})) {
    report(true);
    if (current_->connections.empty()) {
      const auto host = after_last(rest, " ");
      add_connection(printable(trimmed(host.value_or(rest))), 0);
    }
    closing_ = false;
    return true;
  }
  if (take_any(rest, {"Establish HTTP proxy tunnel to ", "Establishing HTTP proxy tunnel to "})) {
    report(true);
    asked_connect_ = true;
    return true;
  }
  return false;
}

/// `10.10.10.1:80...`; without a port before 7.70; ancient ones say the outcome on the same line.
void CurlSession::trying(std::string_view rest) {
  rest = trimmed(rest);
  const auto dots = rest.find("...");
  const auto outcome =
      dots == std::string_view::npos ? std::string_view() : trimmed(rest.substr(dots + 3));
  const auto [server, port] = split_server(rest.substr(0, dots));
  const bool address = !server.empty() && !contains(server, " ");
  if (!address) return;
  report(true);
  // `About to connect() to proxy NAME port N` came just before.
  auto& all = current_->connections;
  const bool announced = !all.empty() && !all.back().trying && !all.back().connected &&
                         !all.back().connect && all.back().tls.empty();
  auto& made = announced ? all.back() : add_connection(server, port);
  made.server = server;
  if (port != 0) made.port = port;
  made.trying = here();
  if (outcome == "connected")
    made.connected = here();
  else if (!outcome.empty())
    made.failed = told_text(outcome);
}

// --- the proxy's name, and TCP

bool CurlSession::reaching(std::string_view text) {
  auto rest = text;
  if (take_any(rest, {"Could not resolve proxy", "Couldn't resolve proxy"})) {
    return unresolved(rest, true), true;
  }
  if (take_any(rest, {"Could not resolve host", "Couldn't resolve host"})) {
    return unresolved(rest, false), true;
  }
  if (take(rest, "Resolving timed out after ")) return resolving_timed_out(), timed_out(rest), true;
  if (take_any(rest, {"Connected to ", "Established connection to "})) {
    return connected(rest), true;
  }
  if (rest == "connected" && current_ && !current_->connections.empty()) {
    connection().connected = here();
    return true;
  }
  if (take_any(rest, {"connect to ", "Immediate connect fail for "})) {
    return failed_to_connect(rest, true), true;
  }
  if (take_any(rest, {"Failed to connect to ", "Failed connect to "})) {
    return failed_to_connect(rest, false), true;
  }
  return false;
}

/// `: NAME`, ` 'NAME'`, and what a resolver adds in parentheses.
void CurlSession::unresolved(std::string_view rest, bool proxy) {
  take_any(rest, {": ", " '", " name: "});
  const auto name = rest.substr(0, rest.find_first_of(" '("));
  if (name.empty()) return;
  auto& made = report(true);
  const bool is_proxy = proxy || (made.proxy && server_of_url(made.proxy->value).first == name);
  tell_text(is_proxy ? made.unresolved_proxy : made.unresolved_host, name);
}

/// curl tells no name here: what it asks for is its proxy's name where it has one. Empty where the
/// log shows neither a command nor a proxy.
void CurlSession::resolving_timed_out() {
  auto& made = report();
  if (made.unresolved_proxy || made.unresolved_host) return;
  const bool direct = !made.proxy && !made.command.empty();
  std::string name;
  if (made.proxy) name = server_of_url(made.proxy->value).first;
  for (const auto& word : made.command) {
    if (direct && contains(word, "://")) name = server_of_url(word).first;
  }
  (direct ? made.unresolved_host : made.unresolved_proxy) = told(std::move(name));
}

/// `proxy (10.10.10.1) port 80 (#0)`, `proxy (10.10.10.1 port 80) from 10.40.40.1 port 48584`.
void CurlSession::connected(std::string_view rest) {
  const auto name = take_word(rest);
  const auto port =
      port_in(rest.starts_with(" port ") ? rest : rest.substr(0, rest.find(" from ")));
  auto address = name;
  if (const auto open = rest.find('(');
      open != std::string_view::npos && !rest.substr(open + 1).starts_with('#')) {
    address = rest.substr(open + 1);
    address = address.substr(0, address.find_first_of(") "));
  }
  if (name.empty() || port == 0) return;
  const auto server = split_server(printable(address)).first;
  report();
  auto* tried = find_connection(server);
  auto& all = current_->connections;
  if (tried == nullptr && !all.empty() && !all.back().connected && !all.back().failed &&
      !all.back().connect) {
    tried = &connection();
  }
  auto& made = tried != nullptr ? *tried : add_connection(server, port);
  if (!address.empty()) made.server = server;
  made.port = port;
  made.connected = here();
}

/// `one_address`: of several that a name may have; otherwise the sum of all attempts.
void CurlSession::failed_to_connect(std::string_view rest, bool one_address) {
  const auto host = rest.substr(0, rest.find_first_of(" ;"));
  auto reason = after_last(rest, "; ");
  if (!reason) reason = after_last(rest, ": ");
  const auto [server, port] =
      split_server(host.ends_with(':') ? host.substr(0, host.size() - 1) : host);
  if (host.empty() || !reason ||
      (!current_ && !contains(rest, "ailed") && port == 0 && port_in(rest) == 0))
    return;
  report();
  auto* tried = find_connection(server);
  if (tried == nullptr && one_address) tried = &add_connection(server, port_in(rest));
  if (tried == nullptr) tried = &connection();
  if (tried->port == 0) tried->port = port != 0 ? port : port_in(rest);
  if (tried->server.empty()) tried->server = server;
  if (!tried->failed && !tried->connected) tried->failed = told_text(*reason);
  if (*reason == "Timeout was reached" || *reason == "Connection timed out") {
    const auto at = rest.find(" after ");
    if (at != std::string_view::npos) timed_out(rest.substr(at + 7));
  }
}

// --- CONNECT

bool CurlSession::tunnel(std::string_view text) {
  auto rest = text;
  if (take_any(rest, {"CONNECT tunnel established, response ", "CONNECT tunnel failed, response ",
                      "Received HTTP code ", "Proxy replied "})) {
    return told_status(rest, text.starts_with("CONNECT tunnel failed")), true;
  }
  if (rest.starts_with("Received HTTP/0.9") || rest.starts_with("Received a bad HTTP head"))
    return told_no_http(text), true;
  if (rest.starts_with("CONNECT phase completed") && current_) {
    auto& made = connection();
    // curl 7 says so after a refusal, too.
    const bool refused = made.connect_reply && made.connect_reply->status / 100 != 2;
    if (!refused && !made.tunnel) made.tunnel = here();
    return true;
  }
  if (take(rest, "Proxy auth using "))
    return tell_text(connection().proxy_auth, take_word(rest)), true;
  if (take(rest, "Server auth using ")) {
    return tell_text(connection().server_auth, take_word(rest)), true;
  }
  return false;
}

/// Of the answer to a CONNECT: what a plain request gets may be the origin's.
void CurlSession::told_no_http(std::string_view text) {
  if (!current_ || current_->connections.empty()) return;
  auto& made = connection();
  const bool asked = asked_connect_ ? made.connect && !made.connect_reply && !made.tunnel
                                    : made.request && made.request->target.starts_with("http://");
  if (asked) tell_text(made.not_http, text);
}

/// Where no head is in the log, the status is all that is known of the reply. `failed`: it was the
/// last word, so that even a 1xx is no interim answer.
void CurlSession::told_status(std::string_view rest, bool failed) {
  const auto number =
      rest.starts_with("OK ") ? std::optional<std::uint64_t>(200) : take_number(rest);
  if (!number || *number > 999) return;
  report();
  auto& made = connection();
  const int status = static_cast<int>(*number);
  if (!made.connect_reply && failed && !made.earlier_replies.empty() &&
      made.earlier_replies.back().status == status) {
    made.connect_reply = std::move(made.earlier_replies.back());
    made.earlier_replies.pop_back();
  } else if (!made.connect_reply && (status >= 200 || (failed && status >= 100))) {
    LoggedResponse reply;
    reply.status = status;
    reply.where = here();
    made.connect_reply = std::move(reply);
  }
  if (status / 100 == 2 && !made.tunnel) made.tunnel = here();
}

// --- TLS

bool CurlSession::tls(std::string_view text) {
  if (auto message = read_tls_message(text)) {
    message->where = here();
    report();
    auto& messages = connection().tls;
    if (messages.size() < kMostMessages) messages.push_back(std::move(*message));
    return true;
  }
  auto rest = text;
  if (take(rest, "SSL connection using ")) return tell_text(connection().tls_done, rest), true;
  if (!current_ || current_->connections.empty()) return false;
  if (take(rest, "subject: ")) return tell_text(connection().subject, rest), true;
  if (take(rest, "issuer: ")) return tell_text(connection().issuer, rest), true;
  if (take(rest, "start date: ")) return tell_text(connection().starts, rest), true;
  if (take(rest, "expire date: ")) return tell_text(connection().expires, rest), true;
  if (text.starts_with("Proxy certificate:")) return connection().tls_to_proxy = true;
  return false;
}

bool CurlSession::certificate(std::string_view text) {
  const auto why = verify_error(text);
  if (!why) return false;
  report();
  auto& known = connection().verify_error;
  // The short words about the name come first, the whole sentence after them.
  if (!known || known->value.starts_with("subjectAltName does not match")) known = told_text(*why);
  return true;
}

// --- the transfer

bool CurlSession::transfer(std::string_view text) {
  auto rest = text;
  if (take_any(rest, {"transfer closed with ", "end of response with "})) {
    if (const auto missing = take_number(rest)) tell(report().bytes_missing, *missing);
    return true;
  }
  if (take_any(rest, {"Operation timed out after ", "Connection timed out after ",
                      "Connection timeout after "})) {
    return timed_out(rest), true;
  }
  if (take(rest, "Operation too slow. Less than ")) {
    if (const auto rate = take_number(rest)) tell(report().slower_than, *rate);
    if (const auto seconds = number_behind(rest, "the last ")) {
      if (*seconds < 1'000'000) tell(report().timed_out_after, std::chrono::seconds(*seconds));
    }
    return true;
  }
  if (const auto at = text.find(" connect timeout after "); at < 10) {
    return timed_out(text.substr(at + 23)), true;
  }
  return false;
}

/// `20001 milliseconds with 184062 out of 400000 bytes received`, `12000ms, move on!`.
void CurlSession::timed_out(std::string_view rest) {
  const auto after = take_ms(rest);
  if (!after) return;
  auto& made = report();
  tell(made.timed_out_after, *after);
  if (const auto received = number_behind(rest, " with ")) tell(made.bytes_received, *received);
  const auto expected = number_behind(rest, " out of ");
  if (expected && *expected > 0) tell(made.bytes_expected, *expected);
  if (made.connections.empty()) return;
  auto& last = connection();
  if (last.trying && !last.connected && !last.failed)
    last.failed = told_text("Connection timed out");
}

}  // namespace misproxy::evidence
