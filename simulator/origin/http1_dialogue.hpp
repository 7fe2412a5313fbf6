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
class Http1Dialogue : public Dialogue {
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

 protected:
  /// `turn`: a request is whole, and its faults act. `choosing`: its answer is not known yet.
  enum class Phase { reading, turn, choosing, answering, over };

  // Where its answers come from: here, the site.

  /// The head of a request that asks for `100 Continue` has come.
  virtual void heed_expectation(Instant now, Progress& progress, ActionList& actions);
  /// So much more of the request at hand has come, as the bends have made it.
  virtual void pass(std::string_view) {}
  /// Its turn is over, and an answer is wanted.
  virtual void choose(ActionList& actions);
  /// Begins the answer, once it is known.
  virtual void answer(Instant now, Progress& progress, ActionList& actions);
  /// More of the answer's body; false where there is none by now.
  virtual bool make_body();
  virtual bool body_made() const { return !body_; }
  virtual void end_response(Progress& progress);

  void refuse(const RequestError& error, Instant now, Progress& progress, ActionList& actions);
  void begin_response(std::string head, std::optional<BodyStream> body, bool has_body, Instant now);
  bool has_body() const { return reader_.head()->method != "HEAD"; }

  Phase phase_ = Phase::reading;
  std::string input_;  // as the client sent it, of requests not begun yet
  RequestReader reader_{kHeadLimit};
  Channel responses_;
  bool last_ = false;

 private:
  void read(Instant now, Progress& progress, ActionList& actions);
  bool meter();
  void begin_metering();
  void watch_for(bool head_known);
  void read_arrived(Instant now, Progress& progress, ActionList& actions);
  void take_request(ActionList& actions);
  void take_turn(Progress& progress, ActionList& actions);

  OriginRoute::Framing framing() const;
  void go_on_answering(Instant now, bool room, Progress& progress, ActionList& actions);
  bool make(Instant now, bool room);
  bool is_made() const { return head_.empty() && body_made() && later_.done(); }

  RequestReader meter_{kHeadLimit};
  std::int64_t requests_taken_ = 0;
  std::optional<std::uint64_t> metered_;  // of the request at hand
  OffsetWatch request_watch_;
  Channel requests_;
  std::string arrived_;             // what the bends have made of it
  bool continued_ = false;          // what this request expects has been heeded
  std::string said_;                // before the answer: a 1xx
  std::string head_;                // of the answer, until it is put
  std::optional<BodyStream> body_;  // until it is put
  bool chunked_ = false;            // it is sent in chunks
  bool cut_short_ = false;          // its source has failed
  LaterParts later_;                // what a fault's answer still has to say
  bool silent_ = false;             // nothing is said after this answer
  OffsetWatch response_watch_;
};

}  // namespace misproxy
