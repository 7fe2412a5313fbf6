#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "client/exchange.hpp"
#include "client/target.hpp"
#include "client/verbose_log.hpp"
#include "core/outcome.hpp"
#include "http/credentials.hpp"
#include "http/response_reader.hpp"
#include "scenario/client_settings.hpp"
#include "session/client_session.hpp"
#include "tls/client_tls.hpp"

namespace misproxy {

/// A client that reaches an origin through an explicit proxy as the FMC does, as a pure state
/// machine: by CONNECT and TLS, or, for a URL of http, by a request that the proxy forwards.
///
///     resolve -> connect -> reply (CONNECT, credentials) -> tls -> request -> response -> body ->
///     done
///        ^                    ^                                                             |
///        |                    └──────────── another host ──── redirect ──── same host ──┐   |
///        └── the next attempt, after a failure                                (request) <┘
///
///     connect -> request (its target the URL, credentials) -> response -> body -> done, for http
///
/// Its one neighbour is Party::proxy. Each phase has a limit of its own, and so has each attempt.
/// Source: RFC 9110 section 9.3.6 (CONNECT), RFC 7616 and RFC 7617 (credentials), RFC 8446; the
/// phases and texts are curl's, which the FMC uses.
class FmcClient final : public ClientSession {
 public:
  struct Setup {
    ClientSettings settings;
    Endpoint proxy;                      // a name is resolved first
    std::function<ClientContext()> tls;  // asked for when it comes to TLS
    std::uint64_t seed = 1;              // for cnonces
    std::string user_agent = "FMC-Agent";
  };

  explicit FmcClient(Setup setup);

  void step(const Event& event, Instant now, ActionList& actions) override;
  bool done() const override { return state_ == State::done; }

  /// Why there is no TLS with the proxy, which it then closes.
  void tls_with_proxy_failed(std::string why) { proxy_tls_failure_ = std::move(why); }

  const Outcome& outcome() const { return outcome_; }
  const std::string& log() const { return log_.text(); }
  const std::vector<Exchange>& exchanges() const { return exchanges_; }
  /// Of the last handshake that came to its end: `TLSv1.3 / TLS_AES_256_GCM_SHA384`, and whose
  /// certificate the origin's is.
  const std::string& tls_text() const { return tls_text_; }

 private:
  enum class State { idle, working, waiting, done };

  void on(const Begin& event);
  void on(const Opened& event);
  void on(const Received& event);
  void on(const Closed& event);
  void on(const Drained& event);
  void on(const Fired& event);
  void on(const Failed& event);
  void on(const Resolved& event);
  void on(const AttemptCounted&) {}
  void on(const Yielded&) {}

  void start_attempt();
  void connect(const std::string& address);
  void send_connect();
  void take_reply(std::string_view bytes);
  void judge_reply();
  void answer_challenge(bool stays);
  void ask();
  std::optional<std::string> credentials(const std::string& method, const std::string& uri);
  std::string request_head();
  void say(const std::string& text);
  bool can_say() const;
  void start_tls(std::string_view first_bytes);
  void take_ciphertext(std::string_view bytes);
  void handshake_done();
  void send_request();
  void send_body();
  void take_plaintext(std::string_view bytes);
  void response_head_came();
  void response_complete();
  void response_ended();
  void follow(const std::string& location);
  void finish();
  void fail(ClientError error, std::string message) {
    fail(error, std::move(message), curl_exit_code(outcome_.phase, error));
  }
  void fail(ClientError error, std::string message, int curl_exit);
  void lose();
  void end_attempt();

  void enter(ClientPhase phase, Milliseconds limit);
  void limit(Milliseconds after);
  void flush_tls();
  void log_messages();
  Exchange& exchange(std::string method, std::string target);
  bool reply_broke_off() const;
  void log_broken_reply();
  std::string timeout_text() const;
  bool is_head() const;
  template <class A>
  void add(A action) {
    actions_->emplace_back(std::move(action));
  }

  Setup setup_;
  Target first_target_;
  Target target_;
  std::string method_;
  ProxyCredentials credentials_;
  State state_ = State::idle;
  Instant now_{};
  ActionList* actions_ = nullptr;  // of the step under way
  Instant began_{};
  Instant connection_began_{};
  Instant connection_up_{};
  std::int64_t connections_ = 0;
  bool connected_ = false;
  std::string proxy_tls_failure_;
  bool asks_again_ = false;  // the second round of `again_after_ms` has begun
  std::string address_;
  std::vector<std::string> other_addresses_;  // of the proxy, not tried yet
  std::optional<ResponseReader> reader_;
  std::unique_ptr<ClientTls> tls_;
  std::string tls_text_;
  std::uint64_t body_left_ = 0;
  bool head_seen_ = false;
  std::uint64_t requests_ = 0;
  Outcome outcome_;
  VerboseLog log_;
  std::vector<Exchange> exchanges_;
};

}  // namespace misproxy
