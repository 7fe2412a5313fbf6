#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

#include "live/files.hpp"

namespace misproxy::api {

/// A proxy's capture as it grows, in a file that has no name and is gone with the object: whole
/// blocks of pcapng.
class KeptCapture {
 public:
  /// Past it no more is recorded.
  static constexpr std::uint64_t kMost = 256 * 1024 * 1024;

  KeptCapture();

  /// From one thread at a time.
  void take(std::string_view blocks);
  /// What there is by now.
  std::string read() const;
  /// Why there is no more, in a sentence; empty where all is there.
  std::string why() const;

 private:
  live::File file_;
  std::atomic<std::uint64_t> size_ = 0;
  std::atomic<int> error_ = 0;
};

}  // namespace misproxy::api
