#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "api/event_log.hpp"
#include "api/served_proxy.hpp"

namespace misproxy::api {

/// So many events behind a number that match.
struct Awaited {
  EventFilter filter;
  std::uint64_t after = 0;
  std::size_t count = 1;
  std::chrono::milliseconds timeout{10'000};
};

/// What has come of it. `next`: all up to that number has been looked at.
struct EventsMet {
  enum class How { all, timed_out, proxy_gone } how = How::all;
  std::vector<EventLog::Numbered> events;
  std::uint64_t next = 0;
};

/// Calls once, on a thread of `io`.
void await_events(boost::asio::io_context& io, const std::shared_ptr<ServedProxy>& proxy,
                  const Awaited& awaited, std::function<void(const EventsMet&)> done);

}  // namespace misproxy::api
