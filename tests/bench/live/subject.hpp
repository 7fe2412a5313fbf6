#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bench/live/sockets.hpp"
#include "bench/live/upstream.hpp"

namespace misproxy::bench {

/// A proxy that is measured: a process, or a family of them, with a port.
struct Subject {
  std::string name;
  std::uint16_t port = 0;
  std::string target;            // of CONNECT; empty where a connection is a tunnel from its start
  std::vector<pid_t> processes;  // whose cores and memory are counted, with all that they start
  std::vector<std::shared_ptr<Child>> children{};

  double cpu() const;
  double memory_kib() const;
};

/// A tunnel that is open; ensures that it is.
Fd open_tunnel(const Subject& subject);

/// A folder that goes with all that is in it.
class Scratch {
 public:
  Scratch();
  ~Scratch();
  const std::string& path() const { return path_; }
  /// Writes a file in it, and gives its path.
  std::string write(const std::string& name, const std::string& text) const;

 private:
  std::string path_;
};

/// What starts proxies, each with a configuration as small as may be, that lead to one upstream.
/// Nothing where a program is not installed.
class Stable {
 public:
  Stable(std::string misproxy, std::uint16_t upstream);

  Subject floor(bool splices);
  /// `serve` with these flags, of a scenario whose real.test is the upstream, with so many faults
  /// that do not act. `descriptors`: the most that it may have open; 0: as many as this machine
  /// allows.
  Subject misproxy(std::string name, std::vector<std::string> flags = {}, int faults = 0,
                   int descriptors = 0);
  std::optional<Subject> tinyproxy(const std::string& target = {});
  std::optional<Subject> squid();
  std::optional<Subject> apache();
  /// Without CONNECT, which it does not have: its `stream` module.
  std::optional<Subject> nginx();
  /// As a TLS origin of a file of so many bytes at /file.
  std::optional<Subject> nginx_origin(std::uint64_t bytes);
  /// The certificate and key (RSA-2048) that TLS origins other than misproxy's have.
  std::string certificate() const { return scratch_.path() + "/cert.pem"; }
  std::string key() const { return scratch_.path() + "/key.pem"; }
  const Scratch& scratch() const { return scratch_; }

 private:
  std::string folder();
  Subject start(std::string name, std::uint16_t port, std::string target,
                const std::vector<std::string>& command);

  std::string misproxy_;
  std::uint16_t upstream_;
  Scratch scratch_;
  int folders_ = 0;
};

}  // namespace misproxy::bench
