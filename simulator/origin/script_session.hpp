#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "scenario/script_settings.hpp"
#include "session/session.hpp"

namespace misproxy {

/// An origin that says what its script says, in lines: as much of FTP, POP3, SMTP or IMAP as a
/// control conversation takes, or any bytes at all.
///
///     connection -> what is said without being asked
///     bytes -> lines -> the first `[[origin.say]]` that fits -> what it says, and whether that
///     ends it
///
/// A line ends in LF, with CR or without. The trace tells which `say` of the file it fitted, from
/// 1, and no more of it: it may be a password.
class ScriptSession final : public Session {
 public:
  /// A line that is longer is answered as it is, up to here.
  static constexpr std::size_t kMostLine = 64 * 1024;
  /// Bytes said that the client has not taken yet, before it is not read any more.
  static constexpr std::size_t kMostUnread = 256 * 1024;

  /// The script outlives it.
  explicit ScriptSession(const std::vector<OriginSay>& script) : script_(script) {}

  void step(const Event& event, Instant now, ActionList& actions) override;

 private:
  void on(const Begin&, ActionList&) {}
  void on(const Opened& event, ActionList& actions);
  void on(const Received& event, ActionList& actions);
  void on(const Closed& event, ActionList& actions);
  void on(const Drained& event, ActionList& actions);
  void on(const Fired&, ActionList&) {}
  void on(const Failed&, ActionList&) {}
  void on(const Resolved&, ActionList&) {}
  void on(const AttemptCounted&, ActionList&) {}
  void on(const Yielded&, ActionList&) {}

  void read_on(ActionList& actions);
  void take_line(std::string_view line, ActionList& actions);
  const OriginSay* say_for(std::string_view line) const;
  void say(const OriginSay& what, std::string_view line, ActionList& actions);
  void hang_up(Ending how, ActionList& actions);

  const std::vector<OriginSay>& script_;
  std::string input_;
  const OriginSay* until_ = nullptr;  // whose last line is awaited
  std::size_t unread_ = 0;            // by the client
  bool paused_ = false;
  bool over_ = false;
};

}  // namespace misproxy
