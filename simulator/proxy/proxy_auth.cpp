// Who may pass the proxy: the session's part of it. What is right, the gate says.

#include <utility>

#include "http/told_field.hpp"
#include "proxy/act.hpp"

namespace misproxy {

/// It comes without the credentials that the proxy asks everybody for, as clients do at first.
bool ProxySession::is_unasked() const { return asking().gate && facts_.credentials == "none"; }

/// Who comes first among many is the machine's mood: so the CONNECTs of clients that were not asked
/// yet are counted by themselves, and what is asked again because of a challenge is the same
/// attempt. Each attempt is then one client's, whoever else is there.
void ProxySession::count_attempt(Act& act) {
  if (is_unasked()) return act.add(CountAttempt{facts_.host + " without credentials"});
  if (std::exchange(asking().challenged, {}) != facts_.host)
    return act.add(CountAttempt{facts_.host});
  on(AttemptCounted{facts_.attempt}, act);
}

/// Whether the attempt at hand is the one that the trace knows this connection by. Which numbers
/// the later ones get is the machine's mood too, where many connections share a host.
bool ProxySession::names_connection() {
  if (is_unasked()) return false;
  const std::pair attempt(facts_.host, facts_.attempt);
  if (!asking().named) asking().named = attempt;
  return asking().named == attempt;
}

/// The credentials of the request at hand are right, or nobody asks for any.
bool ProxySession::may_pass(Act& act) {
  if (!asking().gate) return true;
  const auto& head = *asking().reader->head();
  const auto judgement = asking().gate->judge(head, act.now);
  Note note(Point::auth, Party::client, Cause::peer, "auth");
  note.fields = {{"scheme", judgement.scheme}, {"judged", std::string(word(judgement.judged))}};
  if (!judgement.user.empty()) note.fields.emplace_back("user", judgement.user);
  if (!judgement.why.empty()) note.fields.emplace_back("why", judgement.why);
  act.add(std::move(note));
  if (judgement.passes()) return true;
  if (!is_unasked()) asking().challenged = facts_.host;
  const auto answer =
      asking().gate->answer(judgement, head.keep_alive && asking().reader->complete(), act.now);
  act.add(reply_note(answer.status, told_fields(answer.headers)));
  apply(answer, Point::auth, act);
  return false;
}

}  // namespace misproxy
