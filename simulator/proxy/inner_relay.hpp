#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/certificate_kind.hpp"
#include "origin/relayed_dialogue.hpp"
#include "plan/fault_counts.hpp"
#include "session/session.hpp"
#include "tls/catalogue.hpp"

namespace misproxy {

/// What the client meets where faults act on the requests and responses of a real origin: an
/// origin's session, which relays.
///
///     client ── TLS ── OriginSession, RelayedDialogue ── FarSide ── plaintext of the origin's
///
/// Its timers are the inner ones.
class InnerRelay {
 public:
  /// What the far side has said and the client has not taken; past it the origin is asked for no
  /// more.
  static constexpr std::size_t kMostHeld = 256 * 1024;

  /// `shown`: what the client is shown, with a certificate of that `kind`; null without TLS.
  InnerRelay(const Plan& plan, FaultCounts& counts, ConnectionFacts facts, CivilTime began,
             const ServerContext& shown, CertificateKind kind);

  /// An event of the client's, or of an inner timer.
  void step(const Event& event, Instant now);
  void hear(std::string_view plaintext, Instant now);
  /// The first end counts: a close_notify, or else how the connection ended.
  void far_ended(End how, Instant now);

  // What came of it, taken.

  std::string take_for_client() { return std::exchange(for_client_, {}); }
  /// In plaintext.
  std::string take_for_far() { return std::exchange(far_.asked, {}); }
  std::optional<Ending> take_end() { return std::exchange(end_, std::nullopt); }
  /// Notes, secrets, timers, and who is to pause.
  ActionList take_actions() { return std::exchange(actions_, {}); }

 private:
  void perform(Action action);
  void balance();

  FarSide far_;
  std::unique_ptr<Session> session_;
  std::string for_client_;
  std::optional<Ending> end_;
  ActionList actions_;
  bool paused_ = false;
};

}  // namespace misproxy
