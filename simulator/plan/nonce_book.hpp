#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>

#include "core/recent_map.hpp"
#include "core/time.hpp"

namespace misproxy {

/// The nonces that a proxy has given, and how far each has been used: one for all connections of a
/// run, asked from every thread. Anybody can ask for nonces, so there is a bound: past it, the one
/// that nobody has used longest is forgotten, and its client gets a new one.
/// Source: RFC 7616 section 3.4 (nc).
class NonceBook {
 public:
  /// Some 3 MB of them.
  static constexpr std::size_t kMostNonces = 10'000;

  enum class Use { fresh, unknown, expired, replayed };

  /// What a nonce is good for. `connection`: for this one alone.
  struct Terms {
    Duration lifetime{};
    std::optional<std::int64_t> uses{};
    std::optional<std::int64_t> connection{};
    bool counts = true;  // nc must rise
  };

  explicit NonceBook(std::size_t most = kMostNonces) : nonces_(most) {}

  /// `good`: false for one that has run out before it is used.
  void give(const std::string& nonce, std::int64_t connection, Instant now, bool good = true) {
    const std::lock_guard lock(mutex_);
    nonces_.put(nonce, {connection, now, good, 0, 0});
  }

  /// Of a nonce whose digest was right; `count`: its nc. Only a fresh use counts.
  Use use(const std::string& nonce, std::uint32_t count, const Terms& terms, Instant now) {
    const std::lock_guard lock(mutex_);
    auto* given = nonces_.find(nonce);
    if (given == nullptr) return Use::unknown;
    if (terms.connection && *terms.connection != given->connection) return Use::unknown;
    if (terms.counts && count <= given->highest) return Use::replayed;
    if (!given->good || now - given->at > terms.lifetime) return Use::expired;
    if (terms.uses && given->uses >= *terms.uses) return Use::expired;
    ++given->uses;
    given->highest = count;
    return Use::fresh;
  }

 private:
  struct Given {
    std::int64_t connection = 0;
    Instant at{};
    bool good = true;
    std::uint32_t highest = 0;
    std::int64_t uses = 0;
  };

  std::mutex mutex_;
  RecentMap<std::string, Given> nonces_;
};

}  // namespace misproxy
