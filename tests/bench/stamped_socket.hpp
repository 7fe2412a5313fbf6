#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace misproxy::bench {

/// A TCP client on 127.0.0.1 that knows when bytes arrived by the kernel's own time stamps
/// (SO_TIMESTAMPNS, socket(7)), so that how late this process is woken is no part of a figure. The
/// first bytes of all may come before the kernel has begun to stamp: of them it is the clock's.
class StampedSocket {
 public:
  using Time = std::chrono::sys_time<std::chrono::nanoseconds>;

  struct Piece {
    std::size_t bytes = 0;
    Time arrived;  // the last of them
  };

  explicit StampedSocket(std::uint16_t port);
  ~StampedSocket();
  StampedSocket(const StampedSocket&) = delete;
  StampedSocket& operator=(const StampedSocket&) = delete;

  /// Sends it all; when that began.
  Time send(std::string_view bytes) const;
  /// What has arrived, the bytes themselves forgotten; nothing at the end.
  std::optional<Piece> read() const;
  /// Ends a `read` that waits, from any thread.
  void shut() const;

 private:
  int fd_;
};

}  // namespace misproxy::bench
