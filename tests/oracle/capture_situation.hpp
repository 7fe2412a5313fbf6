#pragma once

#include <string>

#include "oracle/peer.hpp"

namespace misproxy::oracle {

/// What a capture at one host shows of its first connection there: what came to the host and what
/// its application did, as a situation, and what the host answered.
struct Observed {
  Situation situation;
  Played played;
};

/// `host`: client (who opened the connection) or proxy. Throws std::runtime_error where there is no
/// connection. What an application does not read a capture does not show: that it reads all is
/// taken for granted.
Observed observe(const std::string& capture, const std::string& host);

}  // namespace misproxy::oracle
