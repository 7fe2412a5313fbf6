#include "proxy/inspector.hpp"

#include <utility>
#include <variant>

#include "proxy/plain_relay.hpp"

namespace misproxy {
namespace {

/// Whether the action ends in good order what is sent to the origin.
bool ends_origin(const Action& action) {
  if (const auto* hangup = std::get_if<Hangup>(&action))
    return hangup->peer == Party::origin && hangup->how == Ending::fin;
  const auto* half = std::get_if<HalfClose>(&action);
  return half != nullptr && half->peer == Party::origin;
}

/// Whether it is about pausing that neighbour, or the end of that.
bool pauses(const Action& action, Party peer) {
  const auto* pause = std::get_if<Pause>(&action);
  const auto* resume = std::get_if<Resume>(&action);
  return (pause != nullptr && pause->peer == peer) || (resume != nullptr && resume->peer == peer);
}

}  // namespace

void Inspector::step(const Event& event, Instant now, ActionList& actions) {
  if (side_) side_->at(now);
  take(event);
  flush(actions);
  inbox_.deliver_to(*inner_, now, [&](Action action) {
    if (side_) side_->at(now);
    perform(std::move(action), actions);
  });
}

void Inspector::take(const Event& event) {
  if (const auto* bytes = std::get_if<Received>(&event)) {
    if (side_ && bytes->peer == Party::origin) return side_->from_origin(bytes->bytes);
    return inbox_.put(event, std::string(bytes->bytes));
  }
  const auto* closed = std::get_if<Closed>(&event);
  if (side_ && closed != nullptr && closed->peer == Party::origin)
    return side_->origin_ended(closed->how);
  const auto* fired = std::get_if<Fired>(&event);
  if (fired != nullptr && is_inner(fired->timer)) {
    if (side_) side_->tell(Fired{of_inner(fired->timer)});
    return;
  }
  if (const auto* counted = std::get_if<AttemptCounted>(&event)) facts_.attempt = counted->attempt;
  if (side_ && std::holds_alternative<Drained>(event)) side_->tell(event);
  inbox_.put(event);
}

void Inspector::perform(Action action, ActionList& actions) {
  if (auto* wanted = std::get_if<Open>(&action)) return open(std::move(*wanted), actions);
  const auto* send = std::get_if<Send>(&action);
  if (side_ && send != nullptr && send->peer == Party::origin) {
    side_->from_client(send->bytes);
    return flush(actions);
  }
  if (side_ && ends_origin(action)) {
    side_->client_ended();
    flush(actions);
  }
  if (side_ && pauses(action, Party::origin)) {
    return pause_origin(inner_pauses_, std::holds_alternative<Pause>(action), actions);
  }
  actions.push_back(std::move(action));
}

/// Whoever wants it to pause, it goes on when nobody does any more.
void Inspector::pause_origin(bool& by, bool pauses, ActionList& actions) {
  const bool paused = inner_pauses_ || relay_pauses_;
  by = pauses;
  const bool pausing = inner_pauses_ || relay_pauses_;
  if (pausing && !paused) actions.emplace_back(Pause{Party::origin});
  if (!pausing && paused) actions.emplace_back(Resume{Party::origin});
}

void Inspector::open(Open open, ActionList& actions) {
  inner_pauses_ = relay_pauses_ = false;
  side_ = side_of(open.to, std::exchange(open.cast.inspection, std::nullopt));
  actions.emplace_back(std::move(open));
}

/// An embedded origin's own session has its faults.
std::unique_ptr<OriginSide> Inspector::side_of(const Endpoint& origin,
                                               std::optional<CertificateKind> inspection) const {
  auto facts = facts_;
  facts.host = origin.host;
  const auto* settings = plan_.origin_for(origin.host, origin.port);
  const bool is_real = settings != nullptr && settings->upstream.is_real();
  const MakeRelay relay = [this, facts](const ServerContext& shown, CertificateKind kind) {
    return std::make_unique<InnerRelay>(plan_, counts_, facts, began_, shown, kind);
  };
  const bool relays = is_real && plan_.acts_inside(facts);
  if (inspection) {
    return std::make_unique<InspectedTunnel>(keys_, origin.host, *inspection,
                                             relays ? relay : nullptr);
  }
  if (!relays || !settings->is_plain()) return nullptr;
  return std::make_unique<PlainRelay>(relay(nullptr, CertificateKind::good));
}

void Inspector::flush(ActionList& actions) {
  if (!side_) return;
  for (auto& action : side_->take_actions()) {
    if (pauses(action, Party::origin)) {
      pause_origin(relay_pauses_, std::holds_alternative<Pause>(action), actions);
    } else {
      actions.push_back(std::move(action));
    }
  }
  if (auto bytes = side_->take_for_origin(); !bytes.empty())
    actions.emplace_back(Send{Party::origin, std::move(bytes)});
  if (auto bytes = side_->take_for_client(); !bytes.empty())
    inbox_.put(Received{Party::origin, {}}, std::move(bytes));
  if (const auto how = side_->take_end()) inbox_.put(Closed{Party::origin, *how});
}

}  // namespace misproxy
