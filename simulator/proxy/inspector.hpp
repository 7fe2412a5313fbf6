#pragma once

#include <memory>
#include <optional>

#include "plan/fault_counts.hpp"
#include "plan/plan.hpp"
#include "proxy/inspected_tunnel.hpp"
#include "session/inbox.hpp"
#include "session/session.hpp"

namespace misproxy {

/// TLS inspection, behind a proxy session: for each tunnel whose cast has it, TLS ends here.
///
///     client <-> [ ProxySession <-> InspectedTunnel ] <-> origin
///
/// The inner session's faults act on the bytes of the client's side, and where the origin is a real
/// one, those of its requests and responses in the tunnel. All that concerns no such tunnel passes.
class Inspector final : public Session {
 public:
  /// `keys`: used from the first tunnel that is inspected. `facts`: of the client's connection;
  /// `began`: the world's beginning. The plan and the counts outlive it.
  Inspector(std::unique_ptr<Session> inner, InspectionKeys keys, const Plan& plan,
            FaultCounts& counts, ConnectionFacts facts, CivilTime began)
      : inner_(std::move(inner)),
        keys_(std::move(keys)),
        plan_(plan),
        counts_(counts),
        facts_(std::move(facts)),
        began_(began) {}

  void step(const Event& event, Instant now, ActionList& actions) override;

 private:
  void take(const Event& event);
  void perform(Action action, ActionList& actions);
  void open(Open open, ActionList& actions);
  void flush(ActionList& actions);
  MakeRelay relay_to(const Endpoint& origin) const;
  void pause_origin(bool& by, bool pauses, ActionList& actions);

  std::unique_ptr<Session> inner_;
  InspectionKeys keys_;
  const Plan& plan_;
  FaultCounts& counts_;
  ConnectionFacts facts_;
  CivilTime began_;
  bool inner_pauses_ = false;  // the origin
  bool relay_pauses_ = false;
  std::optional<InspectedTunnel> tunnel_;
  Inbox inbox_;  // of the inner session
};

}  // namespace misproxy
