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
/// port, and again where there is no answer, or where the server says that it cannot tell. Where
/// one of the two alone is answered, that is enough after three rounds.
///
///     A?, AAAA? ──> resolver       2 s each, two tries: `options timeout:2 attempts:2`
///
/// Source: RFC 1035 section 4.2.1; resolv.conf(5), getaddrinfo(3) of glibc 2.36. IPv4 only.
class Lookup {
 public:
  static constexpr std::chrono::seconds kTimeout{2};
  static constexpr int kTries = 2;
  static constexpr int kRounds = 3;

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
    bool answered = false;
  };

  void ask();
  void lose_patience();
  void try_again();
  void finish(std::optional<std::string> address);

  Setup setup_;
  QueueTimer patience_;
  std::array<Asked, 2> asked_;
  std::optional<std::string> found_;
  std::uint16_t port_ = 0;
  std::uint64_t rounds_ = 0;  // all that were asked
  int tries_ = 1;
  int halves_ = 0;  // rounds in which one was answered
  bool over_ = false;
};

}  // namespace misproxy::simulated
