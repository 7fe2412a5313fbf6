#pragma once

#include <optional>

#include "diagnose/observations.hpp"
#include "diagnose/quote.hpp"

namespace misproxy::diagnose {

/// The packet that is being looked at. A sight of it is made only where it is kept: most are not.
struct Moment {
  const evidence::WirePacket* packet = nullptr;
  const PacketFile* file = nullptr;
  std::optional<Time> at;

  Sight sight() const { return {at, file->cite(*packet)}; }
};

}  // namespace misproxy::diagnose
