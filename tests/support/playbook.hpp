#pragma once

#include <concepts>
#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "session/session.hpp"

namespace misproxy::test {

/// One action that must come: equal to `action`, or a note of this name.
struct Expected {
  std::string text;
  std::function<bool(const Action&)> matches;

  template <class A>
  requires std::constructible_from<Action, A> Expected(A action)
      : Expected(equal_to(std::move(action))) {}  // NOLINT: an action is expected
  Expected(std::string description, std::function<bool(const Action&)> rule)
      : text(std::move(description)), matches(std::move(rule)) {}

 private:
  static Expected equal_to(Action action);
};

/// A note by its name; its fields may be anything.
Expected noted(std::string_view name);
/// A note by its name that a fault injected.
Expected injected(std::string_view name, std::string_view fault);
/// Bytes to this peer that contain `part`.
Expected sent(Party peer, std::string_view part);

/// What the two peers say.
inline Received from_client(std::string_view bytes) { return {Party::client, bytes}; }
inline Received from_origin(std::string_view bytes) { return {Party::origin, bytes}; }
/// What the client of a tunnel is told.
inline const Send kEstablished{Party::client, "HTTP/1.1 200 Connection established\r\n\r\n"};

/// A dialogue with a session: give events, expect actions, in order. An action left over fails the
/// test, and so does one that never came. Timers are left out unless a test asks for them.
class Playbook {
 public:
  explicit Playbook(Session& session) : session_(session) {}
  ~Playbook();

  Playbook& give(const Event& event);
  Playbook& expect(const std::vector<Expected>& expected);
  Playbook& expect(const Expected& expected) { return expect(std::vector{expected}); }
  Playbook& expect_nothing() { return expect(std::vector<Expected>{}); }
  Playbook& with_timers() {
    timers_ = true;
    return *this;
  }
  Playbook& at(Instant now) {
    now_ = now;
    return *this;
  }
  /// All actions of the last event, taken: for tests that look closer.
  ActionList take();
  /// The bytes sent to this peer in the actions of the last event, and all else dropped.
  std::string take_bytes(Party peer);

 private:
  Session& session_;
  std::deque<Action> pending_;
  Instant now_{};
  bool timers_ = false;
};

}  // namespace misproxy::test
