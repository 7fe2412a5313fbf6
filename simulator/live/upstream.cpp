#include "live/upstream.hpp"

#include <utility>

#include "core/overloaded.hpp"

namespace misproxy::live {

Upstream::Upstream(std::shared_ptr<Front> front, Route route, bool again)
    : Back(std::move(front)),
      route_(std::make_unique<Route>(std::move(route))),
      is_own_origin_(route_->is_own_origin),
      stamped_(route_->stamped),
      again_(again) {}

// --- from the front

void Upstream::take(Told told) {
  if (!front_) return;
  std::visit(
      Overloaded{[&](const Opened&) { dial(); }, [&](Send& each) { send(std::move(each.bytes)); },
                 [&](const HalfClose&) {
                   ended_ = true;
                   if (link_) link_->half_close();
                 },
                 [&](const Hangup& hangup) { hang_up(hangup.how); },
                 [](const Drained&) {},  // `resume` says so
                 [](const Fired&) {}},   // it starts no timer
      told);
}

void Upstream::dial() {
  const auto self = shared_from_this();
  dial_ = std::make_shared<Dial>(
      front_->executor(), std::move(*std::exchange(route_, nullptr)),
      Dial::Outcome{[self](Dial::Reached reached) { self->reached(std::move(reached)); },
                    [self](Failed failed) {
                      self->dial_.reset();
                      if (self->front_) self->front_->from_back(std::move(failed));
                    }});
  const auto dialing = dial_;  // it may have failed before this returns
  dialing->begin();
}

/// Which address it was is the network's mood, and no part of the digest.
void Upstream::reached(Dial::Reached reached) {
  dial_.reset();
  const auto front = front_;
  if (!front) return;
  auto note = TraceEvent(Point::upstream_connect, Party::origin, Cause::peer, "connected")
                  .measuring("address", text_of(reached.peer))
                  .measuring("tried", reached.tried);
  if (!reached.skipped.empty()) note.measured.emplace_back("skipped", reached.skipped);
  if (!again_ && !is_own_origin_) front->note_of(Party::proxy, std::move(note));
  link_.emplace(std::move(reached.socket), reached.peer, *this);
  if (stamped_) link_->read_stamps();
  for (int i = 0; i < pauses_; ++i)
    link_->pause();
  front->from_back(Opened{Party::origin});
  link_->start();
  link_->go_on();
}

void Upstream::send(std::string bytes) {
  if (!link_) return;
  link_->send(std::move(bytes));
  if (link_->is_full() && !std::exchange(client_paused_, true)) front_->pause_client();
}

void Upstream::hang_up(Ending how) {
  ended_ = true;
  resets_ = how == Ending::rst;
  if (dial_) std::exchange(dial_, nullptr)->cancel();
  if (link_) link_->hang_up(how);
}

void Upstream::pause() {
  ++pauses_;
  if (link_) link_->pause();
}

void Upstream::resume() {
  --pauses_;
  if (link_) link_->resume();
}

void Upstream::go_on() {
  if (link_) link_->go_on();
}

/// A RST waits by itself until what stands before it has arrived.
void Upstream::leave() {
  const auto self = shared_from_this();  // the front may hold it no longer
  release_client();
  Back::leave();
  if (dial_) std::exchange(dial_, nullptr)->cancel();
  if (link_ && !resets_) link_->leave();
}

void Upstream::release_client() {
  if (front_ && std::exchange(client_paused_, false)) front_->resume_client();
}

// --- from the socket

void Upstream::received(std::string_view bytes, Arrival arrived) {
  const auto front = front_;  // it may leave while it hears this
  if (front) front->sent_by_back(std::string(bytes), arrived);
}

void Upstream::peer_closed(Ending how) {
  const auto front = front_;
  if (!front) return;
  if (how == Ending::rst && !ended_ && !is_own_origin_) {
    front->note_of(Party::proxy,
                   TraceEvent(Point::tunnel, Party::origin, Cause::environment, "upstream-reset"));
  }
  front->from_back(Closed{Party::origin, how});
}

void Upstream::drained() {
  const auto front = front_;
  release_client();
}

}  // namespace misproxy::live
