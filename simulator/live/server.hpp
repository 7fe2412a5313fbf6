#pragma once

#include <atomic>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "live/backlog.hpp"
#include "live/connection.hpp"
#include "live/disk_files.hpp"
#include "live/guest_list.hpp"
#include "live/origin_leg.hpp"
#include "live/site.hpp"
#include "live/threads.hpp"
#include "plan/attempt_counts.hpp"
#include "plan/fault_counts.hpp"
#include "plan/plan.hpp"
#include "proxy/proxy_party.hpp"
#include "tls/catalogue.hpp"
#include "trace/recorder.hpp"

namespace misproxy::live {

/// Where an origin of the scenario can be reached without the proxy.
struct OriginPort {
  std::string host;  // as the scenario names it, a glob included
  std::uint16_t port = 0;
  Endpoint listen;
};

/// One scenario, served: a port for the proxy, one for each origin, and the state that belongs to
/// it (the count of connections, and of attempts by host).
class Server final : public Host {
 public:
  /// Connections open at once; more wait in the listen queue.
  static constexpr std::size_t kMostConnections = 8000;
  /// A client that connects to an origin's own port and says nothing for so long is closed.
  static constexpr std::chrono::seconds kOriginSilence{60};

  /// `name` is the scenario's in the trace; `on_closed` is called, from any thread, after each
  /// connection.
  Server(std::string name, Plan plan, Catalogue& catalogue, Recorder& recorder, Threads& threads,
         std::function<void()> on_closed);

  /// Opens the ports on `host`, the proxy's at `port` or at any free one (0). An error tells which
  /// address, and why.
  boost::system::error_code listen(const std::string& host, std::uint16_t port);
  /// The same at a site, which outlives the server: at the addresses that it says, and the origins
  /// at their own ports.
  boost::system::error_code listen_at(Site& site);
  /// Who may connect beside this machine itself: nobody, unless this is called; before `start`.
  void allow(GuestList guests) { guests_ = std::move(guests); }
  /// Records what the sockets of its connections do; before `start`. The recorder outlives the
  /// server.
  void capture_to(PacketRecorder& recorder, std::size_t point) { capture_ = {&recorder, point}; }
  /// Lets connections wait whose records are not written as fast as they come; before `start`.
  void wait_for(Backlog& backlog) { backlog_ = &backlog; }
  /// All bytes pass the sessions, also where nothing can act on them; before `start`.
  void splice(bool splices) { splices_ = splices; }
  bool splices() const override { return splices_; }
  bool stamps_arrivals() const override { return stamps_; }
  /// What this is a part of, and is not freed while connections are there, or ports; before
  /// `start`. Without it, the caller keeps the server until its threads have ended.
  void belong_to(std::weak_ptr<void> owner) { owner_ = std::move(owner); }
  /// Begins to accept.
  void start();
  /// Closes the ports and every connection. Call on the first thread.
  void stop();

  /// Connections and attempts are counted from 1 again, and so is how often each fault has acted.
  /// Call on the first thread.
  void reset();
  /// A fault of the scenario's that is off does not act. From any thread.
  void turn(const std::string& fault, bool on) { counts_.turn(fault, on); }
  bool is_on(const std::string& fault) { return counts_.is_on(fault); }

  const std::string& name() const { return name_; }
  /// What the times of its events are counted from, to the second.
  CivilTime began() const { return began_; }
  const Plan& plan() const { return plan_; }
  const Fault* fault(std::string_view id) const override { return plan_.fault(id); }
  Endpoint proxy() const { return proxy_; }
  /// `http://127.0.0.1:3128`, or `https://` where clients speak TLS with it.
  std::string proxy_url() const;
  std::vector<OriginPort> origins() const;
  /// Accepted so far. On the first thread.
  std::int64_t connections() const { return connections_; }

  std::shared_ptr<void> hold() const override { return owner_.lock(); }
  Instant now() const override { return threads_.now(); }
  void record(TraceLine&& line) override;
  /// What concerns the run itself and no connection. From any thread.
  void record_run(TraceEvent event);
  std::int64_t count_attempt(const std::string& host) override;
  std::optional<Route> route(const Open& open, const ConnectionFacts& facts) override;
  std::optional<Route> route_at_site(const Open& open, const ConnectionFacts& facts);
  std::unique_ptr<Session> origin_session(const Open& open, ConnectionFacts facts) override;
  void connection_over(std::int64_t connection) override;
  bool is_behind(std::int64_t connection) override;
  void await_room(std::int64_t connection, std::function<void()> call) override;

 private:
  /// What a connection of the proxy's to an origin is for.
  struct Asked {
    ConnectionFacts facts;
    Open open;
  };
  /// The origin's end of one.
  struct Leg {
    std::shared_ptr<OriginLeg> host;
    std::shared_ptr<Connection> connection;
  };
  /// A listening port; `origin` where it is one's own.
  struct Door {
    Acceptor acceptor;
    boost::asio::steady_timer retry;
    boost::asio::ip::tcp::endpoint peer;  // whom the last accept has brought
    const OriginSettings* origin = nullptr;
    bool waiting = false;  // an accept is under way
  };

  boost::system::error_code open_door(const boost::asio::ip::address& host, std::uint16_t port,
                                      const OriginSettings* origin);
  void accept(Door& door);
  void take_client(Door& door);
  void accept_failed(Door& door, const boost::system::error_code& error);
  void turn_away(const boost::asio::ip::address& client);
  void welcome(Socket socket, const Door& door);
  void welcome_leg(Socket socket, const Door& door, Asked asked);
  std::int64_t number_for(const Door& door);
  SocketCapture capture_of(const Door& door, std::int64_t number) const;
  std::unique_ptr<Session> front_session(const Door& door, std::int64_t number);
  bool full();
  std::size_t open_connections();
  void shed(std::string_view why);

  std::string name_;
  Plan plan_;
  FaultCounts counts_;
  Catalogue& catalogue_;
  ProxyKeys keys_;
  Recorder& recorder_;
  Threads& threads_;
  CivilTime began_;
  DiskFiles files_;
  std::function<void()> on_closed_;
  Endpoint proxy_;
  OwnPort own_port_;
  Site* site_ = nullptr;
  std::map<boost::asio::ip::tcp::endpoint, Asked> asked_;  // by the proxy's end of it
  std::map<std::int64_t, Leg> legs_;                       // in their order
  std::int64_t legs_begun_ = 0;
  GuestList guests_;
  SocketCapture::Place capture_;
  Backlog* backlog_ = nullptr;
  bool splices_ = true;
  bool stamps_;
  std::weak_ptr<void> owner_;
  std::atomic<std::int64_t> run_events_ = 0;
  std::vector<std::unique_ptr<Door>> doors_;  // the proxy's first
  std::int64_t connections_ = 0;
  std::atomic<bool> crowded_ = false;  // clients wait for a place
  std::atomic<std::int64_t> counted_from_ =
      0;  // the connection before the first that the scenario counts
  bool stopped_ = false;
  std::optional<std::size_t> shed_at_;  // connections open when it was last said that clients wait

  std::mutex mutex_;  // guards what follows
  AttemptCounts attempts_;
  std::map<std::int64_t, std::shared_ptr<Connection>> open_;  // a stalled one waits for nothing
};

}  // namespace misproxy::live
