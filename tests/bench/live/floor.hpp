#pragma once

#include <cstdint>

#include "bench/live/upstream.hpp"

namespace misproxy::bench {

/// The least that a proxy can do: takes a CONNECT, whatever it names, opens a connection to one
/// upstream, says 200, and passes bytes, on one thread. By splice(2), or by reads and writes. What
/// a peer or misproxy needs beyond it is its own.
struct Floor {
  enum class How { splice, copy };
  Floor(How how, std::uint16_t upstream);
  std::uint16_t port = 0;
  Child child;

 private:
  Child begin(How how, std::uint16_t upstream);
};

}  // namespace misproxy::bench
