#include "capture/read_packet.hpp"

#include <algorithm>
#include <string>

namespace misproxy {
namespace {

constexpr std::size_t kLeastIpHeader = 20;
constexpr std::size_t kLeastIp6Header = 40;
constexpr std::size_t kLeastTcpHeader = 20;

std::uint8_t u8(std::string_view bytes, std::size_t at) {
  return static_cast<std::uint8_t>(bytes[at]);
}

std::uint16_t u16(std::string_view bytes, std::size_t at) {
  return static_cast<std::uint16_t>(u8(bytes, at) << 8 | u8(bytes, at + 1));
}

std::uint32_t u32(std::string_view bytes, std::size_t at) {
  return std::uint32_t{u16(bytes, at)} << 16 | u16(bytes, at + 2);
}

IpAddress v6_address(std::string_view bytes, std::size_t at) {
  std::array<std::uint8_t, 16> address{};
  for (std::size_t i = 0; i < address.size(); ++i)
    address[i] = u8(bytes, at + i);
  return IpAddress(address);
}

std::optional<IpHead> read_ip6_head(std::string_view bytes) {
  if (bytes.size() < kLeastIp6Header || kLeastIp6Header + u16(bytes, 4) > bytes.size())
    return std::nullopt;
  return IpHead{v6_address(bytes, 8), v6_address(bytes, 24), u8(bytes, 6),
                u8(bytes, 7),         kLeastIp6Header,       false};
}

/// One option of TCP's, from its kind on.
void read_option(std::string_view option, TcpSegment& segment) {
  const auto kind = u8(option, 0);
  if (kind == 2 && option.size() == 4) segment.mss = u16(option, 2);
  if (kind == 3 && option.size() == 3) segment.window_scale = u8(option, 2);
  if (kind == 4 && option.size() == 2) segment.sack_permitted = true;
  if (kind == 8 && option.size() == 10)
    segment.timestamps = Timestamps{u32(option, 2), u32(option, 6)};
  if (kind != 5) return;
  for (std::size_t at = 2; at + 8 <= option.size(); at += 8)
    segment.sack.push_back({u32(option, at), u32(option, at + 4)});
}

void read_options(std::string_view options, TcpSegment& segment) {
  while (!options.empty() && u8(options, 0) != 0) {
    if (u8(options, 0) == 1) {
      options.remove_prefix(1);
      continue;
    }
    if (options.size() < 2) return;
    const std::size_t length = u8(options, 1);
    if (length < 2 || length > options.size()) return;
    read_option(options.substr(0, length), segment);
    options.remove_prefix(length);
  }
}

std::optional<TcpSegment> read_segment(std::string_view bytes) {
  if (bytes.size() < kLeastTcpHeader) return std::nullopt;
  const std::size_t header = (u8(bytes, 12) >> 4) * std::size_t{4};
  if (header < kLeastTcpHeader || header > bytes.size()) return std::nullopt;
  const auto flags = u8(bytes, 13);
  TcpSegment segment;
  segment.source_port = u16(bytes, 0);
  segment.destination_port = u16(bytes, 2);
  segment.seq = u32(bytes, 4);
  segment.ack = u32(bytes, 8);
  segment.fin = (flags & 0x01U) != 0;
  segment.syn = (flags & 0x02U) != 0;
  segment.rst = (flags & 0x04U) != 0;
  segment.psh = (flags & 0x08U) != 0;
  segment.has_ack = (flags & 0x10U) != 0;
  segment.urg = (flags & 0x20U) != 0;
  segment.ece = (flags & 0x40U) != 0;
  segment.cwr = (flags & 0x80U) != 0;
  segment.window = u16(bytes, 14);
  segment.urgent = u16(bytes, 18);
  read_options(bytes.substr(kLeastTcpHeader, header - kLeastTcpHeader), segment);
  segment.payload = bytes.substr(header);
  return segment;
}

}  // namespace

std::optional<IpHead> read_ip_head(std::string_view bytes) {
  if (bytes.empty()) return std::nullopt;
  if (u8(bytes, 0) >> 4 == 6) return read_ip6_head(bytes);
  if (u8(bytes, 0) >> 4 != 4 || bytes.size() < kLeastIpHeader) return std::nullopt;
  const std::size_t header = (u8(bytes, 0) & 0x0fU) * std::size_t{4};
  if (header < kLeastIpHeader || header > u16(bytes, 2) || u16(bytes, 2) > bytes.size())
    return std::nullopt;
  const bool is_fragment = (u16(bytes, 6) & 0x3fffU) != 0;  // more of them, or an offset
  return IpHead{u32(bytes, 12), u32(bytes, 16), u8(bytes, 9), u8(bytes, 8), header, is_fragment};
}

std::optional<Packet> read_tcp_packet(std::string_view bytes) {
  const auto head = read_ip_head(bytes);
  if (!head || head->protocol != IpHead::kTcp || head->is_fragment) return std::nullopt;
  const bool is_v6 = head->source.is_v6;
  const std::size_t length = is_v6 ? kLeastIp6Header + u16(bytes, 4) : u16(bytes, 2);
  auto segment = read_segment(bytes.substr(head->header_bytes, length - head->header_bytes));
  if (!segment) return std::nullopt;
  Packet packet;
  packet.source = head->source;
  packet.destination = head->destination;
  packet.ttl = head->ttl;
  if (!is_v6) packet.id = u16(bytes, 4);
  if (!is_v6) packet.dont_fragment = (u16(bytes, 6) & 0x4000U) != 0;
  packet.body = std::move(*segment);
  return packet;
}

}  // namespace misproxy
