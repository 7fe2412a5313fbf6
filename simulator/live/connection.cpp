#include "live/connection.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <utility>

#include "core/ensure.hpp"
#include "core/overloaded.hpp"
#include "fault/fault.hpp"
#include "live/embedded_origin.hpp"
#include "live/upstream.hpp"

namespace misproxy::live {

namespace {

std::int64_t as_count(std::uint64_t value) { return static_cast<std::int64_t>(value); }

/// What a capture is to show of a fault: the end, the silence, or the bytes that follow.
SocketCapture::Effect shown_of(const Effect& effect) {
  using Shown = SocketCapture::Effect;
  return std::visit(
      Overloaded{[](const End&) { return Shown::end; }, [](const Hold&) { return Shown::silence; },
                 [](const auto&) { return Shown::answer; }},
      effect);
}

/// Room for what a session asks for. All connections of a thread use the same, for each step has
/// its turn, and fresh memory is not in the processor's cache.
ActionList& spare_actions() {
  thread_local ActionList actions;
  return actions;
}

void keep_spare_actions(ActionList&& used) {
  constexpr std::size_t kMost = 64;
  if (used.capacity() > kMost) return;
  used.clear();
  spare_actions() = std::move(used);
}

bool is_of_origin(const Event& event) {
  const auto* received = std::get_if<Received>(&event);
  const auto* closed = std::get_if<Closed>(&event);
  return (received != nullptr && received->peer == Party::origin) ||
         (closed != nullptr && closed->peer == Party::origin);
}

}  // namespace

Connection::Connection(Socket socket, boost::asio::ip::tcp::endpoint peer, Host& host,
                       std::int64_t number, std::unique_ptr<Session> front, Party front_party)
    : held_(host.hold()),
      host_(host),
      number_(number),
      link_(std::move(socket), std::move(peer), *this),
      front_(std::move(front), front_party, *this) {
  if (host.stamps_arrivals()) link_.read_stamps();
}

void Connection::start() {
  link_.start();  // a session may end it at once, and a capture shows the beginning first
  post(Opened{Party::client});
  link_.start_reading();
}

void Connection::limit_silence(Duration limit) {
  silence_ = std::make_unique<Silence>();
  silence_->limit = limit;
  hear();
  watch_silence();
}

void Connection::hear() {
  if (silence_) silence_->last_heard = host_.now();
}

void Connection::watch_silence() {
  if (over_ || !silence_) return;
  if (waits()) hear();
  const auto idle = host_.now() - silence_->last_heard;
  if (idle >= silence_->limit) {
    note_environment("idle-timeout");
    return link_.finish();
  }
  silence_->alarm.after(executor(), silence_->limit - idle, [this] {
    const auto self = shared_from_this();
    watch_silence();
  });
}

/// Who had gone by then, or had been told the end, was not cut off; when we looked is no matter.
void Connection::shut_down() {
  link_.take_arrived();
  if (over_) return;
  if (!link_.is_ending() && host_.tells_end()) note_environment("shutdown");
  link_.finish();
}

// --- from the socket

void Connection::received(std::string_view bytes, Arrival arrived) {
  hear();
  post(Received{Party::client, {}}, std::string(bytes), arrived);
}

void Connection::peer_closed(Ending how) { post(Closed{Party::client, how}); }

void Connection::drained() {
  hear();
  if (std::exchange(back_waits_, false)) back_->resume();
  post(Drained{Party::client});
  if (back_ && !back_paused_) tell_back(Drained{Party::client});
}

void Connection::linger_ran_out() { note_environment("linger-timeout"); }

/// What is recorded of it must not pile up. Its end needs no room: little comes then.
bool Connection::waits() {
  if (link_done_) return false;
  if (waiting_ || !host_.is_behind(number_)) return waiting_;
  waiting_ = true;
  host_.await_room(number_, [weak = weak_from_this(), executor = executor()] {
    boost::asio::post(executor, [weak] {
      if (const auto self = weak.lock()) self->go_on();
    });
  });
  return true;
}

void Connection::go_on() {
  waiting_ = false;
  if (link_done_ || waits()) return;
  deliver();
  link_.go_on();
  if (back_) back_->go_on();
}

/// The sessions still hear what they have said to each other; then the connection is over.
void Connection::finished() {
  link_done_ = true;
  deliver();
}

void Connection::conclude() {
  if (std::exchange(over_, true)) return;
  if (host_.tells_end()) {
    note(front_.party(), TraceEvent(Point::close, front_.party(), Cause::peer, "closed")
                             .measuring("client_port", std::int64_t{link_.peer_port()})
                             .measuring("bytes_in", as_count(link_.bytes_in()))
                             .measuring("bytes_out", as_count(link_.bytes_out())));
  }
  silence_.reset();
  front_.stop_all();
  leave_back();
  host_.connection_over(number_);
}

// --- between the sessions

void Connection::post(Event&& event, std::string bytes, Arrival arrived) {
  if (!over_) hand(ToFront{std::move(event), std::move(bytes)}, arrived);
}

/// In the queue, but where nothing stands before it.
void Connection::hand(Parcel&& parcel, Arrival arrived) {
  const bool at_once = !delivering_ && parcels_.empty() && !waits();
  if (!at_once) parcels_.push_back(std::move(parcel));
  deliver(arrived, at_once ? &parcel : nullptr);
}

void Connection::hear_back(Event event, std::string bytes, Arrival arrived) {
  if (over_) return;
  ToFront parcel{std::move(event), std::move(bytes)};
  if (back_paused_) return withhold(std::move(parcel));
  hand(std::move(parcel), arrived);
}

void Connection::withhold(ToFront parcel) {
  if (!withheld_) withheld_ = std::make_unique<std::list<ToFront>>();
  withheld_->push_back(std::move(parcel));
}

void Connection::tell_back(Back::Told told) {
  if (!over_ && back_) hand(ToBack{back_, std::move(told)});
}

/// One parcel after the other, however many they beget: never one step inside another. `first`
/// stands before all in the queue.
void Connection::deliver(Arrival arrived, Parcel* first) {
  if (std::exchange(delivering_, true)) return;
  now_ = std::max(now_, arrived ? time_of(*arrived) : host_.now());
  if (first != nullptr) deliver_one(*first);
  while (!waits()) {
    if (parcels_.empty()) {
      if (!std::exchange(front_yields_, false)) break;
      parcels_.push_back(ToFront{Yielded{}, {}});
    }
    std::list<Parcel> next;  // moved whole, with the place that it stands in
    next.splice(next.begin(), parcels_, parcels_.begin());
    deliver_one(next.front());
  }
  delivering_ = false;
  join_sockets();
  link_.capture().settle();
  if (link_done_) conclude();
}

void Connection::deliver_one(Parcel& parcel) {
  std::visit(Overloaded{[this](ToFront& to) { give(to); },
                        [](ToBack& to) { to.back->take(std::move(to.told)); }},
             parcel);
}

Instant Connection::time_of(Alarm::Clock::time_point when) const {
  return host_.now() - (Alarm::Clock::now() - when);
}

/// Of the two clocks the session's is asked first: none is to fire before its time.
Alarm::Clock::time_point Connection::due(Duration after) const {
  const auto passed = host_.now() - now_;
  return Alarm::Clock::now() - passed + after;
}

/// For as long as nothing can act on what passes, and nobody has to see it.
void Connection::join_sockets() {
  if (!back_ || link_done_) return;
  auto* const socket = back_->socket();
  if (socket == nullptr) return;
  const bool passes = host_.splices() && !link_.capture().is_on() && parcels_.empty() &&
                      !withheld_ && front_.session().passes_all();
  if (passes) {
    link_.join(*socket);
  } else if (link_.joined() != nullptr) {
    tell_passed();
    link_.part();
    link_.go_on();
    socket->go_on();
  }
}

void Connection::tell_passed() {
  const auto* const other = link_.joined();
  if (other == nullptr) return;
  const auto at = std::max(link_.passed_at(), other->passed_at());
  if (at == std::chrono::steady_clock::time_point{}) return;
  front_.session().passed(time_of(at));
}

void Connection::give(ToFront& parcel) {
  tell_passed();
  if (auto* received = std::get_if<Received>(&parcel.event)) {
    received->bytes = parcel.bytes;
    received->owned = &parcel.bytes;
  }
  auto actions = std::exchange(spare_actions(), {});
  front_.session().step(parcel.event, now_, actions);
  for (auto& action : actions)
    perform(std::move(action));
  keep_spare_actions(std::move(actions));
  if (is_of_origin(parcel.event)) ask_for_more();
}

bool Connection::is_from_back(const Parcel& parcel) {
  const auto* to_front = std::get_if<ToFront>(&parcel);
  return to_front != nullptr && is_of_origin(to_front->event);
}

/// The front has taken all that the back had said, and whether it passed any of it on is its own
/// affair: one that holds bytes back says by itself when it wants no more.
void Connection::ask_for_more() {
  if (!back_ || back_paused_ || link_.is_full() || link_.is_resting()) return;
  if (std::ranges::none_of(parcels_, &Connection::is_from_back)) tell_back(Drained{Party::client});
}

void Connection::perform(Action&& action) {
  if (auto* event = std::get_if<Note>(&action)) {
    note_of(front_.party(), std::move(*event));
  } else if (const auto* start = std::get_if<StartTimer>(&action)) {
    start_timer(*start);
  } else if (const auto* stop = std::get_if<StopTimer>(&action)) {
    front_.stop(stop->timer);
  } else if (const auto* secrets = std::get_if<Secrets>(&action)) {
    take_secrets(secrets->key_log);
  } else if (auto* send = std::get_if<Send>(&action)) {
    if (send->peer == Party::client) return send_to_client(std::move(send->bytes));
    tell_back(std::move(*send));
  } else if (const auto* hangup = std::get_if<Hangup>(&action)) {
    if (hangup->peer == Party::client) return link_.hang_up(hangup->how);
    tell_back(*hangup);
  } else if (const auto* half = std::get_if<HalfClose>(&action)) {
    tell_back(*half);
  } else if (const auto* pausing = std::get_if<Pause>(&action)) {
    pause(pausing->peer);
  } else if (const auto* resuming = std::get_if<Resume>(&action)) {
    resume(resuming->peer);
  } else if (std::holds_alternative<Yield>(action)) {
    front_yields_ = true;
  } else if (const auto* count = std::get_if<CountAttempt>(&action)) {
    attempt_ = host_.count_attempt(count->host);
    parcels_.push_back(ToFront{AttemptCounted{attempt_}, {}});
  } else {
    open_origin(std::get<Open>(action));
  }
}

/// A back that fills the queue to the client faster than it empties is asked for no more.
void Connection::send_to_client(std::string bytes) {
  link_.send(std::move(bytes));
  if (back_ && link_.is_full() && !std::exchange(back_waits_, true)) back_->pause();
}

void Connection::pause(Party peer) {
  if (peer == Party::client) return link_.pause();
  if (!std::exchange(back_paused_, true) && back_) back_->pause();
}

void Connection::resume(Party peer) {
  if (peer == Party::client) return link_.resume();
  const bool was_paused = std::exchange(back_paused_, false);
  if (const auto withheld = std::exchange(withheld_, nullptr)) {
    for (auto& parcel : *withheld)
      parcels_.push_back(std::move(parcel));
  }
  if (was_paused && back_) back_->resume();
  // It may have been told of no room while it was paused.
  tell_back(Drained{Party::client});
}

/// What it has said, and the front has not heard, is nobody's any more.
void Connection::leave_back() {
  if (const auto back = std::exchange(back_, nullptr)) back->leave();
  std::erase_if(parcels_, &Connection::is_from_back);
  back_paused_ = false;
  back_waits_ = false;
  withheld_.reset();
}

void Connection::open_origin(const Open& open) {
  leave_back();
  ConnectionFacts facts{number_, open.to.host, attempt_, link_.peer_address()};
  if (auto route = host_.route(open, facts)) {
    const auto to = open.to.text();
    const bool again = std::exchange(reached_, to) == to;
    back_ = std::make_shared<Upstream>(shared_from_this(), std::move(*route), again);
  } else {
    auto session = host_.origin_session(open, std::move(facts));
    ensure(session != nullptr, "the proxy opens an origin that the scenario does not name");
    back_ = std::make_shared<EmbeddedOrigin>(shared_from_this(), std::move(session));
  }
  tell_back(Opened{Party::client});
}

void Connection::start_timer(const StartTimer& start) {
  if (link_done_) return;
  front_.start(start.timer, executor(), due(start.after));
}

void Connection::fired(Timer timer) {
  const auto self = shared_from_this();
  if (!over_) post(Fired{timer});
}

// --- the trace

void Connection::note_of(Party party, TraceEvent&& event) {
  if (event.cause == Cause::injected) note_fault(event);
  note(party, std::move(event));
}

void Connection::note_fault(const TraceEvent& event) {
  silence_.reset();  // what a fault does has its own time
  if (!link_.capture().is_on()) return;
  const auto* fault = host_.fault(event.fault);
  ensure(fault != nullptr, "a fault acts that the plan does not have");
  link_.capture().acted(shown_of(fault->effect()), fmt::format("{}: {}", event.fault, event.name));
}

void Connection::note(Party seen_by, TraceEvent&& event) {
  host_.record({{}, number_, seq_++, seen_by, 0, std::move(event)});
}

void Connection::note_environment(std::string_view what) {
  note(front_.party(), TraceEvent(Point::close, front_.party(), Cause::environment, what));
}

}  // namespace misproxy::live
