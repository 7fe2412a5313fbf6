#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace misproxy::test {

/// A plain TCP client on loopback, for what no well-behaved client does. Reads and writes have a
/// bound.
class Socket {
 public:
  explicit Socket(std::uint16_t port);
  ~Socket();
  Socket(Socket&& other) noexcept;
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  Socket& operator=(Socket&&) = delete;

  /// Sends it all, or as much as the peer takes before it closes; returns how much that was.
  std::size_t send(std::string_view bytes) const;
  /// FIN, and reading goes on.
  void finish_sending() const;
  /// RST.
  void reset();
  /// Everything up to FIN, RST or the bound; `ending` tells which.
  std::string read_all();
  /// Exactly so many bytes, or fewer where the peer ends before.
  std::string read(std::size_t count);
  enum class End { none, fin, rst, bound } ending = End::none;
  bool connected() const { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

}  // namespace misproxy::test
