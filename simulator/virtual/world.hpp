#pragma once

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "plan/fault_counts.hpp"
#include "plan/plan.hpp"
#include "proxy/proxy_party.hpp"
#include "session/client_session.hpp"
#include "session/files.hpp"
#include "tls/seeded_keys.hpp"
#include "virtual/actor.hpp"
#include "virtual/host.hpp"
#include "virtual/link.hpp"
#include "virtual/lookup.hpp"
#include "virtual/resolver.hpp"
#include "virtual/router.hpp"
#include "virtual/run_record.hpp"

namespace misproxy::simulated {

/// The virtual world: three hosts, a router and the links between them, a client that begins, and a
/// proxy and an origin session for each connection that reaches them. No clock, no socket, no
/// thread: the same plan and client make the same record, byte for byte.
///
///                           resolver
///     client host ── link ── router ── link ── proxy host
///      (client)                └── link ── origin host
///                                              (a ProxySession, an OriginSession a connection)
class World final : public Stage, public Router::Surroundings, private TcpSocket::Owner {
 public:
  /// Virtual time that is left to the others once the client is done.
  static constexpr std::chrono::seconds kEpilogue{10};
  /// That is left to the kernels once no application has a connection any more; as in the lab.
  static constexpr std::chrono::milliseconds kMostPatience{300};

  /// `name` is the scenario's in the trace. `taps`: told of every frame; null where nobody asks.
  /// `files`: those that the scenario names. Plan, keys, client, files and taps outlive the world;
  /// the client belongs to it for one run.
  World(std::string name, const Plan& plan, SeededKeys& keys, std::unique_ptr<ClientSession> client,
        Files& files, Taps* taps);
  ~World() override;

  /// Runs to the end. Once.
  RunRecord run(const Limits& limits);
  const ClientSession& client() const { return *client_session_; }

  EventQueue& queue() override { return queue_; }
  void note(const Actor& actor, TraceEvent event) override;
  std::int64_t count_attempt(const std::string& host) override { return ++attempts_[host]; }
  std::optional<std::string> resolve(const std::string& host) override;
  bool look_up(Actor& actor, const std::string& host) override;
  TcpSocket& open(Actor& actor, const Open& open) override;
  void secrets(std::string_view key_log) override;
  void comment_last(std::string comment) override;
  Flow flow_of(SocketAddress from, SocketAddress to) const override;
  void note(std::int64_t connection, TraceEvent event) override;
  void leaves(Party to, FramePtr frame) override;

 private:
  /// Whom it serves, and who is to play the origin.
  struct ToOrigin {
    ConnectionFacts facts;
    Cast cast;
  };

  // A listener's part of TcpSocket::Owner: what the proxy's and the origin's ports accept.
  void connected(TcpSocket& socket) override;
  void connect_failed(TcpSocket&, Failed::Why) override {}
  void received(TcpSocket&, std::string_view) override {}
  void peer_closed(TcpSocket&, Ending) override {}
  void drained(TcpSocket&) override {}
  void all_acknowledged(TcpSocket&) override {}
  void finished(TcpSocket&) override {}

  void build_hosts();
  void build_host(Party party, IpAddress address);
  void tap(CapturePointId point, const FramePtr& frame, bool routed);
  void arrives_at_router(Party from, FramePtr frame);
  void ask_resolver(const FramePtr& question);
  void refuse(Party from, const Frame& frame);
  void arrives(Party at, const FramePtr& frame);
  void record(std::int64_t connection, Party seen_by, TraceEvent event);
  bool all_over() const;
  bool quiet() const;
  bool flushes() const;
  bool is_settled();
  void shut_down();
  Host& host(Party party) { return *hosts_.at(static_cast<std::size_t>(party)); }

  std::string name_;
  const Plan& plan_;
  FaultCounts counts_;
  SeededKeys& keys_;
  Files& files_;
  ProxyKeys proxy_keys_;
  Taps* taps_;
  EventQueue queue_;
  RunRecord record_;
  FramePtr last_frame_;

  std::array<IpAddress, 3> addresses_{};
  std::array<std::unique_ptr<Host>, 3> hosts_;
  std::array<std::unique_ptr<Link>, 3> to_router_;
  std::array<std::unique_ptr<Link>, 3> from_router_;
  std::unique_ptr<Router> router_;
  Names names_;
  Resolver resolver_;
  std::vector<std::unique_ptr<Lookup>> lookups_;  // the last of them is waited for

  ClientSession* client_session_;
  std::unique_ptr<Actor> client_;
  std::vector<std::unique_ptr<Actor>> servers_;
  std::map<SocketAddress, Flow> flows_;          // by the end that opened it
  std::map<SocketAddress, ToOrigin> to_origin_;  // what a connection of the proxy's is for
  std::map<std::string, std::int64_t> attempts_;
  std::map<std::int64_t, std::int64_t> seqs_;  // events of each connection so far
  std::int64_t opened_ = 0;                    // by the client
  std::optional<Instant> last_call_;           // of the kernels, once all is over
};

}  // namespace misproxy::simulated
