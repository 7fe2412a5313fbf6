#pragma once

#include <optional>
#include <string>

#include "http/request_reader.hpp"
#include "plan/plan.hpp"
#include "proxy/tunnel_watch.hpp"
#include "session/session.hpp"

namespace misproxy {

/// The explicit proxy: one client connection, from accept to close.
///
///     accept -> request-head -> upstream-connect -> reply -> tunnel
///                    ^                  |             |
///                    └── next request ──┴─ an answer ─┘   (unless it says close)
///
/// A healthy proxy answers a CONNECT to an origin of the scenario with 200 after the origin is
/// open, any other host with 403, and what is no request with 400 or 431; its own refusals say so
/// in Proxy-Status (RFC 9209). Before each step the plan is asked whether a fault acts there.
/// Source: RFC 9110 section 9.3.6, RFC 9112 sections 3.2 and 9.6.
class ProxySession final : public Session {
 public:
  /// Client bytes held while nothing may pass; more is left in the socket.
  static constexpr std::size_t kMostHeld = 64 * 1024;

  /// `number` counts the client's connections, from 1. The plan outlives the session.
  ProxySession(const Plan& plan, std::int64_t number);

  void step(const Event& event, Instant now, ActionList& actions) override;

 private:
  /// `waiting`: for the world's answer, or for the end of a timed stall; what the client sends is
  /// held. `quiet`: stalled for ever. `lingering`: the last answer is out, and the client may close
  /// first. `closing`: our side is done, the client may still close.
  enum class State { reading_head, waiting, tunnel, quiet, lingering, closing, over };

  struct Act;  // the actions and the time of one step

  void on(const Begin& event, Act& act);
  void on(const Opened& event, Act& act);
  void on(const Received& event, Act& act);
  void on(const Closed& event, Act& act);
  void on(const Drained& event, Act& act);
  void on(const Fired& event, Act& act);
  void on(const Failed& event, Act& act);
  void on(const Resolved& event, Act& act);
  void on(const AttemptCounted& event, Act& act);
  void on(const Yielded& event, Act& act);

  void visit(Point point, Act& act);
  void go_on(Point point, Act& act);
  void perform(const Fault& fault, Point point, TraceFields measured, Act& act);
  void respond(const Respond& deed, Point point, Act& act);
  void close(const Close& deed, Act& act);
  void stall(const Stall& deed, Point point, Act& act);
  void after_stall(Act& act);

  void read_head(std::string_view bytes, Act& act);
  void take_head(Act& act);
  void take_connect(const RequestHead& head, Act& act);
  void await_head(Act& act);
  Note request_note() const;
  void refuse(int status, std::string_view error, std::string_view why, Act& act);
  void start_tunnel(Act& act);
  void relay(Direction direction, std::string_view bytes, Act& act);
  void hold(std::string_view bytes, Act& act);
  void release_held(Act& act);
  void half_close(Act& act);
  bool client_is_behind() const { return undrained_ > kMostHeld; }
  std::optional<Duration> idle_limit() const;
  void on_limit(Act& act);
  void client_left(Ending how, Act& act);
  void drop_origin(Ending how, Act& act);
  void hang_up(Ending how, Act& act);

  const Plan& plan_;
  ConnectionFacts facts_;
  State state_ = State::waiting;
  RequestReader reader_;
  std::optional<Endpoint> target_;
  bool replied_ = false;  // a 2xx has gone out
  bool origin_open_ = false;
  bool client_paused_ = false;
  bool client_gone_ = false;
  std::optional<Ending> origin_ended_;  // while the tunnel stalls
  std::size_t undrained_ = 0;           // bytes of answers that the client has not taken yet
  bool yielding_ = false;               // the origin is heard before what is held counts
  std::string held_;                    // from the client
  std::string held_origin_;             // from the origin, while the tunnel stalls
  std::optional<Point> stalled_at_;
  std::optional<TunnelWatch> watch_;
  Instant last_passed_{};
};

}  // namespace misproxy
