#include "live/connection.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <utility>

#include "core/ensure.hpp"
#include "core/overloaded.hpp"
#include "fault/fault.hpp"

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

}  // namespace

Connection::Connection(boost::asio::ip::tcp::socket socket, Host& host, std::int64_t number,
                       std::unique_ptr<Session> front, Party front_party)
    : host_(host), number_(number), link_(std::move(socket), *this), silence_(link_.executor()) {
  front_.session = std::move(front);
  front_.party = front_party;
}

void Connection::start() {
  last_heard_ = host_.now();
  post(Place::front, Opened{Party::client});
  link_.start();
}

void Connection::limit_silence(Duration limit) {
  silence_limit_ = limit;
  watch_silence();
}

void Connection::watch_silence() {
  if (over_) return;
  if (waits()) last_heard_ = host_.now();
  const auto idle = host_.now() - last_heard_;
  if (idle >= silence_limit_) {
    note_environment("idle-timeout");
    return link_.finish();
  }
  silence_.expires_after(silence_limit_ - idle);
  silence_.async_wait([self = shared_from_this()](const boost::system::error_code& error) {
    if (!error) self->watch_silence();
  });
}

void Connection::shut_down() {
  if (over_) return;
  note_environment("shutdown");
  link_.finish();
}

// --- from the socket

void Connection::received(std::string_view bytes) {
  last_heard_ = host_.now();
  post_bytes(Place::front, Party::client, std::string(bytes));
}

void Connection::peer_closed(Ending how) { post(Place::front, Closed{Party::client, how}); }

void Connection::drained() {
  last_heard_ = host_.now();
  post(Place::front, Drained{Party::client});
  if (back_.session && !back_paused_) post(Place::back, Drained{Party::client});
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
}

/// The sessions still hear what they have said to each other; then the connection is over.
void Connection::finished() {
  link_done_ = true;
  deliver();
}

void Connection::conclude() {
  if (std::exchange(over_, true)) return;
  note(front_.party, TraceEvent(Point::close, front_.party, Cause::peer, "closed")
                         .measuring("client_port", std::int64_t{link_.peer_port()})
                         .measuring("bytes_in", as_count(link_.bytes_in()))
                         .measuring("bytes_out", as_count(link_.bytes_out())));
  silence_.cancel();
  for (auto* seat : {&front_, &back_}) {
    for (auto& timer : seat->timers)
      timer.reset();
  }
  withheld_.clear();
  host_.connection_over(number_);
}

// --- between the sessions

void Connection::post(Place place, Event event) {
  if (over_) return;
  parcels_.push_back({place, std::move(event), {}});
  deliver();
}

void Connection::post_bytes(Place place, Party from, std::string bytes) {
  parcels_.push_back({place, Received{from, {}}, std::move(bytes)});
  deliver();
}

/// One parcel after the other, however many they beget: never one step inside another.
void Connection::deliver() {
  if (std::exchange(delivering_, true)) return;
  while (!waits()) {
    if (parcels_.empty()) {
      if (!std::exchange(front_yields_, false)) break;
      parcels_.push_back({Place::front, Yielded{}, {}});
    }
    auto parcel = std::move(parcels_.front());
    parcels_.pop_front();
    give(std::move(parcel));
  }
  delivering_ = false;
  link_.capture().settle();
  if (link_done_) conclude();
}

void Connection::give(Parcel parcel) {
  auto& session = seat(parcel.place).session;
  if (!session) return;
  if (auto* bytes = std::get_if<Received>(&parcel.event)) bytes->bytes = parcel.bytes;
  ActionList actions;
  session->step(parcel.event, host_.now(), actions);
  for (auto& action : actions)
    perform(parcel.place, std::move(action));
}

void Connection::perform(Place place, Action action) {
  if (auto* event = std::get_if<Note>(&action)) {
    if (event->cause == Cause::injected) note_fault(*event);
    return note(seat(place).party, std::move(*event));
  }
  if (auto* start = std::get_if<StartTimer>(&action)) return start_timer(place, *start);
  if (auto* stop = std::get_if<StopTimer>(&action)) {
    ++seat(place).starts.at(static_cast<std::size_t>(stop->timer));
    return seat(place).timers.at(static_cast<std::size_t>(stop->timer)).reset();
  }
  if (const auto* secrets = std::get_if<Secrets>(&action)) {
    return link_.capture().secrets(secrets->key_log);
  }
  if (place == Place::front) return perform_front(action);

  // What the back says to its client goes to the front, as from the origin.
  if (std::holds_alternative<Pause>(action)) return link_.pause();
  if (std::holds_alternative<Resume>(action)) return link_.resume();
  Parcel parcel{Place::front, Closed{Party::origin, Ending::fin}, {}};
  if (auto* send = std::get_if<Send>(&action)) {
    parcel = {Place::front, Received{Party::origin, {}}, std::move(send->bytes)};
  } else {
    parcel.event = Closed{Party::origin, std::get<Hangup>(action).how};
  }
  (back_paused_ ? withheld_ : parcels_).push_back(std::move(parcel));
}

void Connection::perform_front(const Action& action) {
  if (const auto* send = std::get_if<Send>(&action)) {
    if (send->peer == Party::client) return link_.send(send->bytes);
    parcels_.push_back({Place::back, Received{Party::client, {}}, send->bytes});
  } else if (const auto* hangup = std::get_if<Hangup>(&action)) {
    if (hangup->peer == Party::client) return link_.hang_up(hangup->how);
    parcels_.push_back({Place::back, Closed{Party::client, hangup->how}, {}});
  } else if (std::holds_alternative<HalfClose>(action)) {
    parcels_.push_back({Place::back, Closed{Party::client, Ending::fin}, {}});
  } else if (const auto* pause = std::get_if<Pause>(&action)) {
    if (pause->peer == Party::client) return link_.pause();
    back_paused_ = true;
  } else if (const auto* resume = std::get_if<Resume>(&action)) {
    if (resume->peer == Party::client) return link_.resume();
    back_paused_ = false;
    parcels_.insert(parcels_.end(), std::make_move_iterator(withheld_.begin()),
                    std::make_move_iterator(withheld_.end()));
    withheld_.clear();
    // It may have been told of no room while it was paused.
    parcels_.push_back({Place::back, Drained{Party::client}, {}});
  } else if (std::holds_alternative<Yield>(action)) {
    front_yields_ = true;
  } else if (const auto* count = std::get_if<CountAttempt>(&action)) {
    attempt_ = host_.count_attempt(count->host);
    parcels_.push_back({Place::front, AttemptCounted{attempt_}, {}});
  } else {
    open_origin(std::get<Open>(action));
  }
}

/// What was said to the one that there was, and what it said, is nobody's any more; its timers
/// are.
void Connection::leave_back() {
  std::erase_if(parcels_, [](const Parcel& parcel) {
    const auto* received = std::get_if<Received>(&parcel.event);
    const auto* closed = std::get_if<Closed>(&parcel.event);
    const bool heard = received != nullptr ? received->peer == Party::origin
                                           : closed != nullptr && closed->peer == Party::origin;
    return parcel.place == Place::back || heard;
  });
  const auto starts = back_.starts;
  back_ = {};
  std::ranges::transform(starts, back_.starts.begin(), [](unsigned count) { return count + 1; });
  back_paused_ = false;
  withheld_.clear();
}

void Connection::open_origin(const Open& open) {
  leave_back();
  ConnectionFacts facts{number_, open.to.host, attempt_, link_.peer_address()};
  back_.session = host_.origin_session(open.to, std::move(facts));
  ensure(back_.session != nullptr, "the proxy opens an origin that the scenario does not name");
  parcels_.push_back({Place::back, Opened{Party::client}, {}});
  parcels_.push_back({Place::front, Opened{Party::origin}, {}});
}

void Connection::start_timer(Place place, const StartTimer& start) {
  if (link_done_) return;
  const auto index = static_cast<std::size_t>(start.timer);
  auto& timer = seat(place).timers.at(index);
  const auto count = ++seat(place).starts.at(index);
  timer.emplace(link_.executor());
  timer->after(start.after, [self = shared_from_this(), place, index,
                             count](const boost::system::error_code& error) {
    if (error || self->over_ || self->seat(place).starts.at(index) != count) return;
    self->post(place, Fired{static_cast<Timer>(index)});
  });
}

// --- the trace

void Connection::note_fault(const TraceEvent& event) {
  silence_.cancel();  // what a fault does has its own time
  if (!link_.capture().is_on()) return;
  const auto* fault = host_.fault(event.fault);
  ensure(fault != nullptr, "a fault acts that the plan does not have");
  link_.capture().acted(shown_of(fault->effect()), fmt::format("{}: {}", event.fault, event.name));
}

void Connection::note(Party seen_by, TraceEvent event) {
  host_.record({"", number_, seq_++, seen_by, 0, std::move(event)});
}

void Connection::note_environment(std::string_view what) {
  note(front_.party, TraceEvent(Point::close, front_.party, Cause::environment, what));
}

}  // namespace misproxy::live
