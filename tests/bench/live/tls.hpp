#pragma once

#include <openssl/ssl.h>

#include <cstdint>
#include <memory>
#include <string>

#include "bench/live/sockets.hpp"
#include "bench/live/upstream.hpp"

namespace misproxy::bench {

/// A client of TLS 1.3 over a socket; whom it speaks with is not checked.
class TlsClient {
 public:
  TlsClient(Fd socket, const std::string& host);
  /// Asks for a target, and lets go of so many bytes of its body; how many came.
  std::uint64_t get(const std::string& host, const std::string& target, std::uint64_t bytes);

 private:
  Fd socket_;
  std::unique_ptr<SSL, decltype(&SSL_free)> ssl_;
};

/// What no TLS server can do without, in a process of its own: OpenSSL's cipher over pieces of 16
/// KiB and one copy to the socket, so many bytes to each who comes; or handshakes alone.
struct TlsFloor {
  TlsFloor(std::uint64_t bytes_each);
  TlsFloor(const std::string& certificate, const std::string& key);
  std::uint16_t port = 0;
  Child child;

 private:
  Child begin_cipher(std::uint64_t bytes);
  Child begin_handshakes(const std::string& certificate, const std::string& key);
};

}  // namespace misproxy::bench
