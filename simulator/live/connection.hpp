#pragma once

#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "core/endpoint.hpp"
#include "live/alarm.hpp"
#include "live/back.hpp"
#include "live/dial.hpp"
#include "live/link.hpp"
#include "live/seat.hpp"
#include "plan/plan.hpp"
#include "session/session.hpp"

namespace misproxy::live {

/// What a connection needs from the scenario that it belongs to. Called from every thread.
class Host {
 public:
  virtual ~Host() = default;
  /// What a connection holds for as long as it is there, so that this is, too.
  virtual std::shared_ptr<void> hold() const { return nullptr; }
  virtual Instant now() const = 0;
  /// A fault that has acted; nothing where there is no scenario.
  virtual const Fault* fault(std::string_view) const { return nullptr; }
  /// Adds the scenario and the time.
  virtual void record(TraceLine&& line) = 0;
  virtual std::int64_t count_attempt(const std::string& host) = 0;
  /// Where a request to this origin leads; nothing where the embedded origin plays it without a
  /// socket. `facts` of the connection that asks.
  virtual std::optional<Route> route(const Open&, const ConnectionFacts&) { return std::nullopt; }
  /// The embedded origin that a CONNECT leads to; `facts` of the connection that asks.
  virtual std::unique_ptr<Session> origin_session(const Open& open, ConnectionFacts facts) = 0;
  virtual void connection_over(std::int64_t connection) = 0;
  /// Whether the end of a connection is told in the trace.
  virtual bool tells_end() const { return true; }
  /// Too much of what the connection has recorded is still to be written: it has to wait.
  virtual bool is_behind(std::int64_t) { return false; }
  /// Whether bytes that nothing can act on may pass by themselves.
  virtual bool splices() const { return true; }
  /// Whether when bytes arrive matters, more closely than when they are read.
  virtual bool stamps_arrivals() const { return false; }
  /// Calls, from any thread, once it no longer has to.
  virtual void await_room(std::int64_t, std::function<void()> call) { call(); }
};

/// A client's connection: its socket, the session in front, and, once the proxy has opened it, what
/// stands behind (live/back.hpp). The two are joined in one queue of events, so that the order of
/// what they say to each other is the same in every run.
///
///     client ==socket== Link <-> front <-> back: a session, or a Link ==socket== the upstream
///
/// What comes from outside is told as of when it came, and so is what it begets: sessions take no
/// time, and how late they are asked is no part of a delay.
///
/// All of it runs on the thread of its socket.
class Connection final : public Link::Owner,
                         public Back::Front,
                         public Seat::Owner,
                         public std::enable_shared_from_this<Connection> {
 public:
  /// `front_party`: which party the front session plays.
  Connection(Socket socket, boost::asio::ip::tcp::endpoint peer, Host& host, std::int64_t number,
             std::unique_ptr<Session> front, Party front_party);

  /// Before `start`.
  void capture_with(SocketCapture capture) { link_.capture_with(std::move(capture)); }
  void start();
  /// Closes it where the client sends nothing for so long, or never closes. For a front without a
  /// limit of its own.
  void limit_silence(Duration limit);
  /// misproxy ends: closes at once, and says so in the trace.
  void shut_down();

  Executor executor() override { return link_.executor(); }

  std::shared_ptr<void> alive() override { return shared_from_this(); }
  void received(std::string_view bytes, Arrival arrived) override;
  void peer_closed(Ending how) override;
  void drained() override;
  void linger_ran_out() override;
  bool waits() override;
  void finished() override;
  void fired(Timer timer) override;

  Instant now() const override { return now_; }
  Alarm::Clock::time_point due(Duration after) const override;
  void from_back(Event event) override { hear_back(std::move(event)); }
  void sent_by_back(std::string bytes, Arrival arrived) override {
    hear_back(Received{Party::origin, {}}, std::move(bytes), arrived);
  }
  void tell_back(Back::Told told) override;
  void pause_client() override { link_.pause(); }
  void resume_client() override { link_.resume(); }
  void note_of(Party party, TraceEvent&& event) override;
  void take_secrets(std::string_view key_log) override { link_.capture().secrets(key_log); }

 private:
  /// An event that owns its bytes.
  struct ToFront {
    Event event;
    std::string bytes;
  };
  struct ToBack {
    std::shared_ptr<Back> back;
    Back::Told told;
  };
  using Parcel = std::variant<ToFront, ToBack>;
  struct Silence {
    Duration limit{};
    Instant last_heard{};
    Alarm alarm;
  };

  void post(Event&& event, std::string bytes = {}, Arrival arrived = {});
  void hear_back(Event event, std::string bytes = {}, Arrival arrived = {});
  void hand(Parcel&& parcel, Arrival arrived = {});
  void withhold(ToFront parcel);
  void deliver(Arrival arrived = {}, Parcel* first = nullptr);
  void deliver_one(Parcel& parcel);
  Instant time_of(Alarm::Clock::time_point when) const;
  void conclude();
  void give(ToFront& parcel);
  static bool is_from_back(const Parcel& parcel);
  void ask_for_more();
  void join_sockets();
  void tell_passed();
  void perform(Action&& action);
  void send_to_client(std::string bytes);
  void pause(Party peer);
  void resume(Party peer);
  void open_origin(const Open& open);
  void leave_back();
  void start_timer(const StartTimer& start);
  void note_fault(const TraceEvent& event);
  void note(Party seen_by, TraceEvent&& event);
  void note_environment(std::string_view what);
  void watch_silence();
  void hear();
  void go_on();

  std::shared_ptr<void> held_;  // the last to go
  Host& host_;
  std::int64_t number_;
  std::int64_t seq_ = 0;
  std::int64_t attempt_ = 0;
  Instant now_{};  // never earlier than before
  Link link_;
  Seat front_;
  std::shared_ptr<Back> back_;
  std::string reached_;       // the last origin that a real upstream plays, as host:port
  bool back_paused_ = false;  // by the front
  bool back_waits_ = false;   // for the client to take what was sent
  bool delivering_ = false;
  bool waiting_ = false;
  bool link_done_ = false;
  bool over_ = false;
  bool front_yields_ = false;
  std::list<Parcel> parcels_;                     // lists: an idle connection has nothing of them
  std::unique_ptr<std::list<ToFront>> withheld_;  // from the back, while it is paused
  std::unique_ptr<Silence> silence_;              // where it is limited
};

}  // namespace misproxy::live
