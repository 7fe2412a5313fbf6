#pragma once

#include <memory>
#include <string_view>
#include <utility>

#include "origin/wrapping.hpp"
#include "session/inbox.hpp"
#include "session/session.hpp"

namespace misproxy {

/// A session that hears and says plaintext, within the wrapping of an origin's connection: a
/// scripted origin that speaks inside TLS (SMTPS, IMAPS, POP3S).
///
///     bytes -> Wrapping -> inner session -> Wrapping -> bytes
///
/// The inner session's connection opens when the wrapping is open: a greeting waits for the
/// handshake. Where that fails, the inner session never hears of a client.
class WrappedSession final : public Session {
 public:
  WrappedSession(std::unique_ptr<Session> inner, std::unique_ptr<Wrapping> wrapping)
      : inner_(std::move(inner)), wrapping_(std::move(wrapping)) {}

  void step(const Event& event, Instant now, ActionList& actions) override;

 private:
  void take(const Event& event, ActionList& actions);
  void take_bytes(std::string_view bytes, ActionList& actions);
  void unwrap(ActionList& actions);
  void end_of_client(Ending how);
  void perform(Action action, ActionList& actions);
  void hang_up(Ending how, bool last_word, ActionList& actions);
  void flush(ActionList& actions);

  std::unique_ptr<Session> inner_;
  std::unique_ptr<Wrapping> wrapping_;
  Inbox inbox_;          // of the inner session
  bool opened_ = false;  // the inner session has been told
  bool client_ended_ = false;
  bool over_ = false;
};

}  // namespace misproxy
