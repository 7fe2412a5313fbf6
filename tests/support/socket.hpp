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
  /// To an address of either family.
  Socket(const std::string& host, std::uint16_t port);
  ~Socket();
  Socket(Socket&& other) noexcept;
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  Socket& operator=(Socket&&) = delete;

  /// Sends it all, or as much as the peer takes before it closes; returns how much that was.
  std::size_t send(std::string_view bytes) const;
  /// FIN, and reading goes on.
  void finish_sending() const;
  /// Reads and writes wait no longer than so.
  void limit_wait(int milliseconds) const;
  /// RST.
  void reset();
  /// Everything up to FIN, RST or the bound; `ending` tells which.
  std::string read_all();
  /// Exactly so many bytes, or fewer where the peer ends before.
  std::string read(std::size_t count);
  enum class End { none, fin, rst, bound } ending = End::none;
  bool connected() const { return fd_ >= 0; }

 private:
  friend class Listener;
  struct Accepted {
    int fd;
  };
  explicit Socket(Accepted accepted);
  void set_bounds() const;

  int fd_ = -1;
};

/// A server on a free port of 127.0.0.1, for upstreams that no well-behaved server is.
class Listener {
 public:
  /// With a `backlog` of 0 it takes one connection that nobody accepts, and no more.
  explicit Listener(int backlog = 64);
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  std::uint16_t port() const { return port_; }
  /// The next client, within a bound.
  Socket accept() const;

 private:
  int fd_;
  std::uint16_t port_ = 0;
};

}  // namespace misproxy::test
