#include "proxy/inspector.hpp"

#include <utility>
#include <variant>

namespace misproxy {
namespace {

/// Whether the action ends in good order what is sent to the origin.
bool ends_origin(const Action& action) {
  if (const auto* hangup = std::get_if<Hangup>(&action))
    return hangup->peer == Party::origin && hangup->how == Ending::fin;
  const auto* half = std::get_if<HalfClose>(&action);
  return half != nullptr && half->peer == Party::origin;
}

}  // namespace

void Inspector::step(const Event& event, Instant now, ActionList& actions) {
  take(event);
  flush(actions);
  inbox_.deliver_to(*inner_, now, [&](Action action) { perform(std::move(action), actions); });
}

void Inspector::take(const Event& event) {
  if (const auto* bytes = std::get_if<Received>(&event)) {
    if (tunnel_ && bytes->peer == Party::origin) return tunnel_->from_origin(bytes->bytes);
    return inbox_.put(event, std::string(bytes->bytes));
  }
  const auto* closed = std::get_if<Closed>(&event);
  if (tunnel_ && closed != nullptr && closed->peer == Party::origin)
    return tunnel_->origin_ended(closed->how);
  inbox_.put(event);
}

void Inspector::perform(Action action, ActionList& actions) {
  if (auto* wanted = std::get_if<Open>(&action)) return open(std::move(*wanted), actions);
  const auto* send = std::get_if<Send>(&action);
  if (tunnel_ && send != nullptr && send->peer == Party::origin) {
    tunnel_->from_client(send->bytes);
    return flush(actions);
  }
  if (tunnel_ && ends_origin(action)) {
    tunnel_->client_ended();
    flush(actions);
  }
  actions.push_back(std::move(action));
}

void Inspector::open(Open open, ActionList& actions) {
  tunnel_.reset();
  if (const auto kind = std::exchange(open.cast.inspection, std::nullopt))
    tunnel_.emplace(keys_, open.to.host, *kind);
  actions.emplace_back(std::move(open));
}

void Inspector::flush(ActionList& actions) {
  if (!tunnel_) return;
  if (auto secrets = tunnel_->take_secrets(); !secrets.empty())
    actions.emplace_back(Secrets{std::move(secrets)});
  for (auto& note : tunnel_->take_notes())
    actions.emplace_back(std::move(note));
  if (auto bytes = tunnel_->take_for_origin(); !bytes.empty())
    actions.emplace_back(Send{Party::origin, std::move(bytes)});
  if (auto bytes = tunnel_->take_for_client(); !bytes.empty())
    inbox_.put(Received{Party::origin, {}}, std::move(bytes));
  if (const auto how = tunnel_->take_end()) inbox_.put(Closed{Party::origin, *how});
}

}  // namespace misproxy
