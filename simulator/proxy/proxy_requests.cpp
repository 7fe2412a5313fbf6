// What a client asks of a proxy, as far as its head says.

#include <fmt/format.h>

#include <utility>

#include "http/response_text.hpp"
#include "http/told_field.hpp"
#include "proxy/act.hpp"
#include "proxy/manner.hpp"
#include "proxy/request_target.hpp"

namespace misproxy {
namespace {

constexpr std::string_view kWantsHost =
    "a proxy wants `CONNECT host:port`, or a target such as `http://host/path`";

/// The error type of RFC 9209 section 2.3 for what misproxy itself refuses.
std::string_view error_type(int status) {
  if (status == 403) return "http_request_denied";
  return status == 501 ? "proxy_internal_response" : "http_request_error";
}

}  // namespace

void ProxySession::await_head(Act& act) {
  const auto& settings = plan_.scenario().proxy;
  act.add(StartTimer{Timer::limit, settings.head_timeout_ms});
  if (forwarding_ && !forwarding_->asked()) {
    state_ = State::draining;
    return read_on(act);
  }
  note_body(act);
  state_ = State::reading_head;
  replied_ = false;
  asking().cast = {};
  forwarding_.reset();
  asking().reply_watch.reset();
  lane(Direction::to_client).channel.straighten();
  asking().reader =
      std::make_unique<RequestReader>(static_cast<std::size_t>(settings.head_limit_bytes));
  read_on(act);
}

/// A client that sends no more is answered what it has asked for, and no more comes.
void ProxySession::read_on(Act& act) {
  if (client_is_behind()) return;
  release_held(act);
  const bool waits = state_ == State::reading_head || state_ == State::draining;
  if (client_gone_ && waits) hang_up(Ending::fin, act);
}

void ProxySession::read_head(std::string_view bytes, Act& act) {
  bytes.remove_prefix(asking().reader->feed_head(bytes));
  if (asking().reader->error()) {
    const auto error = *asking().reader->error();
    return refuse(error.status, error.reason, act);
  }
  if (!asking().reader->head()) return;
  state_ = State::waiting;
  hold(bytes, act);  // what came along with the head belongs to what follows it
  take_head(act);
}

void ProxySession::take_head(Act& act) {
  const auto& head = *asking().reader->head();
  act.add(StopTimer{Timer::limit});
  ++facts_.request;
  facts_.credentials = head.credentials;
  if (head.method == "CONNECT") return take_connect(head, act);
  take_plain(head, act);
}

/// A target in absolute-form is another origin's; `*` is the proxy itself.
void ProxySession::take_plain(const RequestHead& head, Act& act) {
  forwarding_ =
      std::make_unique<Forwarding>(*asking().reader, pseudonym(plan_.scenario().proxy.manner));
  body_untold_ = plan_.hashes_bodies_at(RequestExpectation::At::proxy);
  if (body_untold_) asking().reader->hash_body();
  const auto host = absolute_form_host(head.target);
  const bool names_host = host && host->port != 0;
  const auto error = forwarding_->request_error();
  if (names_host && !error) return begin_attempt(*host, head, act);
  act.add(request_note());
  if (error) return refuse(error->status, error->reason, act);
  if (head.method == "OPTIONS" && head.target == "*") return answer_itself(act);
  refuse(400, kWantsHost, act);
}

/// What varies with the client's version is measured, and no part of the digest.
Note ProxySession::request_note() const {
  const auto& head = *asking().reader->head();
  return Note(Point::request_head, Party::client, Cause::peer, "request")
      .with("method", head.method)
      .with("target", without_user(head.target))
      .measuring("http_version", head.version_text())
      .measuring("headers", head.header_names)
      .measuring("fields", head.told_fields)
      .measuring("credentials", head.credentials);
}

void ProxySession::take_connect(const RequestHead& head, Act& act) {
  const auto target = parse_endpoint(head.target);
  if (target && target->port != 0) return begin_attempt(*target, head, act);
  act.add(request_note());
  refuse(400, "CONNECT wants `host:port`, the port from 1 to 65535", act);
}

void ProxySession::begin_attempt(const Endpoint& target, const RequestHead& head, Act& act) {
  asking().target = target;
  facts_.host = folded_host(asking().target->host);
  facts_.method = head.method;
  facts_.target = head.target;
  count_attempt(act);
}

void ProxySession::refuse_host(Act& act) {
  refuse(403, fmt::format("no [[origin]] of the scenario names {}", asking().target->text()), act);
}

void ProxySession::refuse(int status, std::string_view why, Act& act) {
  const auto header = proxy_status(error_type(status), why);
  auto text = refusal_text(status, why, {header}, answer_has_body());
  act.add(Note(Point::request_head, Party::proxy, Cause::peer, "refuse")
              .with("status", status)
              .with("why", std::string(why))
              .measuring("fields", told_head(text)));
  say(std::move(text), Next::hang_up, act);
}

bool ProxySession::answer_has_body() const {
  return !asking().reader || !asking().reader->head() || asking().reader->head()->method != "HEAD";
}

}  // namespace misproxy
