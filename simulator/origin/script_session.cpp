#include "origin/script_session.hpp"

#include <algorithm>
#include <utility>

#include "core/glob.hpp"

namespace misproxy {
namespace {

constexpr std::string_view kTag = "{tag}";

/// With the line's first word in the place of each `{tag}`.
std::string with_tag(std::string text, std::string_view line) {
  const auto tag = line.substr(0, line.find(' '));
  for (auto at = text.find(kTag); at != std::string::npos; at = text.find(kTag, at + tag.size()))
    text.replace(at, kTag.size(), tag);
  return text;
}

}  // namespace

void ScriptSession::step(const Event& event, Instant, ActionList& actions) {
  if (over_) return;
  std::visit([&](const auto& e) { on(e, actions); }, event);
}

void ScriptSession::on(const Opened&, ActionList& actions) {
  for (const auto& each : script_) {
    if (!each.line && !over_) say(each, {}, actions);
  }
}

void ScriptSession::on(const Received& event, ActionList& actions) {
  input_ += event.bytes;
  read_on(actions);
}

/// One that sends no more has had its answers.
void ScriptSession::on(const Closed&, ActionList& actions) { hang_up(Ending::fin, actions); }

void ScriptSession::on(const Drained&, ActionList& actions) {
  unread_ = 0;
  if (std::exchange(paused_, false)) actions.emplace_back(Resume{Party::client});
  read_on(actions);
}

void ScriptSession::read_on(ActionList& actions) {
  std::size_t read = 0;
  while (!over_ && unread_ < kMostUnread) {
    const auto rest = std::string_view(input_).substr(read);
    const auto end = rest.find('\n');
    if (end == std::string_view::npos && rest.size() < kMostLine) break;
    const auto size = std::min({end, rest.size(), kMostLine});
    auto line = rest.substr(0, size);
    read += size + (end == size ? 1 : 0);
    if (line.ends_with('\r')) line.remove_suffix(1);
    take_line(line, actions);
  }
  input_.erase(0, read);
  const bool full = unread_ >= kMostUnread && !over_;
  if (full && !std::exchange(paused_, true)) actions.emplace_back(Pause{Party::client});
}

void ScriptSession::take_line(std::string_view line, ActionList& actions) {
  if (until_ != nullptr && line != *until_->until) return;
  until_ = nullptr;
  const auto* found = say_for(line);
  actions.emplace_back(Note(Point::tunnel, Party::client, Cause::peer, "script-line")
                           .with("say", found == nullptr ? 0 : found - script_.data() + 1));
  if (found == nullptr) return;
  if (found->until) until_ = found;
  say(*found, line, actions);
}

const OriginSay* ScriptSession::say_for(std::string_view line) const {
  const auto found = std::ranges::find_if(
      script_, [&](const OriginSay& each) { return each.line && glob_matches(*each.line, line); });
  return found == script_.end() ? nullptr : &*found;
}

void ScriptSession::say(const OriginSay& what, std::string_view line, ActionList& actions) {
  auto bytes = what.octets.bytes();
  if (what.octets.text && what.line) bytes = with_tag(std::move(bytes), line);
  unread_ += bytes.size();
  if (!bytes.empty()) actions.emplace_back(Send{Party::client, std::move(bytes)});
  if (what.then == OriginSay::Then::close) hang_up(Ending::fin, actions);
  if (what.then == OriginSay::Then::reset) hang_up(Ending::rst, actions);
}

void ScriptSession::hang_up(Ending how, ActionList& actions) {
  over_ = true;
  actions.emplace_back(Hangup{Party::client, how});
}

}  // namespace misproxy
