#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "plan/channel.hpp"

namespace misproxy {

/// Watches one stream for the bytes at which faults act. Each acts once.
class OffsetWatch {
 public:
  /// Before the byte at `offset` of the stream; of two at one byte, the first added acts first.
  void add(const Fault* fault, std::uint64_t offset);
  Cut scan(std::string bytes);
  std::uint64_t passed() const { return passed_; }
  /// A fault waits for a byte that has not come.
  bool waits() const { return !rules_.empty(); }

 private:
  struct Rule {
    const Fault* fault;
    std::uint64_t offset;
  };
  std::vector<Rule> rules_;  // by offset
  std::uint64_t passed_ = 0;
};

}  // namespace misproxy
