#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "capture/ip_address.hpp"
#include "live/files.hpp"
#include "scenario/tcp_settings.hpp"

namespace misproxy::lab {

/// A host of the lab: a network namespace with loopback and `eth0`, a TUN device. What the
/// namespace's kernel sends there is read from `tun`, packet by packet, and what is written to that
/// arrives.
///
///     programs, sockets ── the kernel's TCP ── eth0 ══ tun ── the wire
class Host {
 public:
  struct Settings {
    IpAddress address;
    IpAddress address6;
    bool probes_mtu = false;  // tcp_mtu_probing = 1
    TcpSettings tcp{};        // but for what only a program can set of its sockets
  };

  /// On a thread that may make namespaces (lab/ground.hpp); it is back in its own afterwards.
  /// Empty, or a sentence.
  std::string make(const Settings& settings);

  /// IP packets, without anything before them; does not block. -1 before `make`.
  int tun() const { return tun_ ? tun_->fd() : -1; }
  /// Calls in the host's network: sockets opened and programs started there are the host's.
  void inside(const std::function<void()>& call) const;
  /// The calling thread is there from now on.
  void enter() const;

 private:
  std::string build(const Settings& settings);

  std::unique_ptr<live::File> space_;
  std::unique_ptr<live::File> tun_;
};

}  // namespace misproxy::lab
