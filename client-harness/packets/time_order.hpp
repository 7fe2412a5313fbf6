#pragma once

#include <cstddef>
#include <vector>

#include "packets/wire_packet.hpp"

namespace misproxy::evidence {

/// The order in which these packets were on the wire, as indices; empty where that is the order in
/// which they stand.
///
/// Several queues of a card, several interfaces and files that were put one behind the other leave
/// packets out of their order: then their times tell it. A clock that was put back leaves them in
/// it: then their times are wrong. An ACK of what nobody has sent yet tells which of both it is.
std::vector<std::size_t> time_order(const std::vector<WirePacket>& packets);

}  // namespace misproxy::evidence
