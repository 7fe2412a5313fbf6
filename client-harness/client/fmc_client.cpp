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
  return why == Failed::Why::unreachable ? "No route to host" : "Connection refused";
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
  if (outcome_.phase == ClientPhase::resolve) connect(event.address);
}

void FmcClient::connect(const std::string& address) {
  address_ = address;
  ++connections_;
  connected_ = false;
  connection_began_ = now_;
  reader_.reset();
  tls_.reset();
  log_.remark(fmt::format("  Trying {}:{}...", address, setup_.proxy.port));
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
  log_.remark(fmt::format("Establish HTTP proxy tunnel to {}", target_.origin.text()));
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

void FmcClient::send_connect() {
  const auto authority = target_.origin.text();
  auto& made = exchange("CONNECT", authority);
  made.request_headers = {{"Host", authority}};
  const auto cnonce = fmt::format("{:016x}", draw(setup_.seed, "cnonce", authority, ++requests_));
  if (auto value = credentials_.header_value("CONNECT", authority, cnonce)) {
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
    return fail(ClientError::not_http, "Received HTTP/0.9 or something else in answer to CONNECT");
  }
  if (!had_head && reader_->head()) judge_reply();
  if (state_ != State::working || !reader_->complete()) return;
  const auto status = reader_->head()->status;
  if (status == 407) return answer_challenge();
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
void FmcClient::answer_challenge() {
  const auto& head = *reader_->head();
  const bool stays = head.keep_alive;
  switch (credentials_.take_challenges(head.proxy_authenticate)) {
    case ProxyCredentials::After407::retry:
      if (stays) return send_connect();
      log_.remark("Connection closed by the proxy, to be opened again");
      add(Leave{Party::proxy});
      return connect(address_);
    case ProxyCredentials::After407::rejected:
    case ProxyCredentials::After407::unsupported:
    case ProxyCredentials::After407::no_credentials:
      break;
  }
  log_.remark("CONNECT tunnel failed, response 407");
  fail(ClientError::rejected, "CONNECT tunnel failed, response 407");
}

// --- TLS

void FmcClient::start_tls(std::string_view first_bytes) {
  credentials_.accepted();
  log_.remark("CONNECT phase completed");
  log_.remark(fmt::format("CONNECT tunnel established, response {}", outcome_.http_connect));
  log_.remark("ALPN: offers http/1.1");
  tls_ = std::make_unique<ClientTls>(setup_.tls, target_.origin.host);
  tls_->start();
  enter(ClientPhase::tls, setup_.settings.tls_ms);
  flush_tls();
  if (!first_bytes.empty()) take_ciphertext(first_bytes);
}

void FmcClient::flush_tls() {
  log_messages();
  auto bytes = tls_->take_output();
  if (!bytes.empty()) add(Send{Party::proxy, std::move(bytes)});
}

void FmcClient::log_messages() {
  for (const auto& message : tls_->take_messages())
    log_.remark(message);
}

void FmcClient::on(const Received& event) {
  if (state_ == State::idle || outcome_.phase == ClientPhase::connect) return;
  if (state_ == State::waiting && !tls_) return;
  if (outcome_.phase == ClientPhase::reply) return take_reply(event.bytes);
  take_ciphertext(event.bytes);
}

void FmcClient::take_ciphertext(std::string_view bytes) {
  const bool was_open = tls_->state() != TlsEngine::State::handshake;
  const auto plaintext = tls_->receive(bytes);
  flush_tls();
  const auto state = tls_->state();
  if (!was_open && state == TlsEngine::State::failed) {
    if (tls_->verify_result() != 0) {
      return fail(ClientError::untrusted,
                  fmt::format("SSL certificate problem: {}", tls_->verify_text()));
    }
    return fail(ClientError::tls, fmt::format("OpenSSL: {}", tls_->failure()));
  }
  if (!was_open && state != TlsEngine::State::handshake) handshake_done();
  if (!plaintext.empty()) take_plaintext(plaintext);
  if (state_ != State::working || !tls_) return;  // done, or on another connection
  if (tls_->state() == TlsEngine::State::closed_by_peer) return tls_ended();
  if (tls_->state() == TlsEngine::State::failed) {
    fail(ClientError::tls, fmt::format("OpenSSL SSL_read: {}", tls_->failure()));
  }
}

void FmcClient::handshake_done() {
  add(Note(Point::tunnel, Party::origin, Cause::peer, "tls-handshake")
          .with("version", tls_->version()));
  log_.remark(fmt::format("SSL connection using {} / {}", tls_->version(), tls_->cipher()));
  if (const auto text = tls_->certificate()) {
    log_.remark("Server certificate:");
    log_.remark(fmt::format(" subject: {}", text->subject));
    log_.remark(fmt::format(" start date: {}", text->start_date));
    log_.remark(fmt::format(" expire date: {}", text->expire_date));
    log_.remark(fmt::format(" issuer: {}", text->issuer));
    log_.remark(" SSL certificate verify ok.");
  }
  send_request();
}

// --- the request

bool FmcClient::is_head() const { return method_ == "HEAD"; }

void FmcClient::send_request() {
  auto& made = exchange(method_, target_.url);
  made.request_headers = {
      {"Host", target_.authority()}, {"User-Agent", setup_.user_agent}, {"Accept", "*/*"}};
  body_left_ = method_ == "POST" ? static_cast<std::uint64_t>(setup_.settings.body_bytes) : 0;
  if (method_ == "POST") {
    made.request_headers.emplace_back("Content-Length", fmt::to_string(body_left_));
  }
  made.request_bytes = body_left_;
  std::string head = fmt::format("{} {} HTTP/1.1\r\n", method_, target_.path);
  for (const auto& [name, value] : made.request_headers)
    fmt::format_to(std::back_inserter(head), "{}: {}\r\n", name, value);
  head += "\r\n";
  log_.sent(head);
  outcome_.http_code = 0;
  outcome_.bytes = 0;
  reader_.emplace(is_head() ? RequestKind::head : RequestKind::other);
  head_seen_ = false;
  enter(ClientPhase::request, setup_.settings.idle_ms);
  tls_->send(head);
  send_body();
}

/// As much of the body as goes at once; `Drained` goes on.
void FmcClient::send_body() {
  constexpr std::uint64_t piece = 16 * 1024;
  const auto size = std::min(body_left_, piece);
  if (size > 0) tls_->send(std::string(static_cast<std::size_t>(size), ' '));
  body_left_ -= size;
  outcome_.sent_bytes += size;
  const bool sent = body_left_ == 0;
  if (sent) {
    enter(ClientPhase::response, setup_.settings.response_ms);
  } else {
    limit(setup_.settings.idle_ms);
  }
  flush_tls();
}

void FmcClient::on(const Drained&) {
  const bool sending = state_ == State::working && outcome_.phase == ClientPhase::request;
  if (sending && tls_->state() == TlsEngine::State::open) send_body();
}

// --- the response

void FmcClient::take_plaintext(std::string_view bytes) {
  while (!bytes.empty() && state_ == State::working) {
    bytes.remove_prefix(reader_->feed(bytes));
    if (reader_->error()) return fail(ClientError::not_http, *reader_->error());
    outcome_.bytes = reader_->body_bytes();
    exchanges_.back().response_bytes = reader_->body_bytes();
    exchanges_.back().ended = now_;
    if (!head_seen_ && reader_->head()) response_head_came();
    if (!reader_->complete()) break;
    if (reader_->head()->status >= 200) return response_complete();
    reader_.emplace(is_head() ? RequestKind::head : RequestKind::other);
    head_seen_ = false;
  }
  if (outcome_.phase == ClientPhase::body) limit(setup_.settings.idle_ms);
}

void FmcClient::response_head_came() {
  head_seen_ = true;
  const auto& head = *reader_->head();
  log_.received(head.text);
  if (head.status < 200) return;
  outcome_.http_code = head.status;
  auto& made = exchanges_.back();
  made.status = head.status;
  made.reason = head.reason;
  made.response_headers = head.headers;
  made.answered = now_;
  add(Note(Point::inner_response, Party::origin, Cause::peer, "inner-response")
          .with("status", head.status));
  enter(ClientPhase::body, setup_.settings.idle_ms);
}

void FmcClient::response_complete() {
  const auto& head = *reader_->head();
  const bool redirects = head.status / 100 == 3 && head.location.has_value();
  if (redirects && setup_.settings.max_redirects > 0) return follow(*head.location);
  finish();
}

void FmcClient::follow(const std::string& location) {
  if (outcome_.redirects == setup_.settings.max_redirects) {
    return fail(ClientError::redirects,
                fmt::format("Maximum ({}) redirects followed", setup_.settings.max_redirects));
  }
  const auto next = redirected(target_, location);
  if (!next) {
    return fail(ClientError::redirects, fmt::format("Cannot follow to {}", location));
  }
  ++outcome_.redirects;
  const auto status = reader_->head()->status;
  if (status == 303 || (method_ == "POST" && status != 307 && status != 308)) method_ = "GET";
  const bool here = next->origin == target_.origin && reader_->head()->keep_alive &&
                    tls_->state() == TlsEngine::State::open;
  target_ = *next;
  log_.remark(fmt::format("Issue another request to this URL: '{}'", target_.url));
  if (here) return send_request();
  tls_->close();
  flush_tls();
  add(Leave{Party::proxy});
  connect(address_);
}

/// close_notify, or FIN: no more comes of the response.
void FmcClient::tls_ended() {
  if (outcome_.phase == ClientPhase::tls) {
    return fail(ClientError::closed, "OpenSSL SSL_connect: SSL_ERROR_SYSCALL");
  }
  if (!reader_->head()) return fail(ClientError::closed, "Empty reply from server");
  if (reader_->end_of_input() == ResponseReader::AtEnd::complete) return response_complete();
  const auto whole = reader_->head()->content_length;
  const auto missing = whole ? *whole - reader_->body_bytes() : 0;
  fail(ClientError::truncated,
       fmt::format("transfer closed with {} bytes remaining to read", missing));
}

void FmcClient::on(const Closed& event) {
  if (state_ == State::waiting && tls_) {
    log_.remark("Connection died, and is opened again");
    tls_.reset();
    return add(Leave{Party::proxy});
  }
  if (state_ != State::working || !connected_) return;
  if (event.how == Ending::rst) {
    const bool in_tls = outcome_.phase == ClientPhase::tls;
    return fail(ClientError::reset, in_tls ? "OpenSSL SSL_connect: Connection reset by peer"
                                           : "Recv failure: Connection reset by peer");
  }
  if (outcome_.phase == ClientPhase::reply) {
    return fail(ClientError::closed, "Proxy CONNECT aborted");
  }
  tls_ended();
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
  if (tls_->state() != TlsEngine::State::failed) tls_->close();
  flush_tls();
  end_attempt();
  add(Hangup{Party::proxy, Ending::fin});
  state_ = State::done;
}

void FmcClient::fail(ClientError error, std::string message) {
  const auto phase = outcome_.phase;
  outcome_.error = error;
  outcome_.curl_exit = curl_exit_code(phase, error);
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
  tls_.reset();
}

void FmcClient::on(const Fired& event) {
  if (event.timer == Timer::work && state_ == State::waiting) {
    if (!tls_) return start_attempt();
    state_ = State::working;
    return send_request();
  }
  const bool times_out = event.timer == Timer::limit || event.timer == Timer::attempt;
  if (times_out && state_ == State::working) fail(ClientError::timeout, timeout_text());
}

std::string FmcClient::timeout_text() const {
  const auto ms = std::chrono::duration_cast<Milliseconds>(now_ - connection_began_).count();
  if (outcome_.phase == ClientPhase::connect) {
    return fmt::format("Connection timed out after {} milliseconds", ms);
  }
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
