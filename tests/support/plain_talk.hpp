#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <vector>

#include "origin/make_session.hpp"
#include "support/fake_files.hpp"
#include "support/plans.hpp"

namespace misproxy::test {

/// A scenario's text of a route with these keys.
inline std::string route(std::string_view keys) {
  return fmt::format("[[origin.route]]\n{}\n", keys);
}
/// A request for it.
inline std::string get(std::string_view path, std::string_view headers = {}) {
  return fmt::format("GET {} HTTP/1.1\r\nHost: a.test\r\n{}\r\n", path, headers);
}
/// What stands behind the head of an answer.
inline std::string body_of(const std::string& answer) {
  return answer.substr(answer.find("\r\n\r\n") + 4);
}
inline bool has(const std::string& answer, std::string_view part) {
  return answer.find(part) != std::string::npos;
}

/// An origin without TLS of a plan with this text behind its head, and a client that talks to it
/// with a clock that goes from timer to timer; notes by name, in order.
struct PlainTalk {
  Plan plan;
  FakeFiles files;
  FaultCounts counts;
  std::unique_ptr<Session> session;
  std::string heard;
  std::vector<std::pair<std::int64_t, std::string>> sends;  // at so many milliseconds
  std::vector<std::string> notes;
  std::vector<Note> all_notes;
  std::vector<Ending> endings;
  std::vector<std::pair<Timer, Instant>> timers;
  Instant now{};
  bool drains = true;
  std::size_t cut = 0;  // of what the client sends, into pieces; 0 is whole

  explicit PlainTalk(const std::string& text) : plan(plan_with("tls = []\n" + text)) {
    session = make_origin_session(plan, counts, nullptr, {1, "a.test", 1}, 443, CivilTime{},
                                  {&plan.scenario().origins.front(), &files});
    give(Opened{Party::client});
  }

  void give(const Event& event) {
    ActionList actions;
    session->step(event, now, actions);
    for (const auto& action : actions)
      take(action);
  }

  void take(const Action& action) {
    if (const auto* note = std::get_if<Note>(&action)) {
      notes.push_back(note->fault + note->name);
      all_notes.push_back(*note);
    }
    if (const auto* hangup = std::get_if<Hangup>(&action)) endings.push_back(hangup->how);
    if (const auto* timer = std::get_if<StartTimer>(&action)) {
      std::erase_if(timers, [&](const auto& each) { return each.first == timer->timer; });
      timers.emplace_back(timer->timer, now + timer->after);
    }
    if (const auto* send = std::get_if<Send>(&action)) {
      heard += send->bytes;
      sends.emplace_back(now / std::chrono::milliseconds(1), send->bytes);
      if (drains) give(Drained{Party::client});
    }
  }

  /// What the client hears to this, however long it takes.
  std::string ask(std::string_view bytes) {
    heard.clear();
    const auto piece = cut == 0 ? bytes.size() : cut;
    for (std::size_t at = 0; at < bytes.size() && endings.empty(); at += piece)
      give(Received{Party::client, bytes.substr(at, piece)});
    run();
    return heard;
  }

  void run() {
    while (!timers.empty() && endings.empty()) {
      const auto next =
          std::ranges::min_element(timers, {}, [](const auto& each) { return each.second; });
      const auto timer = next->first;
      now = std::max(now, next->second);
      timers.erase(next);
      give(Fired{timer});
    }
  }
};

}  // namespace misproxy::test
