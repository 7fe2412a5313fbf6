#include "probe/probe_session.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

#include "evidence/text_line.hpp"

namespace misproxy::probe {
namespace {

const Note* find_note(const ActionList& actions, std::string_view name) {
  for (const auto& action : actions) {
    const auto* note = std::get_if<Note>(&action);
    if (note != nullptr && note->name == name) return note;
  }
  return nullptr;
}

std::string_view step_of(ClientPhase phase) {
  switch (phase) {
    case ClientPhase::resolve:
    case ClientPhase::connect:
    case ClientPhase::reply:
    case ClientPhase::request:
    case ClientPhase::response:
      return word(phase);
    case ClientPhase::tls:
      return "TLS";
    case ClientPhase::body:
    case ClientPhase::done:
      return "body";
  }
  return "";
}

/// `Basic`, of the credentials that a CONNECT carries.
std::string scheme_in(const Exchange& made) {
  for (const auto& [name, value] : made.request_headers) {
    if (name == "Proxy-Authorization") return value.substr(0, value.find(' '));
  }
  return {};
}

}  // namespace

ProbeSession::ProbeSession(FmcClient::Setup setup, OnStep on_step)
    : client_(setup), on_step_(std::move(on_step)), proxy_name_(std::move(setup.proxy.host)) {}

void ProbeSession::step(const Event& event, Instant now, ActionList& actions) {
  if (const auto* received = std::get_if<Received>(&event)) note_received(received->bytes);
  const auto before = actions.size();
  client_.step(event, now, actions);
  now_ = now;
  if (std::holds_alternative<Begin>(event)) last_ = now;
  watch(event, {actions.begin() + static_cast<std::ptrdiff_t>(before), actions.end()});
}

void ProbeSession::interrupted(Instant now) {
  now_ = now;
  const auto phase = step_of(client_.outcome().phase);
  tell(phase, false, "interrupted while this was awaited");
}

void ProbeSession::watch(const Event& event, const ActionList& actions) {
  if (ended_) return;
  tell_reached(event, actions);
  tell_exchanges(actions);
  if (client_.done()) tell_end();
}

void ProbeSession::tell_reached(const Event& event, const ActionList& actions) {
  if (const auto* found = std::get_if<Resolved>(&event)) {
    auto text = fmt::format("{} is {}", proxy_name_, found->address);
    for (const auto& other : found->others)
      text += ", " + other;
    tell("resolve", true, text);
  }
  if (find_note(actions, "connected") != nullptr) tell("connect", true, opening_.text());
  for (const auto& action : actions) {
    const auto* open = std::get_if<Open>(&action);
    if (open == nullptr) continue;
    const bool next = std::holds_alternative<Failed>(event);
    if (next) tell("connect", false, fmt::format("{} cannot be reached", opening_.text()));
    opening_ = open->to;
  }
}

/// An answer stands before the request that it leads to, and TLS before the first request inside.
void ProbeSession::tell_exchanges(const ActionList& actions) {
  const auto& all = client_.exchanges();
  const auto* tls = find_note(actions, "tls-handshake");
  for (; answered_ < all.size() || asked_ < all.size();) {
    if (asked_ > answered_) {
      if (all[answered_].status == 0) return;
      tell_answer(all[answered_++]);
      continue;
    }
    if (tls != nullptr && all[asked_].method != "CONNECT") {
      tell("TLS", true, client_.tls_text());
      tls = nullptr;
    }
    tell_asked(all[asked_++]);
  }
}

void ProbeSession::tell_asked(const Exchange& made) {
  if (made.method != "CONNECT") {
    return tell("request", true, fmt::format("{} {}", made.method, made.target));
  }
  const auto scheme = scheme_in(made);
  tell("CONNECT", true,
       scheme.empty() ? fmt::format("{}, without credentials", made.target)
                      : fmt::format("{}, with {} credentials", made.target, scheme));
}

void ProbeSession::tell_answer(const Exchange& made) {
  const bool connect = made.method == "CONNECT";
  const bool last = answered_ == client_.exchanges().size();
  unfinished_.clear();
  unfinished_bytes_ = 0;
  interim_ = connect && made.status / 100 == 1;  // refuses nothing (RFC 9110 section 15.2)
  const bool failed = connect && last && !interim_ &&
                      client_.outcome().phase == ClientPhase::reply &&
                      client_.outcome().error != ClientError::none;
  failure_told_ = failure_told_ || failed;
  tell(connect ? "reply" : "response", !failed, fmt::format("{} {}", made.status, made.reason));
}

void ProbeSession::tell_end() {
  ended_ = true;
  const auto& outcome = client_.outcome();
  if (outcome.error == ClientError::none) {
    return tell("body", true, fmt::format("{} bytes, all there", outcome.bytes));
  }
  answer_broke_off_ = outcome.phase == ClientPhase::reply && outcome.error == ClientError::closed &&
                      unfinished_bytes_ > 0;
  if (!failure_told_) tell(step_of(outcome.phase), false, end_text());
}

std::string ProbeSession::end_text() const {
  const auto& outcome = client_.outcome();
  if (answer_broke_off_)
    return fmt::format("{}: the reply ends after {}", outcome.message, unfinished_text());
  const bool after_interim = interim_ && outcome.phase == ClientPhase::reply;
  return after_interim ? "no final reply came behind the interim one" : outcome.message;
}

void ProbeSession::note_received(std::string_view bytes) {
  constexpr std::size_t kMostShown = 60;
  unfinished_ += bytes.substr(0, kMostShown - std::min(kMostShown, unfinished_.size()));
  unfinished_bytes_ += bytes.size();
}

/// `5 bytes, "HTTP/"`.
std::string ProbeSession::unfinished_text() const {
  return fmt::format("{} byte{}, \"{}\"", unfinished_bytes_, unfinished_bytes_ == 1 ? "" : "s",
                     evidence::printable(unfinished_));
}

std::string ProbeSession::log() const {
  auto log = client_.log();
  if (!answer_broke_off_) return log;
  const auto end = log.rfind("* " + client_.outcome().message);
  log.insert(std::min(end, log.size()),
             fmt::format("* Received a bad HTTP head in answer to CONNECT: it ends after {}\n",
                         unfinished_text()));
  return log;
}

void ProbeSession::tell(std::string_view name, bool ok, std::string_view text) {
  ProbeStep step;
  step.name = name;
  step.ok = ok;
  step.text = evidence::printable(text);
  step.at = now_;
  step.took = now_ - last_;
  last_ = now_;
  on_step_(step);
}

}  // namespace misproxy::probe
