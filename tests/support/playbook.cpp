#include "support/playbook.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "support/describe.hpp"

namespace misproxy::test {

Expected Expected::equal_to(Action action) {
  auto text = describe(action);
  return {std::move(text),
          [wanted = std::move(action)](const Action& found) { return found == wanted; }};
}

Expected noted(std::string_view name) {
  return {fmt::format("a note `{}`", name), [wanted = std::string(name)](const Action& found) {
            const auto* note = std::get_if<Note>(&found);
            return note != nullptr && note->name == wanted;
          }};
}

Expected injected(std::string_view name, std::string_view fault) {
  return {fmt::format("`{}` injected by {}", name, fault),
          [wanted = std::string(name), by = std::string(fault)](const Action& found) {
            const auto* note = std::get_if<Note>(&found);
            return note != nullptr && note->name == wanted && note->fault == by &&
                   note->cause == Cause::injected;
          }};
}

Expected sent(Party peer, std::string_view part) {
  return {fmt::format("bytes to {} with `{}`", word(peer), part),
          [peer, wanted = std::string(part)](const Action& found) {
            const auto* send = std::get_if<Send>(&found);
            return send != nullptr && send->peer == peer &&
                   send->bytes.find(wanted) != std::string::npos;
          }};
}

Playbook::~Playbook() {
  for (const auto& action : pending_)
    ADD_FAILURE() << "left over: " << describe(action);
}

Playbook& Playbook::give(const Event& event) {
  for (const auto& action : pending_)
    ADD_FAILURE() << "not expected: " << describe(action);
  pending_.clear();
  ActionList actions;
  session_.step(event, now_, actions);
  for (auto& action : actions) {
    const bool timer =
        std::holds_alternative<StartTimer>(action) || std::holds_alternative<StopTimer>(action);
    if (timers_ || !timer) pending_.push_back(std::move(action));
  }
  return *this;
}

Playbook& Playbook::expect(const std::vector<Expected>& expected) {
  for (const auto& wanted : expected) {
    if (pending_.empty()) {
      ADD_FAILURE() << "never came: " << wanted.text;
      continue;
    }
    EXPECT_TRUE(wanted.matches(pending_.front()))
        << "wanted: " << wanted.text << "\n found: " << describe(pending_.front());
    pending_.pop_front();
  }
  for (const auto& action : pending_)
    ADD_FAILURE() << "not expected: " << describe(action);
  pending_.clear();
  return *this;
}

ActionList Playbook::take() {
  ActionList actions(pending_.begin(), pending_.end());
  pending_.clear();
  return actions;
}

std::string Playbook::take_bytes(Party peer) {
  std::string bytes;
  for (const auto& action : take()) {
    const auto* send = std::get_if<Send>(&action);
    if (send != nullptr && send->peer == peer) bytes += send->bytes;
  }
  return bytes;
}

}  // namespace misproxy::test
