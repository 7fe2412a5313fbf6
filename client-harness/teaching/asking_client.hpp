#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "capture/ip_address.hpp"
#include "session/client_session.hpp"
#include "virtual/frame.hpp"

namespace misproxy::teaching {

/// What the appliance's name server says of the proxy's name. `unheard`: nothing.
enum class Told { address, no_such_name, no_address, server_failure, refused, unheard };

/// A client whose look-ups stand on the wire. The virtual world resolves names without packets;
/// here each is asked for as a Linux resolver does with `options timeout:2 attempts:2`, both
/// families at once, and the client within goes on with what comes of it.
///
///     client ── Resolve ──> this ── A?, AAAA? ──> taps
///            <── Resolved, or Failed ── what the server says
class AskingClient final : public ClientSession {
 public:
  struct Setup {
    IpAddress client;
    IpAddress server;
    std::string address;  // of the proxy
    std::uint64_t seed = 1;
    Told told = Told::address;
  };

  /// `taps` outlives it.
  AskingClient(std::unique_ptr<ClientSession> inner, Setup setup, simulated::Taps& taps)
      : inner_(std::move(inner)), setup_(std::move(setup)), taps_(taps) {}

  void step(const Event& event, Instant now, ActionList& actions) override;
  bool done() const override { return inner_->done(); }

 private:
  void give(const Event& event, Instant now, ActionList& actions);
  void ask(Instant now, ActionList& actions);
  void hear(Instant now, ActionList& actions);
  bool asks_again() const;
  std::string question(unsigned type) const;
  std::string answer(unsigned type) const;
  void send(bool to_server, const std::string& message, Instant now);
  std::uint16_t drawn(const char* what, unsigned number) const;

  std::unique_ptr<ClientSession> inner_;
  Setup setup_;
  simulated::Taps& taps_;
  std::string name_;         // that is looked up
  int tries_ = 0;            // of this look-up
  std::uint64_t asked_ = 0;  // in all
  std::uint16_t ip_id_ = 0;
};

}  // namespace misproxy::teaching
