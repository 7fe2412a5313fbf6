#pragma once

#include <deque>
#include <string>
#include <utility>
#include <variant>

#include "session/event.hpp"
#include "session/session.hpp"

namespace misproxy {

/// The events of one session, given to it one after the other, however many they beget: never one
/// step inside another. `Yielded` comes when all others have been given.
class Inbox {
 public:
  /// The bytes of a `Received` are kept here until it has been given.
  void put(Event event, std::string bytes = {}) {
    parcels_.push_back({std::move(event), std::move(bytes)});
  }
  void put_yielded() { yields_ = true; }
  void clear() {
    parcels_.clear();
    yields_ = false;
  }

  /// Gives `step` each event, those that are put meanwhile too. False where that is under way
  /// already, further up the stack.
  template <class Step>
  bool deliver(const Step& step) {
    if (std::exchange(delivering_, true)) return false;
    while (!parcels_.empty() || std::exchange(yields_, false)) {
      if (parcels_.empty()) put(Yielded{});
      auto parcel = std::move(parcels_.front());
      parcels_.pop_front();
      if (auto* received = std::get_if<Received>(&parcel.event)) {
        received->bytes = parcel.bytes;
        received->owned = &parcel.bytes;
      }
      step(parcel.event);
    }
    delivering_ = false;
    return true;
  }

  /// Gives them to `session`, and what it asks for each, action by action, to `perform`.
  template <class Perform>
  bool deliver_to(Session& session, Instant now, const Perform& perform) {
    return deliver([&](const Event& event) {
      ActionList asked;
      session.step(event, now, asked);
      for (auto& action : asked)
        perform(std::move(action));
    });
  }

 private:
  struct Parcel {
    Event event;
    std::string bytes;
  };

  std::deque<Parcel> parcels_;
  bool yields_ = false;
  bool delivering_ = false;
};

}  // namespace misproxy
