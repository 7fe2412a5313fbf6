#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "origin/dialogue.hpp"
#include "origin/wrapping.hpp"
#include "plan/fault_counts.hpp"
#include "plan/plan.hpp"
#include "session/session.hpp"

namespace misproxy {

/// Makes the dialogue of a connection whose wrapping is open, and so what it has agreed on is
/// known. `facts`: of the connection, which outlive the dialogue.
using MakeDialogue =
    std::function<std::unique_ptr<Dialogue>(ConnectionFacts& facts, const Wrapping& wrapping)>;

/// A server of HTTP at the end of one connection, within TLS or without: the embedded origin's, or
/// that of a proxy that plays the origin's part to its client.
///
///     bytes -> Wrapping -> Dialogue -> Wrapping -> bytes
///                             └── a fault, performed here: it ends, holds, or alerts
///
/// What is said inside is the dialogue's part.
class OriginSession final : public Session {
 public:
  static constexpr std::size_t kPiece = Dialogue::kPiece;
  static constexpr std::size_t kMostHeld = 256 * 1024;  // of requests not yet answered

  /// `facts`: of the connection that leads here. The plan and the counts outlive the session.
  OriginSession(const Plan& plan, FaultCounts& counts, ConnectionFacts facts,
                std::unique_ptr<Wrapping> wrapping, MakeDialogue make_dialogue);

  void step(const Event& event, Instant now, ActionList& actions) override;

 private:
  /// `waiting`: a timed stall. `quiet`: stalled for ever.
  enum class State { talking, waiting, quiet, over };

  void on(const Begin& event, ActionList& actions);
  void on(const Opened& event, ActionList& actions);
  void on(const Received& event, ActionList& actions);
  void on(const Closed& event, ActionList& actions);
  void on(const Drained& event, ActionList& actions);
  void on(const Fired& event, ActionList& actions);
  void on(const Failed& event, ActionList& actions);
  void on(const Resolved& event, ActionList& actions);
  void on(const AttemptCounted& event, ActionList& actions);
  void on(const Yielded& event, ActionList& actions);

  void take(std::string_view bytes, ActionList& actions);
  void unwrap(ActionList& actions);
  void converse(ActionList& actions);
  void say(std::vector<std::string> pieces, ActionList& actions);
  void set_alarms(ActionList& actions);
  void end_with_client(ActionList& actions);
  void flush(ActionList& actions);
  void bound_input(ActionList& actions);

  // The faults that the dialogue comes to (origin_faults.cpp).
  void meet(const Dialogue::Due& due, ActionList& actions);
  void perform(const Dialogue::Due& due, ActionList& actions);
  void apply(const Answer& answer, ActionList& actions);
  void apply(const End& end, ActionList& actions);
  void apply(const Hold& hold, ActionList& actions);
  void apply(const Alert& alert, ActionList& actions);
  void apply(const UpstreamFailure& failure, ActionList& actions);
  void apply(const Fate& fate, ActionList& actions);
  void apply(const LookupAnswer& answer, ActionList& actions);
  void apply(const Cast& cast, ActionList& actions);
  void after_stall(ActionList& actions);

  void hang_up(Ending how, bool close_notify, ActionList& actions);
  /// The client takes its answers more slowly than it asks: no more are given until `Drained`.
  bool behind() const { return undrained_ > kMostHeld; }
  bool answering() const;

  const Plan& plan_;
  FaultCounts& counts_;
  ConnectionFacts facts_;
  MakeDialogue make_dialogue_;
  Instant now_{};
  std::unique_ptr<Wrapping> wrapping_;
  State state_ = State::talking;
  bool client_done_ = false;  // it sent close_notify or FIN; what it asked for is still answered
  bool paused_ = false;
  std::size_t undrained_ = 0;             // of what was sent, not handed on yet
  std::string held_;                      // what came during a timed stall
  std::unique_ptr<Dialogue> dialogue_;    // once the wrapping is open
  std::optional<Dialogue::Due> awaited_;  // acts when the stall before it is over
};

}  // namespace misproxy
