#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace misproxy::bench {

/// A descriptor that is closed at the end.
class Fd {
 public:
  explicit Fd(int fd = -1) : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Fd();
  int get() const { return fd_; }
  bool is_open() const { return fd_ >= 0; }

 private:
  int fd_;
};

/// Listens on loopback, at a free port.
Fd listen_on_loopback(std::uint16_t& port);
/// Not open where it failed.
Fd connect_to_loopback(std::uint16_t port);

/// False where the peer has gone.
bool send_all(int fd, std::string_view bytes);
/// What comes up to the end of a head, that included; less where the peer has ended.
std::string read_head(int fd);
/// Reads so many bytes and lets them go; how many came.
std::uint64_t discard(int fd, std::uint64_t bytes);

}  // namespace misproxy::bench
