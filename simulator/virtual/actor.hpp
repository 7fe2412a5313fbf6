#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>

#include "session/inbox.hpp"
#include "session/session.hpp"
#include "tls/seeded_random.hpp"
#include "trace/event.hpp"
#include "virtual/host.hpp"
#include "virtual/queue.hpp"
#include "virtual/tcp_socket.hpp"

namespace misproxy::simulated {

class Actor;

/// What an actor needs from the world that it is in.
class Stage {
 public:
  virtual ~Stage() = default;
  virtual EventQueue& queue() = 0;
  virtual void note(const Actor& actor, TraceEvent event) = 0;
  virtual std::int64_t count_attempt(const std::string& host) = 0;
  /// What the host knows by itself.
  virtual std::optional<std::string> resolve(const std::string& host) = 0;
  /// Asks the network for the name; false where there is no need to. Answered by `looked_up`.
  virtual bool look_up(Actor& actor, const std::string& host) = 0;
  /// Connects; answered by the socket.
  virtual TcpSocket& open(Actor& actor, const Open& open) = 0;
  virtual void secrets(std::string_view key_log) = 0;
  /// A fault acted, and no packet came of it: it acted on the one that has just arrived.
  virtual void comment_last(std::string comment) = 0;
};

/// A session on its host, with a socket for each neighbour, its timers, and its own random bytes.
///
///     TcpSocket ──> inbox ──event──> Session ──actions──> sockets, timers, trace
class Actor final : public TcpSocket::Owner {
 public:
  /// How long an ending waits for the neighbour, from the last progress; as in the world `live`.
  static constexpr std::chrono::seconds kLinger{5};
  /// Bytes queued to one neighbour past which no more is read from the others.
  static constexpr std::size_t kMostQueued = 256 * 1024;

  Actor(Stage& stage, Host& host, std::unique_ptr<Session> session, Party party,
        std::int64_t connection, std::uint64_t random_key);

  void begin() { post(Begin{}); }
  /// The name that was looked up last has this address, or none.
  void looked_up(std::optional<std::string> address);
  /// A connection that this host has accepted.
  void attach(Party peer, TcpSocket& socket);
  /// The world ends before the connection with `peer` has: nothing more goes over the wire.
  void shut_down(Party peer);

  Party party() const { return party_; }
  Host& host() { return host_; }
  /// The client's connection that its events belong to.
  std::int64_t connection() const { return connection_; }
  void belong_to_connection(std::int64_t number) { connection_ = number; }
  /// The attempt that was counted for it last.
  std::int64_t attempt() const { return attempt_; }
  /// The connection with this neighbour has ended.
  bool over(Party peer) const { return seat(peer).over; }

  void connected(TcpSocket& socket) override;
  void connect_failed(TcpSocket& socket, Failed::Why why) override;
  void received(TcpSocket& socket, std::string_view bytes) override;
  void peer_closed(TcpSocket& socket, Ending how) override;
  void drained(TcpSocket& socket) override;
  void all_acknowledged(TcpSocket& socket) override;
  void finished(TcpSocket& socket) override;

 private:
  /// A neighbour.
  struct Seat {
    Party peer = Party::client;
    TcpSocket* socket = nullptr;
    bool ending = false;
    bool parted = false;  // left to the kernel, and to be told
    bool over = false;
    bool held_back = false;  // not read, because another neighbour is behind
    Ending how = Ending::fin;
    std::unique_ptr<QueueTimer> patience;
  };

  void post(Event event, std::string bytes = {});
  void deliver();
  void give(const Event& event);
  void perform(Action& action);
  void perform_note(TraceEvent event);
  void open(const Open& open);
  void resolve(const Resolve& action);
  void hang_up(const Hangup& hangup);
  void leave(Party peer);
  void conclude(Seat& seat);
  void end(Seat& seat);
  void balance();
  void lose_patience(Party peer);
  Seat& seat(Party peer) { return seats_.at(static_cast<std::size_t>(peer)); }
  const Seat& seat(Party peer) const { return seats_.at(static_cast<std::size_t>(peer)); }
  Seat* seat_of(const TcpSocket& socket);

  Stage& stage_;
  Host& host_;
  std::unique_ptr<Session> session_;
  Party party_;
  std::int64_t connection_;
  std::int64_t attempt_ = 0;
  RandomStream random_;
  std::array<Seat, 3> seats_;
  std::array<std::unique_ptr<QueueTimer>, kTimers> timers_;
  Inbox inbox_;
};

}  // namespace misproxy::simulated
