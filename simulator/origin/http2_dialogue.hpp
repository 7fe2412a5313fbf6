#pragma once

#include <optional>
#include <string>
#include <vector>

#include "fault/fault.hpp"
#include "http/http2_server.hpp"
#include "origin/body_digest.hpp"
#include "origin/routes.hpp"
#include "plan/plan.hpp"
#include "session/action.hpp"

namespace misproxy {

/// What the origin has to say in HTTP/2: the routes, and the faults that act on them, on many
/// streams. It knows no TLS and no connection; what a fault does to those is the session's part.
///
///     plaintext -> Http2Server -> request, whole -> inner-request -> answer -> Http2Server
///
/// Requests are taken up in the order in which they became whole, and while a fault waits in one
/// answer's body no other is taken up: how far the others had come would be the machine's mood.
class Http2Dialogue {
 public:
  /// A fault, and the byte of the body that it acts at.
  struct Due {
    const Fault* fault;
    Point point;
    std::uint64_t body_offset = 0;
  };

  /// The plan and the facts outlive it.
  Http2Dialogue(const Plan& plan, const ConnectionFacts& facts, std::string authority)
      : plan_(plan), facts_(facts), authority_(std::move(authority)) {}

  void receive(std::string_view plaintext) { server_.receive(plaintext); }
  /// Takes up what has come. `own_headers` stand in every answer that no fault gives.
  std::optional<Due> take_requests(const std::vector<std::string>& own_headers,
                                   ActionList& actions);
  std::string take_output(std::size_t room) { return server_.take_output(room); }
  /// The fault in the body whose last byte before it has been taken; once.
  std::optional<Due> body_fault();

  /// In the place of the answer to the request that a fault met.
  void respond(const Answer& answer);
  /// After a 1xx, or a stall: as if no fault had met it.
  void answer(const std::vector<std::string>& own_headers, ActionList& actions);
  void go_on_with_body();
  /// A slice more of the digest that was asked for.
  void hash_on(const std::vector<std::string>& own_headers, ActionList& actions);

  bool busy() const { return server_.busy(); }
  /// After this, and what is to be taken still, the connection is to end.
  bool ended() const;
  const std::string& failure() const { return server_.failure(); }

 private:
  void begin(const std::vector<std::string>& own_headers, ActionList& actions);
  Http2Body body_of(const OriginAnswer& answer) const;
  bool waits_for_fault() const { return fault_ != nullptr && server_.is_open(faulty_); }

  const Plan& plan_;
  const ConnectionFacts& facts_;
  std::string authority_;
  Http2Server server_;
  std::optional<Http2Request> current_;  // taken up, and not answered
  OriginAnswer answer_;                  // to it
  std::optional<BodyDigest> digest_;
  std::int32_t faulty_ = 0;  // the stream in whose body a fault acts
  const Fault* fault_ = nullptr;
  std::optional<std::int32_t> last_;  // the stream that the connection ends with
};

}  // namespace misproxy
