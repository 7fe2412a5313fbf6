#include "client/fmc_client.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/draw.hpp"
#include "core/ensure.hpp"

namespace misproxy {
namespace {

ProxyScheme scheme_of(ClientSettings::Auth auth) {
  switch (auth) {
    case ClientSettings::Auth::none:
      return ProxyScheme::none;
    case ClientSettings::Auth::basic:
      return ProxyScheme::basic;
    case ClientSettings::Auth::digest:
      return ProxyScheme::digest;
    case ClientSettings::Auth::any:
      return ProxyScheme::any;
  }
  return ProxyScheme::none;
}

std::string_view why_text(Failed::Why why) {
  return why == Failed::Why::refused ? "Connection refused" : "No route to host";
}

}  // namespace

FmcClient::FmcClient(Setup setup)
    : setup_(std::move(setup)),
      credentials_(scheme_of(setup_.settings.proxy_auth), setup_.settings.proxy_user,
                   setup_.settings.proxy_password) {
  const auto target = parse_target(setup_.settings.url);
  ensure(target.has_value(), "a URL that the loader has not checked");
  first_target_ = *target;
}

void FmcClient::step(const Event& event, Instant now, ActionList& actions) {
  if (state_ == State::done) return;
  now_ = now;
  actions_ = &actions;
  std::visit([&](const auto& e) { on(e); }, event);
  actions_ = nullptr;
}

// --- an attempt

void FmcClient::on(const Begin&) {
  began_ = now_;
  start_attempt();
}

void FmcClient::start_attempt() {
  state_ = State::working;
  const auto attempts = outcome_.attempts + 1;
  outcome_ = {};
  outcome_.attempts = attempts;
  target_ = first_target_;
  method_ = word(setup_.settings.method);
  if (attempts > 1) log_.remark(fmt::format("Attempt {}", attempts));
  if (const auto most = setup_.settings.max_time_ms) add(StartTimer{Timer::attempt, *most});
  connection_began_ = now_;
  if (is_address(setup_.proxy.host)) return connect(setup_.proxy.host);
  enter(ClientPhase::resolve, setup_.settings.resolve_ms);
  add(Resolve{setup_.proxy.host});
}

void FmcClient::on(const Resolved& event) {
  if (outcome_.phase != ClientPhase::resolve) return;
  other_addresses_ = event.others;
  connect(event.address);
}

void FmcClient::connect(const std::string& address) {
  address_ = address;
  ++connections_;
  connected_ = false;
  connection_began_ = now_;
  reader_.reset();
  tls_.reset();
  log_.remark(fmt::format("  Trying {}...", Endpoint{address, setup_.proxy.port}.text()));
  enter(ClientPhase::connect, setup_.settings.connect_ms);
  add(Open{Party::proxy, {address, setup_.proxy.port}});
}

void FmcClient::on(const Failed& event) {
  if (state_ != State::working) return;
  const auto& proxy = setup_.proxy;
  if (event.why == Failed::Why::unresolved) {
    return fail(ClientError::unresolved, fmt::format("Could not resolve proxy: {}", proxy.host));
  }
  if (event.why == Failed::Why::timeout) return fail(ClientError::timeout, timeout_text());
  const bool refused = event.why == Failed::Why::refused;
  const auto ms = std::chrono::duration_cast<Milliseconds>(now_ - connection_began_).count();
  log_.remark(
      fmt::format("connect to {} port {} failed: {}", address_, proxy.port, why_text(event.why)));
  if (!other_addresses_.empty()) {
    const auto next = other_addresses_.front();
    other_addresses_.erase(other_addresses_.begin());
    return connect(next);
  }
  fail(refused ? ClientError::refused : ClientError::unreachable,
       fmt::format("Failed to connect to {} port {} after {} ms: Couldn't connect to server",
                   proxy.host, proxy.port, ms));
}

void FmcClient::on(const Opened&) {
  if (state_ != State::working || outcome_.phase != ClientPhase::connect) return;
  connected_ = true;
  connection_up_ = now_;
  add(Note(Point::accept, Party::proxy, Cause::peer, "connected"));
  log_.remark(fmt::format("Connected to {} ({}) port {} (#{})", setup_.proxy.host, address_,
                          setup_.proxy.port, connections_ - 1));
  if (!target_.plain) {
    log_.remark(fmt::format("Establish HTTP proxy tunnel to {}", target_.origin.text()));
  }
  ask();
}

void FmcClient::ask() {
  if (target_.plain) return send_request();
  send_connect();
}

// --- CONNECT

Exchange& FmcClient::exchange(std::string method, std::string target) {
  auto& made = exchanges_.emplace_back();
  made.connection = connections_;
  made.method = std::move(method);
  made.target = std::move(target);
  made.began = connection_began_;
  made.connected = connection_up_;
  made.asked = now_;
  made.ended = now_;
  return made;
}

std::optional<std::string> FmcClient::credentials(const std::string& method,
                                                  const std::string& uri) {
  const auto cnonce = fmt::format("{:016x}", draw(setup_.seed, "cnonce", uri, ++requests_));
  return credentials_.header_value(method, uri, cnonce);
}

void FmcClient::send_connect() {
  const auto authority = target_.origin.text();
  auto& made = exchange("CONNECT", authority);
  made.request_headers = {{"Host", authority}};
  if (auto value = credentials("CONNECT", authority)) {
    made.request_headers.emplace_back("Proxy-Authorization", std::move(*value));
  }
  made.request_headers.emplace_back("User-Agent", setup_.user_agent);
  made.request_headers.emplace_back("Proxy-Connection", "Keep-Alive");
  std::string head = fmt::format("CONNECT {} HTTP/1.1\r\n", authority);
  for (const auto& [name, value] : made.request_headers)
    fmt::format_to(std::back_inserter(head), "{}: {}\r\n", name, value);
  head += "\r\n";
  log_.sent(head);
  reader_.emplace(RequestKind::connect);
  enter(ClientPhase::reply, setup_.settings.reply_ms);
  add(Send{Party::proxy, std::move(head)});
}

void FmcClient::take_reply(std::string_view bytes) {
  const bool had_head = reader_->head().has_value();
  const auto taken = reader_->feed(bytes);
  if (reader_->error()) {
    log_.remark(*reader_->error());
    // What began as HTTP is no other protocol.
    const bool is_http = reader_->partial_head().starts_with("HTTP/");
    return fail(ClientError::not_http,
                is_http ? fmt::format("Received a bad HTTP head in answer to CONNECT: {}",
                                      *reader_->error())
                        : "Received HTTP/0.9 or something else in answer to CONNECT");
  }
  if (!had_head && reader_->head()) judge_reply();
  if (state_ != State::working || !reader_->complete()) return;
  const auto status = reader_->head()->status;
  if (status == 407) return answer_challenge(reader_->head()->keep_alive);
  start_tls(bytes.substr(taken));
}

void FmcClient::judge_reply() {
  const auto& head = *reader_->head();
  outcome_.http_connect = head.status;
  auto& made = exchanges_.back();
  made.status = head.status;
  made.reason = head.reason;
  made.response_headers = head.headers;
  made.answered = now_;
  made.ended = now_;
  log_.received(head.text);
  add(Note(Point::reply, Party::proxy, Cause::peer, "reply").with("status", head.status));
  if (head.status / 100 == 2 || head.status == 407) return;
  log_.remark(fmt::format("CONNECT tunnel failed, response {}", head.status));
  fail(ClientError::denied, fmt::format("CONNECT tunnel failed, response {}", head.status));
}

/// The whole of a 407 has come: the request again, on this connection where it stays open.
void FmcClient::answer_challenge(bool stays) {
  const auto& head = *reader_->head();
  switch (credentials_.take_challenges(head.proxy_authenticate)) {
    case ProxyCredentials::After407::retry:
      if (stays) return ask();
      log_.remark("Connection closed by the proxy, to be opened again");
      add(Leave{Party::proxy});
      return connect(address_);
    case ProxyCredentials::After407::rejected:
    case ProxyCredentials::After407::unsupported:
    case ProxyCredentials::After407::no_credentials:
      break;
  }
  if (target_.plain) return fail(ClientError::rejected, "The proxy rejects the credentials: 407");
  log_.remark("CONNECT tunnel failed, response 407");
  fail(ClientError::rejected, "CONNECT tunnel failed, response 407");
}

// --- the end

void FmcClient::finish() {
  const auto again = setup_.settings.again_after_ms;
  if (again && !std::exchange(asks_again_, true)) {
    state_ = State::waiting;
    add(StopTimer{Timer::limit});
    log_.remark(
        fmt::format("Connection #{} to host {} left intact", connections_ - 1, setup_.proxy.host));
    return add(StartTimer{Timer::work, *again});
  }
  outcome_.phase = ClientPhase::done;
  add(Note(Point::close, Party::client, Cause::peer, "done")
          .with("http_code", outcome_.http_code)
          .with("bytes", static_cast<std::int64_t>(outcome_.bytes)));
  log_.remark(
      fmt::format("Connection #{} to host {} left intact", connections_ - 1, setup_.proxy.host));
  if (tls_ && tls_->state() != TlsEngine::State::failed) tls_->close();
  if (tls_) flush_tls();
  end_attempt();
  add(Hangup{Party::proxy, Ending::fin});
  state_ = State::done;
}

void FmcClient::fail(ClientError error, std::string message, int curl_exit) {
  const auto phase = outcome_.phase;
  outcome_.error = error;
  outcome_.curl_exit = curl_exit;
  add(Note(Point::close, Party::client, Cause::peer, "failed")
          .with("phase", std::string(word(phase)))
          .with("error", std::string(word(error)))
          .measuring("bytes", static_cast<std::int64_t>(outcome_.bytes)));
  log_.remark(message);
  log_.remark(fmt::format("Closing connection {}", std::max<std::int64_t>(connections_ - 1, 0)));
  log_.plain(fmt::format("curl: ({}) {}", outcome_.curl_exit, message));
  if (!exchanges_.empty() && connected_) exchanges_.back().error = message;
  outcome_.message = std::move(message);
  end_attempt();
  add(Leave{Party::proxy});
  if (outcome_.attempts >= setup_.settings.attempts) {
    state_ = State::done;
    return;
  }
  state_ = State::waiting;
  add(StartTimer{Timer::work, setup_.settings.retry_delay_ms});
}

void FmcClient::end_attempt() {
  outcome_.time = now_ - began_;
  add(StopTimer{Timer::limit});
  add(StopTimer{Timer::attempt});
  connected_ = false;
  tls_.reset();
}

void FmcClient::on(const Fired& event) {
  if (event.timer == Timer::work && state_ == State::waiting) {
    if (!connected_) return start_attempt();
    state_ = State::working;
    return send_request();
  }
  const bool times_out = event.timer == Timer::limit || event.timer == Timer::attempt;
  if (!times_out || state_ != State::working) return;
  log_broken_reply();
  fail(ClientError::timeout, timeout_text());
}

/// Of the answer to the CONNECT something has come, and its head is not whole.
bool FmcClient::reply_broke_off() const {
  return outcome_.phase == ClientPhase::reply && reader_ && !reader_->head() &&
         !reader_->partial_head().empty();
}

/// Line by line, as curl logs it: those that are whole.
void FmcClient::log_broken_reply() {
  if (!reply_broke_off()) return;
  const auto partial = reader_->partial_head();
  log_.received(partial.substr(0, partial.rfind('\n') + 1));
}

std::string FmcClient::timeout_text() const {
  const auto ms = std::chrono::duration_cast<Milliseconds>(now_ - connection_began_).count();
  if (outcome_.phase == ClientPhase::resolve) {
    return fmt::format("Resolving timed out after {} milliseconds", ms);
  }
  if (outcome_.phase == ClientPhase::connect) {
    return fmt::format("Connection timed out after {} milliseconds", ms);
  }
  if (reply_broke_off()) return "Proxy CONNECT aborted due to timeout";
  if (outcome_.phase < ClientPhase::request) {
    return fmt::format("Operation timed out after {} milliseconds with 0 out of 0 bytes received",
                       ms);
  }
  return fmt::format("Operation timed out after {} milliseconds with {} bytes received", ms,
                     outcome_.bytes);
}

void FmcClient::enter(ClientPhase phase, Milliseconds after) {
  outcome_.phase = phase;
  limit(after);
}

void FmcClient::limit(Milliseconds after) {
  if (after.count() == 0) {
    add(StopTimer{Timer::limit});
  } else {
    add(StartTimer{Timer::limit, after});
  }
}

}  // namespace misproxy
