#include "virtual/actor.hpp"

#include <fmt/format.h>

#include <utility>

namespace misproxy::simulated {

Actor::Actor(Stage& stage, Host& host, std::unique_ptr<Session> session, Party party,
             std::int64_t connection, std::uint64_t random_key)
    : stage_(stage),
      host_(host),
      session_(std::move(session)),
      party_(party),
      connection_(connection),
      random_(random_key) {
  for (const auto peer : {Party::client, Party::proxy, Party::origin}) {
    seat(peer).peer = peer;
    seat(peer).patience =
        std::make_unique<QueueTimer>(stage.queue(), [this, peer] { lose_patience(peer); });
  }
  for (std::size_t i = 0; i < kTimers; ++i) {
    timers_[i] = std::make_unique<QueueTimer>(stage.queue(),
                                              [this, i] { post(Fired{static_cast<Timer>(i)}); });
  }
}

void Actor::attach(Party peer, TcpSocket& socket) {
  seat(peer).socket = &socket;
  socket.belong_to(*this);
  post(Opened{peer});
}

Actor::Seat* Actor::seat_of(const TcpSocket& socket) {
  for (auto& seat : seats_) {
    if (seat.socket == &socket && !seat.over) return &seat;
  }
  return nullptr;
}

// --- from the sockets

void Actor::connected(TcpSocket& socket) {
  if (const auto* seat = seat_of(socket)) post(Opened{seat->peer});
}

void Actor::connect_failed(TcpSocket& socket, Failed::Why why) {
  auto* seat = seat_of(socket);
  if (seat == nullptr) return;
  seat->over = true;
  post(Failed{why});
}

void Actor::received(TcpSocket& socket, std::string_view bytes) {
  const auto* seat = seat_of(socket);
  if (seat != nullptr && !seat->ending) post(Received{seat->peer, {}}, std::string(bytes));
}

void Actor::peer_closed(TcpSocket& socket, Ending how) {
  if (const auto* seat = seat_of(socket)) post(Closed{seat->peer, how, socket.timed_out()});
}

void Actor::drained(TcpSocket& socket) {
  auto* seat = seat_of(socket);
  if (seat == nullptr) return;
  if (seat->ending) return seat->patience->start(kLinger);
  balance();
  post(Drained{seat->peer});
}

void Actor::all_acknowledged(TcpSocket& socket) {
  auto* seat = seat_of(socket);
  if (seat == nullptr || !seat->ending || seat->how != Ending::rst) return;
  socket.abort();
  conclude(*seat);
}

void Actor::finished(TcpSocket& socket) {
  if (auto* seat = seat_of(socket)) seat->parted = true;
  deliver();
}

/// Who cannot be rid of what it has for one neighbour takes no more from the others.
void Actor::balance() {
  for (auto& seat : seats_) {
    if (seat.socket == nullptr || seat.over) continue;
    bool full = false;
    for (const auto& other : seats_) {
      const bool counts = &other != &seat && other.socket != nullptr && !other.over;
      full = full || (counts && other.socket->queued_bytes() > kMostQueued);
    }
    if (full == seat.held_back) continue;
    seat.held_back = full;
    if (full) {
      seat.socket->pause();
    } else {
      seat.socket->resume();
    }
  }
}

// --- the session

void Actor::post(Event event, std::string bytes) {
  inbox_.put(std::move(event), std::move(bytes));
  deliver();
}

/// What the session still has to say comes before the end of a connection.
void Actor::deliver() {
  if (!inbox_.deliver([this](const Event& each) { give(each); })) return;
  for (auto& seat : seats_) {
    if (seat.parted) conclude(seat);
  }
}

void Actor::give(const Event& event) {
  ActionList actions;
  {
    const RandomScope scope(random_);
    session_->step(event, stage_.queue().now(), actions);
  }
  for (auto& action : actions)
    perform(action);
  if (auto comment = host_.take_comment(); !comment.empty())
    stage_.comment_last(std::move(comment));
}

void Actor::perform(Action& action) {
  if (auto* event = std::get_if<Note>(&action)) return perform_note(std::move(*event));
  if (const auto* send = std::get_if<Send>(&action)) {
    auto& to = seat(send->peer);
    if (to.socket != nullptr && !to.over && !to.ending) to.socket->send(send->bytes);
    return balance();
  }
  if (const auto* start = std::get_if<StartTimer>(&action)) {
    return timers_.at(static_cast<std::size_t>(start->timer))->start(start->after);
  }
  if (const auto* stop = std::get_if<StopTimer>(&action)) {
    return timers_.at(static_cast<std::size_t>(stop->timer))->stop();
  }
  if (const auto* wanted = std::get_if<Open>(&action)) return open(*wanted);
  if (const auto* wanted = std::get_if<Resolve>(&action)) return resolve(*wanted);
  if (const auto* hangup = std::get_if<Hangup>(&action)) return hang_up(*hangup);
  if (const auto* half = std::get_if<HalfClose>(&action)) {
    auto& to = seat(half->peer);
    if (to.socket != nullptr && !to.over) to.socket->shut_down();
    return;
  }
  if (const auto* left = std::get_if<Leave>(&action)) return leave(left->peer);
  if (const auto* pause = std::get_if<Pause>(&action)) {
    auto* socket = seat(pause->peer).socket;
    if (socket != nullptr) socket->pause();
  } else if (const auto* resume = std::get_if<Resume>(&action)) {
    auto& from = seat(resume->peer);
    if (from.socket != nullptr && !from.over) from.socket->resume();
  } else if (const auto* count = std::get_if<CountAttempt>(&action)) {
    attempt_ = stage_.count_attempt(count->host);
    inbox_.put(AttemptCounted{attempt_});
  } else if (const auto* secrets = std::get_if<Secrets>(&action)) {
    stage_.secrets(secrets->key_log);
  } else {
    inbox_.put_yielded();
  }
}

void Actor::perform_note(TraceEvent event) {
  if (event.cause == Cause::injected) {
    host_.comment_next(fmt::format("{}: {}", event.fault, event.name));
  }
  stage_.note(*this, std::move(event));
}

void Actor::open(const Open& open) {
  auto& to = seat(open.peer);
  to.ending = false;
  to.parted = false;
  to.over = false;
  to.held_back = false;
  to.patience->stop();
  to.socket = &stage_.open(*this, open);
}

void Actor::looked_up(std::optional<std::string> address) {
  if (address) return post(Resolved{std::move(*address)});
  post(Failed{Failed::Why::unresolved});
}

void Actor::resolve(const Resolve& action) {
  if (stage_.look_up(*this, action.host)) return;
  if (auto address = stage_.resolve(action.host)) {
    inbox_.put(Resolved{std::move(*address)});
  } else {
    inbox_.put(Failed{Failed::Why::unresolved});
  }
}

// --- endings

void Actor::hang_up(const Hangup& hangup) {
  auto& from = seat(hangup.peer);
  if (from.socket == nullptr || from.over || from.parted || from.ending) return;
  from.ending = true;
  from.how = hangup.how;
  from.patience->start(kLinger);
  from.socket->read_on();  // what still comes is read, and let go
  if (hangup.how == Ending::fin) return from.socket->shut_down();
  if (from.socket->queued_bytes() == 0) {
    from.socket->abort();
    conclude(from);
  }
}

void Actor::leave(Party peer) {
  auto& from = seat(peer);
  if (from.socket == nullptr || from.over || from.parted) return;
  from.over = true;
  from.patience->stop();
  from.socket->close();
}

void Actor::lose_patience(Party peer) {
  auto& from = seat(peer);
  if (from.over) return;
  stage_.note(*this, TraceEvent(Point::close, party_, Cause::environment, "linger-timeout"));
  if (from.how == Ending::rst) {
    from.socket->abort();
  } else {
    from.socket->close();
  }
  conclude(from);
}

void Actor::shut_down(Party peer) {
  auto& from = seat(peer);
  if (from.over || from.socket == nullptr) return;
  stage_.note(*this, TraceEvent(Point::close, party_, Cause::environment, "shutdown"));
  end(from);
}

/// Nobody is in front of the origin any more: it is left, but for a RST that waits until what
/// stands before it has arrived.
void Actor::conclude(Seat& from) {
  end(from);
  auto& origin = seat(Party::origin);
  const bool resets = origin.ending && origin.how == Ending::rst;
  if (party_ != Party::proxy || from.peer != Party::client || resets) return;
  if (origin.socket == nullptr || origin.over) return;
  origin.ending = true;
  origin.socket->read_on();
  leave(Party::origin);
}

void Actor::end(Seat& from) {
  if (std::exchange(from.over, true)) return;
  from.patience->stop();
  if (party_ != Party::proxy || from.peer != Party::client) return;
  stage_.note(*this,
              TraceEvent(Point::close, party_, Cause::peer, "closed")
                  .measuring("client_port", std::int64_t{from.socket->ends().remote.port})
                  .measuring("bytes_in", static_cast<std::int64_t>(from.socket->bytes_in()))
                  .measuring("bytes_out", static_cast<std::int64_t>(from.socket->bytes_out())));
}

}  // namespace misproxy::simulated
