#include "packets/own_blocks.hpp"

#include <chrono>
#include <string>

#include "capture/ip_bytes.hpp"
#include "core/ensure.hpp"
#include "packets/ip_packet.hpp"

namespace misproxy::evidence {
namespace {

constexpr std::uint32_t kPacket = 6;     // an enhanced packet block
constexpr std::size_t kLeast = 12;       // of a block: its type, and its length at both ends
constexpr std::size_t kPacketHead = 28;  // of that block, up to the frame
constexpr std::size_t kTimeAt = 12;      // behind type, length and interface
constexpr std::size_t kCapturedAt = 20;

std::uint32_t u32_at(std::string_view bytes, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = 4; i > 0; --i)
    value = value << 8 | static_cast<unsigned char>(bytes[at + i - 1]);
  return value;
}

std::chrono::nanoseconds time_of(std::string_view block) {
  const auto high = std::uint64_t{u32_at(block, kTimeAt)} << 32;
  return std::chrono::nanoseconds(static_cast<std::int64_t>(high | u32_at(block, kTimeAt + 4)));
}

}  // namespace

void OwnBlocks::take(std::string_view blocks) {
  while (!blocks.empty()) {
    ensure(blocks.size() >= kLeast, "whole blocks of a capture");
    const auto length = u32_at(blocks, 4);
    ensure(length >= kLeast && length <= blocks.size(), "whole blocks of a capture");
    if (u32_at(blocks, 0) == kPacket) take_packet(blocks.substr(0, length));
    blocks.remove_prefix(length);
  }
}

void OwnBlocks::take_packet(std::string_view block) {
  const auto frame = block.substr(kPacketHead, u32_at(block, kCapturedAt));
  WirePacket packet;
  packet.number = ++packets_;
  packet.time = time_of(block);
  std::string name;
  const auto ip = frame.substr(kEthernetHeader);
  read_ip_packet(ip, ip.size(), packet, name);
  if (packet.kind == WirePacket::Kind::dns) packet.qname = name;
  on_packet_(packet);
}

}  // namespace misproxy::evidence
