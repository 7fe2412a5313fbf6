#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/outcome.hpp"
#include "runner/virtual_runner.hpp"
#include "teaching/lookup_case.hpp"

namespace misproxy::teaching {

/// What a student without a lab is given: a capture at the client's end, without comments and TLS
/// secrets, and the client's log.
struct Handout {
  std::string capture;
  std::string log;

  static constexpr std::string_view kCapture = "capture.pcapng";
  static constexpr std::string_view kLog = "client.log";
};

/// What a run of the virtual world leaves at its client's end, and how far the client came.
struct Played {
  Handout handout;
  ClientPhase phase = ClientPhase::resolve;
  bool ended = true;  // false: a limit stopped it
};

Played played(const Scenario& scenario, std::uint64_t seed, VirtualRunner& runner);
/// The same behind a look-up that stands in the capture.
Played played(const LookupCase& lookup, std::uint64_t seed);

}  // namespace misproxy::teaching
