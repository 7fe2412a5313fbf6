// Requests that the proxy forwards: what passes to the origin, and what comes back.

#include <utility>

#include "core/encoding.hpp"
#include "http/told_field.hpp"
#include "proxy/act.hpp"
#include "proxy/manner.hpp"
#include "proxy/request_target.hpp"

namespace misproxy {
namespace {

std::string_view name_of(OriginTrouble trouble) {
  switch (trouble) {
    case OriginTrouble::closed:
      return "no-response";
    case OriginTrouble::garbled:
      return "bad-response";
    case OriginTrouble::silent:
      return "response-timeout";
  }
  return "";
}

}  // namespace

/// Of the same host and port, and nothing in the scenario tells its connections apart.
bool ProxySession::origin_serves_on() const {
  const bool ended = lanes_.at(static_cast<std::size_t>(Direction::to_client)).ended.has_value();
  return forwarding_ && origin_open_ && !ended &&
         asking().origin == Endpoint{facts_.host, asking().target->port} &&
         !plan_.tells_attempts_inside();
}

/// An origin may end a connection that it has said nothing against, and the next request crosses
/// with that: who gets no byte for it asks once more. Source: RFC 9110 section 9.2.2, RFC 9112
/// section 9.3.1; a body is not kept for that, and an end that a fault has made is to show.
bool ProxySession::may_ask_anew() const {
  return reused_ && !plan_.acts_inside(facts_) && forwarding_->unheard() && forwarding_->asked() &&
         asking().reader->body_bytes() == 0;
}

void ProxySession::ask_anew(Act& act) {
  act.add(Send{Party::origin, forwarding_->request_head(onward())});
  go_on_forwarding(act);
}

/// In the place of the one that there was.
void ProxySession::open_origin(Act& act) {
  reused_ = false;
  drop_origin(Ending::fin, act);
  auto& from_origin = lane(Direction::to_client);
  from_origin.ended.reset();
  from_origin.paused = false;
  asking().held_origin.clear();
  asking().origin = {facts_.host, asking().target->port};
  state_ = State::waiting;
  act.add(Open{Party::origin, asking().origin, asking().cast, onward()});
}

/// Credentials that this proxy does not ask for are for the parent (RFC 9110 section 11.7.2).
Onward ProxySession::onward() const {
  const auto* settings = plan_.origin_for(facts_.host, asking().target->port);
  if (settings == nullptr || !settings->upstream.parent) return {};
  Onward onward;
  if (!asking().gate) onward.credentials = asking().reader->head()->proxy_authorization;
  if (!forwarding_) return onward;
  const auto& instead = settings->upstream.connect_to;
  onward.authority =
      instead ? *instead : std::string(authority_of(asking().reader->head()->target));
  return onward;
}

void ProxySession::answer_itself(Act& act) {
  auto text = forwarding_->own_answer();
  act.add(reply_note(200, told_head(text)));
  const auto next = forwarding_->closes_client() ? Next::hang_up : Next::next_request;
  say(std::move(text), next, act);
}

void ProxySession::start_forwarding(Act& act) {
  begin_reply();
  replying_ = true;
  relaying_ = true;
  last_passed_ = act.now;
  act.add(Send{Party::origin, forwarding_->request_head(onward())});
  note_body(act);
  go_on_forwarding(act);
}

/// With what has come meanwhile.
void ProxySession::go_on_forwarding(Act& act) {
  state_ = State::forwarding;
  if (const auto limit = idle_limit()) act.add(StartTimer{Timer::limit, *limit});
  if (std::exchange(lane(Direction::to_client).paused, false)) act.add(Resume{Party::origin});
  const auto from_origin = std::exchange(asking().held_origin, {});
  if (!from_origin.empty()) pass_response(from_origin, act);
  if (state_ == State::forwarding) release_held(act);
  if (state_ != State::forwarding) return;
  const auto ended = std::exchange(lane(Direction::to_client).ended, std::nullopt);
  return ended ? origin_ended(*ended, act) : pump(Direction::to_client, act);
}

void ProxySession::pass_request(std::string_view bytes, Act& act) {
  const auto taken = forwarding_->take(bytes);
  if (const auto error = forwarding_->request_error()) return refuse_body(*error, act);
  last_passed_ = act.now;
  if (taken > 0) act.add(Send{Party::origin, std::string(bytes.substr(0, taken))});
  note_body(act);
  if (taken < bytes.size()) hold(bytes.substr(taken), act);
}

/// Of a whole body, where the scenario expects something of it.
void ProxySession::note_body(Act& act) {
  if (!forwarding_ || !body_untold_ || !forwarding_->asked()) return;
  body_untold_ = false;
  act.add(Note(Point::request_head, Party::client, Cause::peer, "request-body")
              .measuring("body_bytes", static_cast<std::int64_t>(asking().reader->body_bytes()))
              .measuring("body_sha256", to_hex(asking().reader->body_digest())));
}

/// The client has announced more than has come.
void ProxySession::note_request_trouble(std::string_view name, Cause cause, Act& act) {
  act.add(Note(Point::request_head, Party::client, cause, name)
              .measuring("body_bytes", static_cast<std::int64_t>(asking().reader->body_bytes())));
}

/// The origin must not take what it has for a whole request.
void ProxySession::refuse_body(const RequestError& error, Act& act) {
  drop_origin(Ending::rst, act);
  if (!forwarding_->status()) return refuse(error.status, error.reason, act);
  act.add(Note(Point::request_head, Party::proxy, Cause::peer, "bad-request-body")
              .with("why", error.reason));
  cut_ = Ending::fin;
  pump(Direction::to_client, act);
}

void ProxySession::pass_response(std::string_view bytes, Act& act) {
  last_passed_ = act.now;
  const bool was_known = forwarding_->status().has_value();
  const auto out = forwarding_->hear(bytes);
  const auto status = forwarding_->status();
  if (status && !was_known) {
    act.add(reply_note(*status, told_head(forwarding_->head())));
  }
  undrained_ += out.size();
  lane(Direction::to_client).channel.put(out);
  if (const auto& error = forwarding_->response_error()) {
    return give_up_origin(OriginTrouble::garbled, *error, act);
  }
  pump(Direction::to_client, act);
}

void ProxySession::origin_ended(Ending how, Act& act) {
  if (how == Ending::fin) {
    drop_origin(Ending::fin, act);  // its FIN is answered with ours
    forwarding_->hear_end();
  }
  origin_open_ = false;
  if (forwarding_->answered()) return pump(Direction::to_client, act);
  if (may_ask_anew()) return open_origin(act);
  if (!forwarding_->status() && how == Ending::rst) {
    note_trouble(name_of(OriginTrouble::closed), word(how), act);
    return apply(UpstreamFailure{UpstreamFailure::Why::reset}, Point::reply, act);
  }
  if (!forwarding_->status()) return give_up_origin(OriginTrouble::closed, {}, act);
  note_trouble("response-cut", word(how), act);
  cut_ = how;
  pump(Direction::to_client, act);
}

/// The client gets an answer that says so, or, where one is under way, sees it cut.
void ProxySession::give_up_origin(OriginTrouble trouble, std::string_view why, Act& act) {
  note_trouble(name_of(trouble), why, act);
  drop_origin(Ending::fin, act);
  if (forwarding_->status()) {
    cut_ = Ending::fin;
    return pump(Direction::to_client, act);
  }
  const auto manner = plan_.scenario().proxy.manner;
  const auto answer = trouble_answer(manner, trouble, asking().target->text(), why);
  if (!answer) return hang_up(Ending::fin, act);
  act.add(reply_note(answer->status, told_fields(answer->headers)));
  apply(*answer, Point::reply, act);
}

/// Where the scenario plans faults of the origin, it is one of them that shows.
void ProxySession::note_trouble(std::string_view name, std::string_view why, Act& act) {
  const auto cause = plan_.acts_inside(facts_) ? Cause::peer : Cause::environment;
  Note note(Point::reply, Party::origin, cause, name);
  if (!why.empty()) note.fields.emplace_back("why", std::string(why));
  act.add(std::move(note));
}

/// All that has come for the client has passed.
void ProxySession::conclude_forwarding(Act& act) {
  if (cut_) return hang_up(*cut_, act);
  if (!forwarding_->answered()) return;
  replying_ = false;
  relaying_ = false;
  if (client_gone_ || !forwarding_->keeps_origin()) drop_origin(Ending::fin, act);
  if (forwarding_->closes_client()) return hang_up(Ending::fin, act);
  await_head(act);
}

/// What is left of a request that is answered: it comes before the next one.
void ProxySession::drain_request(std::string_view bytes, Act& act) {
  const auto taken = forwarding_->take(bytes);
  if (forwarding_->request_error()) return hang_up(Ending::fin, act);
  if (!forwarding_->asked()) return;
  hold(bytes.substr(taken), act);
  await_head(act);
}

void ProxySession::on_idle_origin(Act& act) {
  const auto limit = idle_limit().value_or(Duration::max());
  // What a fault lets pass slowly is no fault of the origin's.
  const bool passes = !lane(Direction::to_client).channel.drained();
  const Duration idle = passes ? Duration::zero() : act.now - last_passed_;
  if (idle < limit) return act.add(StartTimer{Timer::limit, limit - idle});
  const bool client_is_due = !forwarding_->asked() && !lane(Direction::to_origin).paused;
  if (!forwarding_->status() && client_is_due) {
    note_request_trouble("request-timeout", Cause::environment, act);
    drop_origin(Ending::rst, act);
    return refuse(408, "the body that the request announces does not come", act);
  }
  if (!forwarding_->status()) return give_up_origin(OriginTrouble::silent, {}, act);
  act.add(Note(Point::reply, Party::proxy, Cause::environment, "idle-timeout"));
  hang_up(Ending::fin, act);
}

}  // namespace misproxy
