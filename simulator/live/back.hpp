#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "live/alarm.hpp"
#include "live/arrival.hpp"
#include "live/socket.hpp"
#include "session/action.hpp"
#include "session/event.hpp"
#include "trace/event.hpp"

namespace misproxy::live {

class Link;

/// Who stands behind the proxy: the embedded origin, or a socket to a real upstream.
///
///     client ==socket== Link <-> front session <-> Back
///
/// What it tells the front goes through the connection's one queue, and so does what it is told:
/// their order is that in which they were said. All calls are made on the connection's thread.
class Back {
 public:
  /// What it can be told: that it is to begin, what the front does with it, that all it has said
  /// is with the client, and that a timer of its own has fired.
  using Told = std::variant<Opened, Send, HalfClose, Hangup, Drained, Fired>;

  /// The connection, as what stands behind sees it.
  class Front {
   public:
    virtual ~Front() = default;
    virtual Executor executor() = 0;
    /// When what is told now happened; and by the clock, when so long has passed since.
    virtual Instant now() const = 0;
    virtual Alarm::Clock::time_point due(Duration after) const = 0;
    /// An event of the origin's for the front session; what it sends, by itself.
    virtual void from_back(Event event) = 0;
    virtual void sent_by_back(std::string bytes, Arrival arrived) = 0;
    /// Told to the back itself, in the queue.
    virtual void tell_back(Back::Told told) = 0;
    /// No more of the client's bytes are to come, until `resume_client`.
    virtual void pause_client() = 0;
    virtual void resume_client() = 0;
    /// True while nothing may be read or written; `go_on` follows.
    virtual bool waits() = 0;
    virtual void note_of(Party party, TraceEvent&& event) = 0;
    virtual void take_secrets(std::string_view key_log) = 0;
  };

  explicit Back(std::shared_ptr<Front> front) : front_(std::move(front)) {}
  virtual ~Back() = default;
  Back(const Back&) = delete;
  Back& operator=(const Back&) = delete;

  virtual void take(Told told) = 0;
  /// The client takes nothing for the time being: no more of the origin's bytes, until `resume`.
  virtual void pause() {}
  virtual void resume() {}
  virtual void go_on() {}
  /// The socket behind which it stands, where its bytes may pass by themselves; else nothing.
  virtual Link* socket() { return nullptr; }
  /// Nobody is in front any more.
  virtual void leave() { front_.reset(); }

 protected:
  std::shared_ptr<Front> front_;  // nobody, once it has left
};

}  // namespace misproxy::live
