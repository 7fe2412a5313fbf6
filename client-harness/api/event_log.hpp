#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "trace/recorder.hpp"

namespace misproxy::api {

/// Which events are meant; what is absent holds for all.
struct EventFilter {
  std::optional<std::string> event;
  std::optional<std::string> fault;
  std::optional<std::string> cause;  // injected, peer, environment
  std::optional<std::int64_t> connection;

  bool takes(const TraceLine& line) const;
};

/// The events of one proxy, numbered from 1, and who waits for more. From every thread.
class EventLog final : public Recorder {
 public:
  /// Past it the oldest are forgotten, and their number told.
  static constexpr std::size_t kMost = 100'000;

  struct Numbered {
    std::uint64_t number;
    TraceLine line;
  };

  void record(const TraceLine& line) override;
  /// Nothing comes any more, and nobody waits.
  void close();

  /// Those behind `after`, at most so many.
  std::vector<Numbered> behind(std::uint64_t after, std::size_t most) const;
  std::vector<TraceLine> all() const;
  std::uint64_t last() const;
  std::uint64_t forgotten() const;
  bool is_closed() const;

  /// Calls once, from any thread, when there is an event behind that number, or will never be;
  /// returns by which number `forget` takes it back. It may be called before this returns.
  std::uint64_t when_behind(std::uint64_t after, std::function<void()> call);
  void forget(std::uint64_t waiter);

 private:
  struct Waiter {
    std::uint64_t after;
    std::function<void()> call;
  };

  mutable std::mutex mutex_;
  std::deque<TraceLine> lines_;
  std::uint64_t forgotten_ = 0;
  std::map<std::int64_t, std::int64_t> seqs_;  // by connection: both ends in one trace
  std::map<std::uint64_t, Waiter> waiters_;
  std::uint64_t waiter_ = 0;
  bool closed_ = false;
};

}  // namespace misproxy::api
