#include "proxy/through_parent.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <variant>

namespace misproxy {

bool has_parent(const Scenario& scenario) {
  return std::ranges::any_of(scenario.origins, [](const OriginSettings& origin) {
    return origin.upstream.parent.has_value();
  });
}

ThroughParent::ThroughParent(const Plan& plan, std::unique_ptr<Session> proxy)
    : plan_(plan), proxy_(std::move(proxy)) {}

void ThroughParent::step(const Event& event, Instant now, ActionList& actions) {
  if (!takes(event, now, actions)) pass(event, now, actions);
}

bool ThroughParent::takes(const Event& event, Instant now, ActionList& actions) {
  if (const auto* opened = std::get_if<Opened>(&event)) {
    if (opened->peer != Party::origin || !target_) return false;
    ask(actions);
    return true;
  }
  if (!reply_) return false;
  if (const auto* received = std::get_if<Received>(&event)) {
    if (received->peer != Party::origin) return false;
    hear(received->bytes, now, actions);
    return true;
  }
  if (const auto* closed = std::get_if<Closed>(&event)) {
    if (closed->peer != Party::origin) return false;
    give_up(Failed::Why::reset, now, actions);
    return true;
  }
  const auto* fired = std::get_if<Fired>(&event);
  if (fired == nullptr || fired->timer != kPatience) return false;
  give_up(Failed::Why::timeout, now, actions);
  return true;
}

void ThroughParent::ask(ActionList& actions) {
  reply_.emplace();
  const auto target = *std::exchange(target_, std::nullopt);
  actions.emplace_back(Send{Party::origin, parent_request(target, credentials_)});
  actions.emplace_back(StartTimer{kPatience, plan_.scenario().proxy.parent_timeout_ms});
}

void ThroughParent::hear(std::string_view bytes, Instant now, ActionList& actions) {
  const auto said = reply_->take(bytes);
  if (said == ParentReply::Said::more) return;
  if (said == ParentReply::Said::no) return fail(now, actions);
  reply_.reset();
  actions.emplace_back(StopTimer{kPatience});
  pass(Opened{Party::origin}, now, actions);
  if (!bytes.empty()) pass(Received{Party::origin, bytes}, now, actions);
}

void ThroughParent::give_up(Failed::Why why, Instant now, ActionList& actions) {
  if (reply_->end(why) == ParentReply::Said::no) fail(now, actions);
}

void ThroughParent::fail(Instant now, ActionList& actions) {
  const auto failed = reply_->failed();
  reply_.reset();
  actions.emplace_back(StopTimer{kPatience});
  actions.emplace_back(Hangup{Party::origin, Ending::fin});
  pass(failed, now, actions);
}

/// To the session; of what it does, only an `Open` that wants a tunnel concerns the parent.
void ThroughParent::pass(const Event& event, Instant now, ActionList& actions) {
  const auto first = actions.size();
  proxy_->step(event, now, actions);
  for (auto i = first; i < actions.size(); ++i) {
    const auto* open = std::get_if<Open>(&actions[i]);
    if (open == nullptr) continue;
    const auto* settings = plan_.origin_for(open->to.host, open->to.port);
    const bool asks = settings != nullptr && settings->upstream.parent && !open->onward.authority;
    target_ = asks ? std::optional(settings->upstream.target(open->to)) : std::nullopt;
    credentials_ = open->onward.credentials;
    reply_.reset();
  }
}

}  // namespace misproxy
