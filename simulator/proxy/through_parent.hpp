#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "plan/plan.hpp"
#include "proxy/parent_reply.hpp"
#include "session/session.hpp"

namespace misproxy {

/// A proxy behind which another explicit proxy stands: around the proxy's session, which sees the
/// tunnel alone.
///
///     client -> the proxy's session -> ThroughParent -> parent -> origin
///                                          └── CONNECT, and its reply
///
/// What is opened for an origin with a `parent` is the way to that parent. It is asked for the
/// origin; once it says yes, the session hears that its origin is open, else that it cannot be had.
/// Requests in absolute-form go to the parent as they are.
class ThroughParent final : public Session {
 public:
  /// The plan outlives it.
  ThroughParent(const Plan& plan, std::unique_ptr<Session> proxy);

  void step(const Event& event, Instant now, ActionList& actions) override;
  bool passes_all() const override { return !reply_ && proxy_->passes_all(); }
  void passed(Instant when) override { proxy_->passed(when); }

 private:
  /// For the parent's reply; the proxy's session starts no such timer.
  static constexpr Timer kPatience = Timer::attempt;

  /// True where the event is the parent's affair, and the session does not hear of it.
  bool takes(const Event& event, Instant now, ActionList& actions);
  void ask(ActionList& actions);
  void hear(std::string_view bytes, Instant now, ActionList& actions);
  void give_up(Failed::Why why, Instant now, ActionList& actions);
  void fail(Instant now, ActionList& actions);
  void pass(const Event& event, Instant now, ActionList& actions);

  const Plan& plan_;
  std::unique_ptr<Session> proxy_;
  std::optional<Endpoint> target_;  // what the next parent is to be asked for
  std::vector<std::string> credentials_;
  std::optional<ParentReply> reply_;  // while it is asked
};

/// Whether any origin of a scenario is reached so.
bool has_parent(const Scenario& scenario);

}  // namespace misproxy
