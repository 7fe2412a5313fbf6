#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "origin/dialogue.hpp"
#include "plan/channel.hpp"
#include "plan/later_parts.hpp"

namespace misproxy {

/// The dialogue in HTTP/1.x: one request, one answer, and then the next.
///
///     plaintext -> meter -> requests: watch, bends -> reader -> request, whole
///     answer: head, body in pieces  -> responses: watch, bends -> pieces to send
///
/// It answers a request only when its body has come too, so that what it says never depends on how
/// the client's bytes were cut, and makes no more of a body than the channel and the client take.
/// The meter tells where in the client's bytes a request ends, whatever the bends make of them.
class Http1Dialogue final : public Dialogue {
 public:
  static constexpr std::size_t kHeadLimit = 64 * 1024;

  using Dialogue::Dialogue;

  void receive(std::string_view plaintext) override { input_ += plaintext; }
  Progress go_on(Instant now, Client client, ActionList& actions) override;
  void respond(const Answer& answer, Instant now) override;
  void bend(const Due& due, const Bend& bend) override;
  std::optional<Instant> wake(Direction direction) const override;
  bool busy() const override { return phase_ == Phase::answering; }
  std::size_t backlog() const override { return input_.size() + arrived_.size(); }

 private:
  /// `turn`: a request is whole, and its faults act. `choosing`: its answer is not known yet.
  enum class Phase { reading, turn, choosing, answering, over };

  void read(Instant now, Progress& progress, ActionList& actions);
  bool meter();
  void begin_metering();
  void watch_for(bool head_known);
  void read_arrived(Instant now, Progress& progress, ActionList& actions);
  void heed_expectation(Instant now, Progress& progress, ActionList& actions);
  void refuse(const RequestError& error, Instant now, Progress& progress, ActionList& actions);
  void take_request(ActionList& actions);
  void take_turn(Progress& progress, ActionList& actions);

  void answer(Instant now, ActionList& actions);
  OriginRoute::Framing framing() const;
  void begin_response(std::string head, std::optional<BodyStream> body, bool has_body, Instant now);
  void go_on_answering(Instant now, bool room, Progress& progress, ActionList& actions);
  bool make(Instant now, bool room);
  void make_body();
  bool is_made() const { return head_.empty() && !body_ && later_.done(); }
  void end_response(Progress& progress);
  bool has_body() const { return reader_.head()->method != "HEAD"; }

  Phase phase_ = Phase::reading;
  std::string input_;  // as the client sent it, of requests not begun yet
  RequestReader meter_{kHeadLimit};
  std::int64_t requests_taken_ = 0;
  std::optional<std::uint64_t> metered_;  // of the request at hand
  OffsetWatch request_watch_;
  Channel requests_;
  std::string arrived_;  // what the bends have made of it
  RequestReader reader_{kHeadLimit};
  bool continued_ = false;          // what this request expects has been heeded
  std::string said_;                // before the answer: a 1xx
  std::string head_;                // of the answer, until it is put
  std::optional<BodyStream> body_;  // until it is put
  bool chunked_ = false;            // it is sent in chunks
  bool cut_short_ = false;          // its source has failed
  LaterParts later_;                // what a fault's answer still has to say
  bool last_ = false;
  bool silent_ = false;  // nothing is said after this answer
  OffsetWatch response_watch_;
  Channel responses_;
};

}  // namespace misproxy
