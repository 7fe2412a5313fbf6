// One IPv4 or IPv6 packet, of which the capture may hold less than there was on the wire.

#include "packets/ip_packet.hpp"

#include <functional>

#include "fuzz/target.hpp"

using namespace misproxy;

namespace {

/// What the packet's views show stands in the bytes that it was read from.
bool lies_within(std::string_view part, std::string_view whole) {
  const std::less_equal<> not_after;
  return part.empty() || (not_after(whole.data(), part.data()) &&
                          not_after(part.data() + part.size(), whole.data() + whole.size()));
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t count) {
  const auto captured = fuzz::text_of(bytes, count);
  for (const std::size_t cut : {std::size_t{0}, std::size_t{1}, std::size_t{1460}}) {
    evidence::WirePacket packet;
    std::string qname;
    evidence::read_ip_packet(captured, count + cut, packet, qname);
    fuzz::require(lies_within(packet.payload, captured), "the payload is the packet's");
    fuzz::require(
        packet.kind != evidence::WirePacket::Kind::tcp || packet.payload.size() <= packet.length,
        "no more is captured than there was");
    fuzz::require(packet.sack_count <= packet.sack.size(), "SACK ranges fit their array");
  }
  return 0;
}
