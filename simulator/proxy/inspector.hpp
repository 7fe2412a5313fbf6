#pragma once

#include <memory>
#include <optional>

#include "plan/fault_counts.hpp"
#include "plan/plan.hpp"
#include "proxy/inspected_tunnel.hpp"
#include "session/inbox.hpp"
#include "session/session.hpp"

namespace misproxy {

/// Who looks into what passes, behind a proxy session: for each tunnel whose cast has inspection,
/// TLS ends here, and a real origin without TLS has its requests relayed where faults act on them.
///
///     client <-> [ ProxySession <-> InspectedTunnel, PlainRelay ] <-> origin
///
/// The inner session's faults act on the bytes of the client's side, and where the origin is a real
/// one, those of its requests and responses here. All else passes.
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
  std::unique_ptr<OriginSide> side_of(const Endpoint& origin,
                                      std::optional<CertificateKind> inspection) const;
  void pause_origin(bool& by, bool pauses, ActionList& actions);

  std::unique_ptr<Session> inner_;
  InspectionKeys keys_;
  const Plan& plan_;
  FaultCounts& counts_;
  ConnectionFacts facts_;
  CivilTime began_;
  bool inner_pauses_ = false;  // the origin
  bool relay_pauses_ = false;
  std::unique_ptr<OriginSide> side_;  // of the origin at hand; null where all passes
  Inbox inbox_;                       // of the inner session
};

}  // namespace misproxy
