#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "http/response_reader.hpp"
#include "origin/http1_dialogue.hpp"

namespace misproxy {

/// The origin behind a relay, in plaintext.
struct FarSide {
  std::string heard;         // from it, and not looked at yet
  std::optional<End> ended;  // behind all that was heard
  std::string asked;         // for it
};

/// The dialogue of one who has no answers of its own: each request goes on to the far side, and
/// what comes back goes on to the client, with the faults of an origin's requests and responses.
///
///     plaintext -> requests: watch, bends -> whole -> turn -> FarSide::asked
///     FarSide::heard -> responses: watch, bends -> pieces to send
///
/// A request goes on as it comes; where a fault may answer it, hold it or end its connection, it
/// waits for its turn, and of a large one what is more than `kMostHeld` bytes goes on before.
/// Heads and bodies pass as they are, 1xx too. An answer that comes before its request is whole is
/// the connection's last (RFC 9112 section 9.5). Behind a 101, and where what comes back is no
/// HTTP/1.x, all bytes pass.
class RelayedDialogue final : public Http1Dialogue {
 public:
  static constexpr std::size_t kMostHeld = 64 * 1024;

  /// `far` outlives it.
  RelayedDialogue(const Plan& plan, ConnectionFacts& facts, CivilTime began, FarSide& far)
      : Http1Dialogue(plan, facts, {}, began, {}), far_(far) {}

  Progress go_on(Instant now, Client client, ActionList& actions) override;
  void respond(const Answer& answer, Instant now) override;
  bool busy() const override { return phase_ == Phase::choosing || Http1Dialogue::busy(); }
  bool waits_for_others() const override { return passes_all_ || busy(); }

 private:
  void heed_expectation(Instant now, Progress& progress, ActionList& actions) override;
  void pass(std::string_view bytes) override;
  void choose(ActionList& actions) override;
  void answer(Instant now, Progress& progress, ActionList& actions) override;
  bool make_body() override;
  bool body_made() const override;
  void end_response(Progress& progress) override;

  RequestKind kind() const { return has_body() ? RequestKind::other : RequestKind::head; }
  void release();
  void hear_head(Progress& progress, ActionList& actions);
  void take_interim(Progress& progress);
  void take_head(Instant now, ActionList& actions);
  Progress pass_all();

  /// Of one request, and what comes back for it.
  struct Exchange {
    ResponseReader response;
    bool waits = false;      // for its turn
    bool gone_on = false;    // a part of it, at least
    bool continued = false;  // the client was told to go on, by us
    bool relays = false;     // the answer is the far side's
    bool garbled = false;    // its body is framed wrongly, and passes up to the end
    bool cut = false;        // and ended before it was whole
  };

  FarSide& far_;
  std::string held_;  // of the request, before its turn
  std::string head_;  // of the answer, as far as it has come
  std::optional<Exchange> exchange_;
  bool passes_all_ = false;
};

}  // namespace misproxy
