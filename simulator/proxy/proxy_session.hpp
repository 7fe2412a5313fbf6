#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/cast.hpp"
#include "http/request_reader.hpp"
#include "plan/agenda.hpp"
#include "plan/channel.hpp"
#include "plan/fault_counts.hpp"
#include "plan/later_parts.hpp"
#include "plan/offset_watch.hpp"
#include "plan/plan.hpp"
#include "proxy/forwarding.hpp"
#include "proxy/gate.hpp"
#include "proxy/manner.hpp"
#include "proxy/tunnel_watch.hpp"
#include "session/session.hpp"

namespace misproxy {

/// The explicit proxy: one client connection, from accept to close.
///
///     accept -> request-head -> auth -> resolve -> upstream-connect -> reply -> tunnel -> close
///                    ^                                   |               |
///                    └── next request ──┴─ an answer ────┴───────────────┘ (unless it says close)
///
/// A healthy proxy answers a CONNECT to an origin of the scenario with 200 after the origin is
/// open, and forwards a request with an `http://` target (Forwarding) once it is, over the
/// connection of the request before it where that leads there; any other host gets 403, and what is
/// no request 400 or 431. Its own refusals say so in Proxy-Status (RFC 9209). At each turn the plan
/// is asked which faults act there; the bytes for the client, and those of the tunnel, go through a
/// Channel, one for each direction.
///
/// proxy_turns.cpp: the points, and what faults do there. proxy_requests.cpp: heads.
/// proxy_forwarding.cpp: requests that are passed on. proxy_streams.cpp: replies and the tunnel.
/// Source: RFC 9110 section 9.3.6, RFC 9112 sections 3.2 and 9.6.
class ProxySession final : public Session {
 public:
  /// Client bytes held while nothing may pass; more is left in the socket.
  static constexpr std::size_t kMostHeld = 64 * 1024;

  /// `facts`: the connection's number, from 1, and the client's address. The plan and the counts
  /// outlive the session.
  ProxySession(const Plan& plan, FaultCounts& counts, ConnectionFacts facts);

  void step(const Event& event, Instant now, ActionList& actions) override;
  bool passes_all() const override;
  void passed(Instant when) override;

 private:
  /// `waiting`: for the world's answer, for a reply that passes slowly, or for the end of a timed
  /// stall; what the client sends is held. `forwarding`: a request passes to the origin, and its
  /// response to the client. `draining`: a request is answered that has not come whole. `quiet`:
  /// stalled for ever. `lingering`: the last answer is out, and the client may close first.
  /// `closing`: our side is done, the client may still close.
  enum class State {
    reading_head,
    waiting,
    tunnel,
    forwarding,
    draining,
    quiet,
    lingering,
    closing,
    over
  };

  /// What comes once a reply has passed.
  enum class Next { proceed, tunnel, next_request, hang_up, linger, silence };

  /// What a request comes to before its tunnel, and what a reply needs.
  struct Asking {
    std::unique_ptr<RequestReader> reader;
    std::unique_ptr<Gate> gate;  // where the proxy asks for credentials
    std::optional<std::pair<std::string, std::int64_t>> named;  // by host and attempt, in the trace
    std::string challenged;  // the host whose attempt was answered with a challenge last
    std::optional<Endpoint> target;
    Endpoint origin;                 // that is open, or was last
    Cast cast;                       // who is to stand behind the proxy for this request
    LaterParts later;                // what a fault's answer still has to say
    const Fault* awaited = nullptr;  // acts when the stall before it is over
    Milliseconds linger{0};          // how long an answer waits for the client to close
    std::optional<OffsetWatch> reply_watch;
    std::string held;         // from the client
    std::string held_origin;  // from the origin
  };

  struct Act;  // the actions and the time of one step

  /// One direction of the bytes: its channel, and the side that they come from.
  struct Lane {
    [[no_unique_address]] Channel channel;  // which has room behind it
    bool paused = false;                    // its source
    std::optional<Ending> ended;  // its source, which is told to the other side behind all bytes
  };

  /// A fault of the tunnel that acts at a time: `due`, or once nothing has passed for `idle`.
  struct Timed {
    const Fault* fault;
    Instant due{};
    std::optional<Duration> idle;
  };

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

  // At the turns of the conversation, and the faults there.
  void visit(Point point, Act& act);
  void proceed(Act& act);
  void go_on(Point point, Act& act);
  void perform(const Fault& fault, Point point, const std::optional<Cut>& place, Act& act);
  void apply(const Answer& answer, Point point, Act& act);
  void apply(const End& end, Point point, Act& act);
  void apply(const Hold& hold, Point point, Act& act);
  void apply(const Alert& alert, Point point, Act& act);
  void apply(const UpstreamFailure& failure, Point point, Act& act);
  void apply(const Fate& fate, Point point, Act& act);
  void apply(const LookupAnswer& answer, Point point, Act& act);
  void apply(const Cast& cast, Point point, Act& act);
  void bend(const Fault& fault, const Bend& bend, Point point, std::uint64_t offset);
  Answer failure_answer(const Failed& failed) const;
  void wait_for(const Fault& fault, Act& act);
  void after_stall(Act& act);

  void read_head(std::string_view bytes, Act& act);
  void take_head(Act& act);
  void take_connect(const RequestHead& head, Act& act);
  bool is_unasked() const;
  bool names_connection();
  void count_attempt(Act& act);
  bool may_pass(Act& act);
  void take_plain(const RequestHead& head, Act& act);
  void begin_attempt(const Endpoint& target, const RequestHead& head, Act& act);
  void await_head(Act& act);
  void read_on(Act& act);
  Note request_note() const;
  void refuse_host(Act& act);
  void refuse(int status, std::string_view why, Act& act);
  bool answer_has_body() const;

  // Requests that are passed on.
  bool origin_serves_on() const;
  void open_origin(Act& act);
  bool may_ask_anew() const;
  void ask_anew(Act& act);
  Onward onward() const;
  void answer_itself(Act& act);
  void start_forwarding(Act& act);
  void go_on_forwarding(Act& act);
  void pass_request(std::string_view bytes, Act& act);
  void refuse_body(const RequestError& error, Act& act);
  void pass_response(std::string_view bytes, Act& act);
  void origin_ended(Ending how, Act& act);
  void give_up_origin(OriginTrouble trouble, std::string_view why, Act& act);
  void note_body(Act& act);
  void note_request_trouble(std::string_view name, Cause cause, Act& act);
  void note_trouble(std::string_view name, std::string_view why, Act& act);
  void conclude_forwarding(Act& act);
  void drain_request(std::string_view bytes, Act& act);
  void on_idle_origin(Act& act);
  void hear_origin(std::string_view bytes, Act& act);

  // Streams: replies, and the tunnel.
  void say(std::string wire, Next next, Act& act);
  void begin_reply();
  void end_reply(Act& act);
  void start_tunnel(Act& act);
  void relay(Direction direction, const Received& event, Act& act);
  void pump(Direction direction, Act& act);
  Cut scan(Direction direction, std::string bytes);
  bool flows() const;
  void balance(Direction direction, Act& act);
  void set_alarm(Direction direction, Act& act);
  void conclude(Direction direction, Act& act);
  void plan_timed(Act& act);
  void set_fault_alarm(Act& act);
  void on_fault_alarm(Act& act);

  void hold(std::string_view bytes, Act& act);
  void hold_origin(std::string_view bytes, Act& act);
  void release_held(Act& act);
  void pass_end_on(Act& act);
  bool client_is_behind() const { return undrained_ > kMostHeld; }
  std::optional<Duration> idle_limit() const;
  void on_limit(Act& act);
  void client_left(Ending how, Act& act);
  void drop_origin(Ending how, Act& act);
  void hang_up(Ending how, Act& act);
  Asking& asking() {
    if (!asking_) asking_ = std::make_unique<Asking>();
    return *asking_;
  }
  const Asking& asking() const {
    static const Asking nothing;
    return asking_ ? *asking_ : nothing;
  }
  Lane& lane(Direction direction) { return lanes_.at(static_cast<std::size_t>(direction)); }

  const Plan& plan_;
  FaultCounts& counts_;
  ConnectionFacts facts_;
  // What only some connections have, or only until their tunnel begins, stands elsewhere: many
  // tunnels are idle, and each keeps what stands here.
  std::unique_ptr<Asking> asking_;          // none in a tunnel
  std::unique_ptr<Forwarding> forwarding_;  // of a request that is no CONNECT
  State state_ = State::waiting;
  Next after_reply_ = Next::proceed;
  std::optional<Ending> cut_;  // how the client sees that no more of it comes
  std::optional<Point> stalled_at_;
  std::optional<Direction> ending_;  // the lane whose end is passed on
  bool body_untold_ = false;         // its body's digest is expected, and not noted yet
  bool relaying_ = false;            // what it hears passes to the client
  bool reused_ = false;              // the origin's connection served a request before
  bool replied_ = false;             // a 2xx has gone out
  bool replying_ = false;            // a reply is under way
  bool origin_open_ = false;
  bool client_gone_ = false;
  bool yielding_ = false;  // the origin is heard before what is held counts
  Agenda agenda_;
  std::size_t undrained_ = 0;  // bytes of answers that the client has not taken yet
  std::optional<TunnelWatch> watch_;
  std::array<Lane, 2> lanes_;
  std::unique_ptr<std::vector<Timed>> timed_;  // where there are any
  Instant last_passed_{};
};

}  // namespace misproxy
