// What FmcClient does inside the tunnel, TLS, and in it or in the clear: the request and its
// answer.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "client/fmc_client.hpp"
#include "core/ascii.hpp"
#include "tls/verify_result.hpp"

namespace misproxy {

// --- TLS

void FmcClient::start_tls(std::string_view first_bytes) {
  credentials_.accepted();
  log_.remark("CONNECT phase completed");
  log_.remark(fmt::format("CONNECT tunnel established, response {}", outcome_.http_connect));
  log_.remark("ALPN: offers http/1.1");
  tls_ = std::make_unique<ClientTls>(setup_.tls(), target_.origin.host);
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
  if (state_ == State::waiting && !connected_) return;
  if (outcome_.phase == ClientPhase::reply) return take_reply(event.bytes);
  if (target_.plain) return take_plaintext(event.bytes);
  take_ciphertext(event.bytes);
}

void FmcClient::take_ciphertext(std::string_view bytes) {
  const bool was_open = tls_->state() != TlsEngine::State::handshake;
  const auto plaintext = tls_->receive(bytes);
  flush_tls();
  const auto state = tls_->state();
  if (!was_open && state == TlsEngine::State::failed) {
    if (names_other_hosts(tls_->verify_result())) {
      return fail(ClientError::untrusted,
                  fmt::format("SSL: no alternative certificate subject name matches target host "
                              "name '{}'",
                              target_.origin.host));
    }
    if (tls_->verify_result() != 0) {
      return fail(ClientError::untrusted,
                  fmt::format("SSL certificate problem: {}", tls_->verify_text()));
    }
    return fail(ClientError::tls, fmt::format("OpenSSL: {}", tls_->failure()));
  }
  if (!was_open && state != TlsEngine::State::handshake) handshake_done();
  if (!plaintext.empty()) take_plaintext(plaintext);
  if (state_ != State::working || !tls_) return;  // done, or on another connection
  if (tls_->state() == TlsEngine::State::closed_by_peer) return response_ended();
  if (tls_->state() == TlsEngine::State::failed) {
    fail(ClientError::tls, fmt::format("OpenSSL SSL_read: {}", tls_->failure()));
  }
}

void FmcClient::handshake_done() {
  add(Note(Point::tunnel, Party::origin, Cause::peer, "tls-handshake")
          .with("version", tls_->version()));
  tls_text_ = fmt::format("{} / {}", tls_->version(), tls_->cipher());
  log_.remark(fmt::format("SSL connection using {}", tls_text_));
  if (const auto text = tls_->certificate()) {
    tls_text_ += fmt::format("; the certificate of {}, issued by {}", text->subject, text->issuer);
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

/// To a proxy the target is the URL, without what only the client needs of it (RFC 9112 section
/// 3.2.2).
std::string FmcClient::request_head() {
  const auto target =
      target_.plain ? fmt::format("http://{}{}", target_.authority(), target_.path) : target_.path;
  auto& made = exchange(method_, target_.url);
  made.request_headers = {{"Host", target_.authority()}};
  if (target_.plain) {
    if (auto value = credentials(method_, target)) {
      made.request_headers.emplace_back("Proxy-Authorization", std::move(*value));
    }
  }
  made.request_headers.emplace_back("User-Agent", setup_.user_agent);
  made.request_headers.emplace_back("Accept", "*/*");
  if (target_.plain) made.request_headers.emplace_back("Proxy-Connection", "Keep-Alive");
  for (const auto& header : setup_.settings.headers) {
    const auto colon = header.find(':');
    made.request_headers.emplace_back(header.substr(0, colon),
                                      without_blanks(std::string_view(header).substr(colon + 1)));
  }
  body_left_ = method_ == "POST" ? static_cast<std::uint64_t>(setup_.settings.body_bytes) : 0;
  if (method_ == "POST") {
    made.request_headers.emplace_back("Content-Length", fmt::to_string(body_left_));
  }
  made.request_bytes = body_left_;
  std::string head = fmt::format("{} {} HTTP/1.1\r\n", method_, target);
  for (const auto& [name, value] : made.request_headers)
    fmt::format_to(std::back_inserter(head), "{}: {}\r\n", name, value);
  return head + "\r\n";
}

void FmcClient::send_request() {
  const auto head = request_head();
  log_.sent(head);
  outcome_.http_code = 0;
  outcome_.bytes = 0;
  reader_.emplace(is_head() ? RequestKind::head : RequestKind::other);
  head_seen_ = false;
  enter(ClientPhase::request, setup_.settings.idle_ms);
  say(head);
  send_body();
}

void FmcClient::say(const std::string& text) {
  if (target_.plain) return add(Send{Party::proxy, text});
  tls_->send(text);
}

bool FmcClient::can_say() const { return target_.plain || tls_->state() == TlsEngine::State::open; }

/// As much of the body as goes at once; `Drained` goes on.
void FmcClient::send_body() {
  constexpr std::uint64_t piece = 16 * 1024;
  const auto size = std::min(body_left_, piece);
  if (size > 0) say(std::string(static_cast<std::size_t>(size), ' '));
  body_left_ -= size;
  outcome_.sent_bytes += size;
  const bool sent = body_left_ == 0;
  if (sent) {
    enter(ClientPhase::response, setup_.settings.response_ms);
  } else {
    limit(setup_.settings.idle_ms);
  }
  if (tls_) flush_tls();
}

void FmcClient::on(const Drained&) {
  const bool sending = state_ == State::working && outcome_.phase == ClientPhase::request;
  if (sending && can_say()) send_body();
}

// --- the response

void FmcClient::take_plaintext(std::string_view bytes) {
  while (!bytes.empty() && state_ == State::working) {
    bytes.remove_prefix(reader_->feed(bytes));
    outcome_.bytes = reader_->body_bytes();
    exchanges_.back().response_bytes = reader_->body_bytes();
    exchanges_.back().ended = now_;
    if (!head_seen_ && reader_->head()) response_head_came();
    if (reader_->error()) return fail(ClientError::not_http, *reader_->error());
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
  add(target_.plain ? Note(Point::reply, Party::proxy, Cause::peer, "reply")
                    : Note(Point::inner_response, Party::origin, Cause::peer, "inner-response"));
  std::get<Note>(actions_->back()).fields.emplace_back("status", std::int64_t{head.status});
  enter(ClientPhase::body, setup_.settings.idle_ms);
}

void FmcClient::response_complete() {
  const auto& head = *reader_->head();
  if (target_.plain && head.status == 407) return answer_challenge(head.keep_alive);
  if (target_.plain) credentials_.accepted();
  const bool redirects = head.status / 100 == 3 && head.location.has_value();
  const auto& settings = setup_.settings;
  if (redirects && settings.follow.value_or(settings.max_redirects > 0))
    return follow(*head.location);
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
  const bool same = next->plain == target_.plain && (next->plain || next->origin == target_.origin);
  const bool here = same && reader_->head()->keep_alive && can_say();
  target_ = *next;
  log_.remark(fmt::format("Issue another request to this URL: '{}'", target_.url));
  if (here) return send_request();
  if (tls_) {
    tls_->close();
    flush_tls();
  }
  add(Leave{Party::proxy});
  connect(address_);
}

/// close_notify, or FIN: no more comes of the response.
void FmcClient::response_ended() {
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

/// The kernel gives up: curl says so as it says a reset, with that one's exit code.
void FmcClient::lose() {
  const bool in_tls = outcome_.phase == ClientPhase::tls;
  fail(ClientError::timeout,
       in_tls ? "OpenSSL SSL_connect: Connection timed out" : "Recv failure: Connection timed out",
       curl_exit_code(outcome_.phase, ClientError::reset));
}

void FmcClient::on(const Closed& event) {
  if (state_ == State::waiting && connected_) {
    log_.remark("Connection died, and is opened again");
    connected_ = false;
    tls_.reset();
    return add(Leave{Party::proxy});
  }
  if (state_ == State::working && outcome_.phase == ClientPhase::connect &&
      !proxy_tls_failure_.empty()) {
    log_.remark(fmt::format("Connected to {} ({}) port {} (#{})", setup_.proxy.host, address_,
                            setup_.proxy.port, connections_ - 1));
    log_.remark("TLSv1.3 (OUT), TLS handshake, Client hello (1):");
    outcome_.phase = ClientPhase::tls;
    return fail(ClientError::tls,
                fmt::format("OpenSSL: {}", std::exchange(proxy_tls_failure_, {})));
  }
  if (state_ != State::working || !connected_) return;
  if (event.timed_out) return lose();
  if (event.how == Ending::rst) {
    const bool in_tls = outcome_.phase == ClientPhase::tls;
    return fail(ClientError::reset, in_tls ? "OpenSSL SSL_connect: Connection reset by peer"
                                           : "Recv failure: Connection reset by peer");
  }
  if (outcome_.phase == ClientPhase::reply) {
    // As HTTP/1.0 ends a body that has no length: tinyproxy's 407.
    const bool challenged = reader_->head() && reader_->head()->status == 407;
    if (challenged && reader_->end_of_input() == ResponseReader::AtEnd::complete) {
      return answer_challenge(false);
    }
    log_broken_reply();
    return fail(ClientError::closed, "Proxy CONNECT aborted");
  }
  response_ended();
}

}  // namespace misproxy
