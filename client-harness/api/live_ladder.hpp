#pragma once

#include <cstdint>
#include <mutex>
#include <string>

#include "api/event_log.hpp"
#include "pictures/trace_ladders.hpp"

namespace misproxy::api {

/// The ladders of one proxy, drawn from its log whenever somebody looks: whoever records an event
/// waits for no picture. From every thread.
class LiveLadder {
 public:
  struct Seen {
    std::string html;          // a `details` for each connection, the newest first
    std::uint64_t events = 0;  // that it shows
  };
  Seen look(const EventLog& log);

 private:
  std::mutex mutex_;
  pictures::TraceLadders ladders_;
  std::uint64_t after_ = 0;
};

}  // namespace misproxy::api
