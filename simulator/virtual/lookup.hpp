#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "capture/plain_packet.hpp"
#include "virtual/queue.hpp"

namespace misproxy::simulated {

/// One look-up of a name's addresses as the client's C library does it: both types at once from one
/// port, and the same questions again where there is no answer, or where the server says of both
/// that it cannot tell. Where one of the two alone is answered, the server may not take two at
/// once: they are asked one behind the other, then each from a port of its own, and then half is
/// enough.
///
///     A?, AAAA? ──> resolver       2 s each, two tries: `options timeout:2 attempts:2`
///
/// Source: RFC 1035 section 4.2.1; resolv.conf(5), getaddrinfo(3) of glibc 2.36, and its packets.
/// IPv4 only.
class Lookup {
 public:
  static constexpr std::chrono::seconds kTimeout{2};
  static constexpr int kTries = 2;

  struct Setup {
    std::string name;
    std::uint64_t key = 0;  // of what is drawn
    IpAddress client;
    IpAddress server;
    std::function<void(const Datagram& question)> send;
    std::function<void(std::optional<std::string> address)> done;  // once
  };

  Lookup(EventQueue& queue, Setup setup);
  void begin();
  void take(const Datagram& datagram);

 private:
  struct Asked {
    std::uint16_t type;
    std::uint16_t id = 0;
    std::uint16_t port = 0;
    bool answered = false;
  };
  /// How the two are asked; what half an answer changes, for the next tries too.
  enum class Manner { at_once, in_turn, from_two_ports };

  void ask();
  void ask(Asked& question);
  void take_port();
  void lose_patience();
  void try_again();
  void finish(std::optional<std::string> address);

  Setup setup_;
  QueueTimer patience_;
  std::array<Asked, 2> asked_;
  std::optional<std::string> found_;
  Manner manner_ = Manner::at_once;
  std::uint16_t port_ = 0;
  std::uint64_t ports_ = 0;  // that were taken
  int tries_ = 1;
  bool told_ = false;  // of one type at least, by this round
  bool over_ = false;
};

}  // namespace misproxy::simulated
