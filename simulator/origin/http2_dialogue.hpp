#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/sha256.hpp"
#include "http/http2_server.hpp"
#include "origin/body_lane.hpp"
#include "origin/dialogue.hpp"
#include "plan/channel.hpp"
#include "plan/later_parts.hpp"

namespace misproxy {

/// The dialogue in HTTP/2, on many streams.
///
///     frames -> Http2Server -> request, whole: its body through a BodyLane
///     answer: its body through a BodyLane -> Http2Server -> frames -> Channel -> pieces to send
///
/// A place in a request or a response is one of its body's bytes, as they stand in DATA frames, and
/// what changes bytes changes those: no frame is broken. What takes time acts on a request's body,
/// and on all frames to the client from a response on until it is out.
///
/// Requests are taken up in the order in which they became whole, and while a fault waits in one
/// response no other is taken up: how far the others had come would be the machine's mood.
class Http2Dialogue final : public Dialogue {
 public:
  Http2Dialogue(const Plan& plan, ConnectionFacts& facts, std::string root, CivilTime began,
                SiteSource source)
      : Dialogue(plan, facts, std::move(root), began, source) {
    if (hashes_bodies()) server_.hash_bodies();
  }

  void receive(std::string_view plaintext) override { server_.receive(plaintext); }
  Progress go_on(Instant now, Client client, ActionList& actions) override;
  void respond(const Answer& answer, Instant now) override;
  void bend(const Due& due, const Bend& bend) override;
  std::optional<Instant> wake(Direction direction) const override;
  bool busy() const override { return server_.busy() || !frames_.drained(); }
  std::size_t backlog() const override { return server_.waiting(); }

 private:
  /// `turn`: a request has been taken up, and its faults act. `choosing`: its answer is not known
  /// yet. `starting`: its response's faults act that stand before all of it.
  enum class Phase { idle, turn, choosing, starting, over };

  /// The body of a request on its way.
  struct RequestBody {
    BodyLane lane;
    std::uint64_t bytes = 0;  // that have passed
    Sha256 hash;              // of those
  };

  /// What is to be sent in a response.
  struct Response {
    std::int32_t stream = 0;
    int status = 200;
    std::vector<std::string> headers;
    std::optional<std::uint64_t> length;
    std::shared_ptr<BodyLane> body;
  };

  std::optional<Due> read(Instant now, ActionList& actions);
  std::optional<Due> move(RequestBody& body, Instant now);
  void begin_request(std::int32_t stream);
  void heed_expectation(std::int32_t stream, Instant now, ActionList& actions);
  std::optional<Due> take_turns(Instant now, ActionList& actions);
  bool take_request(ActionList& actions);
  void answer(Instant now, ActionList& actions);
  void begin_response(Response response, const std::optional<OriginAnswer>& body, Instant now);
  void submit();
  void speak(Instant now, Progress& progress, ActionList& actions);
  bool take_frames(Instant now);
  void end_response(Progress& progress, ActionList& actions);
  void end(Progress& progress, ActionList& actions);
  /// A fault of the response under way has not acted yet, or is at work on all frames.
  bool reserved() const;

  Http2Server server_;
  Phase phase_ = Phase::idle;
  std::map<std::int32_t, RequestBody> requests_;
  std::int64_t requests_begun_ = 0;
  std::int64_t requests_taken_ = 0;
  std::int32_t due_request_ = 0;         // whose fault was due last
  std::optional<Http2Request> current_;  // taken up, and not answered
  ReceivedBody received_;                // its body
  Response response_;                    // the last one
  bool slowed_ = false;                  // a fault of it takes time
  bool under_way_ = false;               // it is not out yet
  Channel frames_;
  bool parting_ = false;              // what is said now stands in no frame, and is the last
  LaterParts later_;                  // of that
  bool silent_ = false;               // nothing is said after this answer
  std::set<std::int32_t> refused_;    // answered before they were whole
  std::optional<std::int32_t> last_;  // the stream that the connection ends with
};

}  // namespace misproxy
