#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "support/process.hpp"
#include "support/served.hpp"

namespace misproxy::test {

/// Debian's nginx on two ports of 127.0.0.1 and ::1, one with TLS and one without, that serves the
/// files of a folder of its own. Its certificate is self-made, for `real.test`, 127.0.0.1 and ::1.
/// It is ready when the constructor returns.
class RealServer {
 public:
  RealServer();

  std::uint16_t tls_port() const { return tls_port_; }
  std::uint16_t plain_port() const { return plain_port_; }
  /// What a client has to trust.
  std::string certificate() const { return (folder_ / "cert.pem").string(); }
  /// A file that it serves.
  void put(const std::string& name, const std::string& text) const;
  /// Where it is, for who makes it himself.
  std::string file(const std::string& name) const { return (folder_ / "files" / name).string(); }

 private:
  Folder folder_;
  std::uint16_t tls_port_;
  std::uint16_t plain_port_;
  std::optional<Process> process_;
};

/// Connects until somebody listens on a port of loopback; false past a bound.
bool await_port(std::uint16_t port);

}  // namespace misproxy::test
