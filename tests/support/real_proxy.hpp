#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "support/process.hpp"
#include "support/served.hpp"

namespace misproxy::test {

/// A port on which nothing listened a moment ago.
std::uint16_t free_port();

/// A proxy of Debian's on a port of 127.0.0.1, with all its files in a folder of its own, which is
/// gone with it. It is ready when the constructor returns.
class RealProxy {
 public:
  enum class Kind { squid, tinyproxy, apache };
  /// `denies`: an access list is against us. `wants_password`: `kUser` with `kPassword`, by Basic.
  enum class Rule { allows, denies, wants_password };

  static constexpr auto kUser = "joe";
  static constexpr auto kPassword = "s3cret";

  /// It tunnels to `origin_port` and to no other, and forwards requests to `plain_port`.
  RealProxy(Kind kind, Rule rule, std::uint16_t origin_port, std::uint16_t plain_port = 80);

  std::uint16_t port() const { return port_; }
  std::string url() const;
  /// With these credentials in it.
  std::string url(const std::string& user, const std::string& password) const;

 private:
  Folder folder_;
  std::uint16_t port_ = free_port();
  std::optional<Process> process_;
};

}  // namespace misproxy::test
