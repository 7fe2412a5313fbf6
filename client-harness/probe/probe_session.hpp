#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "client/fmc_client.hpp"
#include "session/client_session.hpp"

namespace misproxy::probe {

/// Something that the client got done, or on which it failed. `at` from the beginning; `took` since
/// the step before.
struct ProbeStep {
  std::string name;  // resolve, connect, CONNECT, reply, TLS, request, response, body
  bool ok = true;
  std::string text;  // printable, one line
  Instant at{0};
  Duration took{0};
};

/// The built-in client, and beside it somebody who tells each of its steps as it is done. It adds
/// nothing to what the client does.
class ProbeSession final : public ClientSession {
 public:
  using OnStep = std::function<void(const ProbeStep&)>;

  ProbeSession(FmcClient::Setup setup, OnStep on_step);

  void step(const Event& event, Instant now, ActionList& actions) override;
  bool done() const override { return client_.done(); }
  const FmcClient& client() const { return client_; }
  /// The client's log, and in it what came of a reply to the CONNECT that broke off.
  std::string log() const;
  /// It is given up from outside, in the middle of whatever it waits for.
  void interrupted(Instant now);

 private:
  void watch(const Event& event, const ActionList& actions);
  void tell_reached(const Event& event, const ActionList& actions);
  void tell_exchanges(const ActionList& actions);
  void tell_answer(const Exchange& made);
  void tell_asked(const Exchange& made);
  void tell_end();
  void note_received(std::string_view bytes);
  std::string unfinished_text() const;
  std::string end_text() const;
  void tell(std::string_view name, bool ok, std::string_view text);

  FmcClient client_;
  OnStep on_step_;
  std::string proxy_name_;
  Endpoint opening_;        // the address that was tried last
  std::string unfinished_;  // what came behind the last answer, without TLS
  std::size_t unfinished_bytes_ = 0;
  bool answer_broke_off_ = false;
  bool interim_ = false;  // the last answer to the CONNECT was a 1xx
  Instant now_{0};
  Instant last_{0};
  std::size_t asked_ = 0;     // exchanges whose request was told
  std::size_t answered_ = 0;  // whose answer was
  bool failure_told_ = false;
  bool ended_ = false;
};

}  // namespace misproxy::probe
