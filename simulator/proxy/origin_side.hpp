#pragma once

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "session/action.hpp"

namespace misproxy {

/// Who stands between a proxy's session and the bytes of one origin.
///
///     session ── from_client, take_for_client ── OriginSide ── from_origin, take_for_origin ──
///     origin
class OriginSide {
 public:
  virtual ~OriginSide() = default;

  /// What follows happens then.
  void at(Instant now) { now_ = now; }
  /// An inner timer, or that the client has taken what was sent.
  virtual void tell(const Event& event) = 0;
  virtual void from_client(std::string_view bytes) = 0;
  virtual void from_origin(std::string_view bytes) = 0;
  /// The client sends no more.
  virtual void client_ended() = 0;
  virtual void origin_ended(Ending how) = 0;

  // What came of it, taken.

  std::string take_for_client() { return std::exchange(for_client_, {}); }
  std::string take_for_origin() { return std::exchange(for_origin_, {}); }
  /// Notes, secrets, timers, and who is to pause.
  virtual ActionList take_actions() { return std::exchange(actions_, {}); }
  /// The client is to be told that the origin has ended so: once.
  std::optional<Ending> take_end() { return std::exchange(end_, std::nullopt); }

 protected:
  void act(ActionList actions) { std::ranges::move(actions, std::back_inserter(actions_)); }

  Instant now_{};
  std::string for_client_;
  std::string for_origin_;
  ActionList actions_;
  std::optional<Ending> end_;
};

}  // namespace misproxy
