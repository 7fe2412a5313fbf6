#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/time.hpp"
#include "fault/fault.hpp"
#include "http/request_reader.hpp"
#include "origin/body_digest.hpp"
#include "origin/routes.hpp"
#include "origin/site.hpp"
#include "plan/agenda.hpp"
#include "plan/offset_watch.hpp"
#include "plan/plan.hpp"
#include "session/action.hpp"
#include "tls/authority.hpp"

namespace misproxy {

/// What the origin has to say: the routes, and the faults that act on requests and
/// responses. It knows no TLS and no connection; what a fault does to those is the session's part.
///
///     plaintext -> receive -> request, whole -> inner-request -> answer -> inner-response
///                                  `go_on`: pieces to send, and the fault that acts behind them
///
/// One request after the other is taken up; what its response's faults do is never mixed with
/// another's.
class Dialogue {
 public:
  static constexpr std::size_t kPiece = 64 * 1024;  // of a body, at once

  /// A fault that acts now. `offset` counts the bytes of its stream before it.
  struct Due {
    const Fault* fault;
    Point point;
    std::uint64_t offset = 0;
  };

  /// How far it came: pieces to send, each by itself where there are several, and then at most one
  /// fault. `over`: an answer is out as a whole; `last`: and the connection is to end.
  /// `silent`: it is, and nothing more is to be said. `end`: it ends so at once.
  struct Progress {
    std::vector<std::string> pieces;
    std::optional<Due> due;
    bool over = false;
    bool last = false;
    bool silent = false;
    std::optional<End> end;
    bool any() const { return !pieces.empty() || due || over || last || silent || end; }
  };

  /// What the client does for it: `listens`, it has taken enough for another answer; `room`, and
  /// for more of a body.
  struct Client {
    bool listens = true;
    bool room = true;
  };

  /// The plan and the facts outlive it; the facts are kept up to the request and the response at
  /// hand. `root`: of the origin's URLs, `https://a.test`; `began`: the world's beginning.
  Dialogue(const Plan& plan, ConnectionFacts& facts, std::string root, CivilTime began,
           SiteSource source)
      : plan_(plan), facts_(facts), site_(plan, source, std::move(root)), began_(began) {}
  Dialogue(const Dialogue&) = delete;
  Dialogue& operator=(const Dialogue&) = delete;
  virtual ~Dialogue() = default;

  virtual void receive(std::string_view plaintext) = 0;
  /// A step on, with what has come by now. After a fault, and as long as there was any, again.
  virtual Progress go_on(Instant now, Client client, ActionList& actions) = 0;

  // What becomes of a fault that was due is the session's to say; where it says nothing, all goes
  // on as if the fault had not been.

  /// In the place of the answer, or, a 1xx, before it.
  virtual void respond(const Answer& answer, Instant now) = 0;
  /// The stream that the fault acts on, from where it was due.
  virtual void bend(const Due& due, const Bend& bend) = 0;

  /// A slice more of the digest that was asked for.
  void hash_on(ActionList& actions);
  /// When what is bent goes on without anything new.
  virtual std::optional<Instant> wake(Direction direction) const = 0;
  /// When a fault of the response under way acts at a time.
  std::optional<Instant> alarm() const;
  /// An answer is under way.
  virtual bool busy() const = 0;
  /// More of it may come without anything that its client does.
  virtual bool waits_for_others() const { return false; }
  /// Plaintext of requests that wait to be read.
  virtual std::size_t backlog() const = 0;

 protected:
  /// Why a request with an expectation that its route refuses gets 417.
  static constexpr std::string_view kExpectationRefused =
      "this route takes no `Expect: 100-continue`";

  /// A fault of the response under way that acts at a time.
  struct Timed {
    const Fault* fault;
    Instant due;
  };

  /// The answer to the request, once what it takes to know it (its digest) is known; `hashing()`
  /// until then.
  void choose_answer(const RequestHead& head, const ReceivedBody& body, ActionList& actions);
  bool hashing() const { return digest_.has_value(); }
  /// What stands in every answer of the origin's own, and in none that a fault gives.
  std::vector<std::string> own_headers(Instant now) const;
  /// The body has ended before its time, and no more of it can be had.
  static Note cut_short_note();

  /// A request has begun whose head is known: what faults may ask of it. `number`: among those of
  /// the connection, from 1.
  void take_facts_of(const RequestHead& head, std::int64_t number);
  /// The scenario asks for the digests of requests' bodies.
  bool hashes_bodies() const { return plan_.hashes_bodies_at(RequestExpectation::At::origin); }

  /// Those that act at this turn, and at no byte.
  Agenda turn_faults() const;
  void plan_timed(const std::vector<const Fault*>& faults, Instant now);
  std::optional<Due> timed_due(Instant now);

  const Plan& plan_;
  ConnectionFacts& facts_;
  Agenda agenda_;
  OriginAnswer answer_;
  std::vector<Timed> timed_;
  Site site_;

 private:
  CivilTime began_;
  std::optional<BodyDigest> digest_;
};

}  // namespace misproxy
