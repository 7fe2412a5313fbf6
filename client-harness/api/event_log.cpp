#include "api/event_log.hpp"

#include <algorithm>
#include <utility>

#include "core/words.hpp"

namespace misproxy::api {

bool EventFilter::takes(const TraceLine& line) const {
  return (!event || line.event.name == *event) && (!fault || line.event.fault == *fault) &&
         (!cause || word(line.event.cause) == *cause) &&
         (!connection || line.connection == *connection);
}

void EventLog::record(const TraceLine& line) {
  std::vector<std::function<void()>> calls;
  {
    const std::lock_guard lock(mutex_);
    if (closed_) return;
    lines_.push_back(line);
    lines_.back().seq = seqs_[line.connection]++;
    if (lines_.size() > kMost) {
      lines_.pop_front();
      ++forgotten_;
    }
    const auto number = forgotten_ + lines_.size();
    for (auto waiter = waiters_.begin(); waiter != waiters_.end();) {
      if (waiter->second.after >= number) {
        ++waiter;
        continue;
      }
      calls.push_back(std::move(waiter->second.call));
      waiter = waiters_.erase(waiter);
    }
  }
  for (const auto& call : calls)
    call();
}

void EventLog::close() {
  std::map<std::uint64_t, Waiter> waiters;
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    waiters.swap(waiters_);
    lines_.clear();
    seqs_.clear();
  }
  for (const auto& [number, waiter] : waiters)
    waiter.call();
}

std::vector<EventLog::Numbered> EventLog::behind(std::uint64_t after, std::size_t most) const {
  const std::lock_guard lock(mutex_);
  std::vector<Numbered> found;
  const auto from = after > forgotten_ ? static_cast<std::size_t>(after - forgotten_) : 0;
  for (auto i = from; i < lines_.size() && found.size() < most; ++i)
    found.push_back({forgotten_ + i + 1, lines_[i]});
  return found;
}

std::vector<TraceLine> EventLog::all() const {
  const std::lock_guard lock(mutex_);
  return {lines_.begin(), lines_.end()};
}

std::uint64_t EventLog::last() const {
  const std::lock_guard lock(mutex_);
  return forgotten_ + lines_.size();
}

std::uint64_t EventLog::forgotten() const {
  const std::lock_guard lock(mutex_);
  return forgotten_;
}

bool EventLog::is_closed() const {
  const std::lock_guard lock(mutex_);
  return closed_;
}

std::uint64_t EventLog::when_behind(std::uint64_t after, std::function<void()> call) {
  {
    const std::lock_guard lock(mutex_);
    const auto waiter = ++waiter_;
    if (!closed_ && forgotten_ + lines_.size() <= after) {
      waiters_.emplace(waiter, Waiter{after, std::move(call)});
      return waiter;
    }
  }
  call();
  return 0;
}

void EventLog::forget(std::uint64_t waiter) {
  const std::lock_guard lock(mutex_);
  waiters_.erase(waiter);
}

}  // namespace misproxy::api
