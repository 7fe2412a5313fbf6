#pragma once

#include <optional>
#include <string>

#include "http/request_reader.hpp"
#include "origin/body_digest.hpp"
#include "origin/http2_dialogue.hpp"
#include "origin/routes.hpp"
#include "plan/fault_counts.hpp"
#include "plan/plan.hpp"
#include "session/session.hpp"
#include "tls/record_units.hpp"
#include "tls/server_tls.hpp"

namespace misproxy {

/// The embedded origin: an HTTPS server at the end of one connection, through the proxy or direct.
///
///     ciphertext -> TLS -> request, whole -> inner-request -> answer -> inner-response -> TLS
///
/// In HTTP/1.x the dialogue is its own; in HTTP/2, where ALPN has agreed on that, Http2Dialogue's.
/// It answers a request only when its body has come too, so that what it says never depends on how
/// the client's bytes were cut, and goes on with a large body only as the last piece is handed on.
class OriginSession final : public Session {
 public:
  static constexpr std::size_t kHeadLimit = 64 * 1024;
  static constexpr std::size_t kPiece = 64 * 1024;      // of a body, at once
  static constexpr std::size_t kMostHeld = 256 * 1024;  // of requests not yet answered
  /// From the first byte that is no TLS, where less than a full record of it comes.
  static constexpr std::chrono::seconds kNoTlsLimit{5};

  /// `facts`: of the connection that leads here; `port` the origin's; `began`: the world's
  /// beginning, from which it knows the date. The plan outlives the session.
  OriginSession(const Plan& plan, FaultCounts& counts, const ServerContext& tls,
                ConnectionFacts facts, std::uint16_t port, CivilTime began);

  void step(const Event& event, Instant now, ActionList& actions) override;

 private:
  /// `hashing`: a download's digest is being computed. `body`: an answer is under way. `waiting`: a
  /// timed stall. `quiet`: stalled for ever.
  enum class State { reading, hashing, body, waiting, quiet, over };

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

  void take_ciphertext(std::string_view bytes, ActionList& actions);
  void decrypt(ActionList& actions);
  void read_requests(ActionList& actions);
  void go_on_in_http2(ActionList& actions);
  void perform_due(const Http2Dialogue::Due& due, ActionList& actions);
  void after_stall(ActionList& actions);
  void note_hello(ActionList& actions);
  void note_unasked(std::string_view how, ActionList& actions);
  void note_handshake(ActionList& actions);
  void flush(ActionList& actions);
  void bound_input(ActionList& actions);
  bool read_one(ActionList& actions);
  void take_request(ActionList& actions);
  void refuse(const RequestError& error, ActionList& actions);
  void perform(const Fault& fault, Point point, ActionList& actions);
  void apply(const Answer& answer, ActionList& actions);
  void apply(const End& end, ActionList& actions);
  void apply(const Hold& hold, ActionList& actions);
  void apply(const Alert& alert, ActionList& actions);
  void apply(const UpstreamFailure& failure, ActionList& actions);
  void apply(const Bend& bend, ActionList& actions);
  void apply(const Fate& fate, ActionList& actions);
  void go_on_after(Point point, ActionList& actions);
  void answer(ActionList& actions);
  void hash_on(ActionList& actions);
  void begin_answer(ActionList& actions);
  void send_body(ActionList& actions);
  std::string next_piece(std::uint64_t up_to);
  void end_answer(ActionList& actions);
  void hang_up(Ending how, bool close_notify, ActionList& actions);
  std::string authority() const;
  /// What stands in every answer of the origin's own, and in none that a fault gives: Date, Server.
  std::vector<std::string> own_headers() const;
  /// The client takes its answers more slowly than it asks: no more are given until `Drained`.
  bool behind() const { return undrained_ > kMostHeld; }
  bool answering() const;

  const Plan& plan_;
  FaultCounts& counts_;
  ConnectionFacts facts_;
  std::uint16_t port_;
  CivilTime began_;
  Instant now_{};
  ServerTls tls_;
  std::size_t secrets_told_ = 0;
  State state_ = State::reading;
  bool hello_told_ = false;
  bool asked_ = false;  // a byte of a request has come
  bool unasked_told_ = false;
  bool client_done_ = false;  // it sent close_notify or FIN; what it asked for is still answered
  bool paused_ = false;
  std::size_t undrained_ = 0;  // of what was sent, not handed on yet
  RecordUnits units_;
  std::string record_;  // what has come of the record under way
  std::string input_;   // plaintext not read yet
  std::string held_;    // ciphertext that came during a timed stall
  RequestReader reader_{kHeadLimit};
  bool continued_ = false;  // 100 Continue was sent for this request
  OriginAnswer answer_;
  std::optional<BodyDigest> digest_;
  std::optional<Http2Dialogue> http2_;
  std::uint64_t sent_ = 0;  // of the body
  const Fault* body_fault_ = nullptr;
  Point stalled_at_ = Point::inner_request;
};

}  // namespace misproxy
