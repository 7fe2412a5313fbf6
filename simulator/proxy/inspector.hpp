#pragma once

#include <memory>
#include <optional>

#include "proxy/inspected_tunnel.hpp"
#include "session/inbox.hpp"
#include "session/session.hpp"

namespace misproxy {

/// TLS inspection, behind a proxy session: for each tunnel whose cast has it, TLS ends here.
///
///     client <-> [ ProxySession <-> InspectedTunnel ] <-> origin
///
/// The inner session's faults act on the bytes of the client's side. All that concerns no such
/// tunnel passes.
class Inspector final : public Session {
 public:
  /// `keys`: used from the first tunnel that is inspected.
  Inspector(std::unique_ptr<Session> inner, InspectionKeys keys)
      : inner_(std::move(inner)), keys_(std::move(keys)) {}

  void step(const Event& event, Instant now, ActionList& actions) override;

 private:
  void take(const Event& event);
  void perform(Action action, ActionList& actions);
  void open(Open open, ActionList& actions);
  void flush(ActionList& actions);

  std::unique_ptr<Session> inner_;
  InspectionKeys keys_;
  std::optional<InspectedTunnel> tunnel_;
  Inbox inbox_;  // of the inner session
};

}  // namespace misproxy
