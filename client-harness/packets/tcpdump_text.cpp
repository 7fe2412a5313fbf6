#include "packets/tcpdump_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "capture/address.hpp"
#include "packets/http_text.hpp"
#include "packets/tcp_options_text.hpp"
#include "packets/text_parts.hpp"

namespace misproxy {
namespace {

using evidence::WirePacket;

constexpr std::uint16_t kUrgent = 0x20;
constexpr std::uint8_t kPortUnreachable = 3;

bool is_http_port(std::uint16_t port) { return port == 80 || port == 8080; }

std::string icmp_text(const WirePacket& icmp) {
  auto text = fmt::format("{} > {}: ", ip_text(address_of(icmp.source).host),
                          ip_text(address_of(icmp.destination).host));
  if (icmp.icmp_code == kPortUnreachable && !icmp.wire.quoted_ports) return text + " [|icmp]";
  const auto about = address_of(icmp.quoted_destination);
  const auto what = unreachable_text(icmp.icmp_code, ip_text(about.host), about.port,
                                     icmp.next_hop_mtu, icmp.wire.quoted_protocol);
  return text + fmt::format("ICMP {}, length {}", what, icmp.length);
}

std::string payload_text(const WirePacket& segment) {
  const bool http = is_http_port(segment.source.port) || is_http_port(segment.destination.port);
  if (!http || segment.length == 0) return {};
  return ": " + http_text(segment.payload, segment.cut() > 0);
}

std::string seq_text(const WirePacket& segment, std::uint32_t seq) {
  if (segment.length > 0) return fmt::format(", seq {}:{}", seq, seq + segment.length);
  return segment.syn || segment.fin || segment.rst ? fmt::format(", seq {}", seq) : "";
}

}  // namespace

/// tcpdump's own way to count: from the first segment with an ACK that it sees of a connection, or
/// the last SYN-ACK, whose own numbers stay as they are.
TcpdumpText::Base TcpdumpText::base_of(const WirePacket& segment) {
  if (!segment.has_ack) return {};
  const auto seq = *segment.seq;
  const auto ack = *segment.ack;
  const auto source = address_of(segment.source);
  const auto destination = address_of(segment.destination);
  const bool reversed =
      std::pair(source.port, source.host) > std::pair(destination.port, destination.host);
  const Ends ends = reversed ? Ends{destination, source} : Ends{source, destination};
  const auto known = firsts_.find(ends);
  if (known == firsts_.end() || segment.syn) {
    const First first = reversed ? First{ack - 1, seq} : First{seq, ack - 1};
    firsts_[ends] = first;
    return {0, 0, reversed ? first.seq : first.ack};
  }
  const auto& first = known->second;
  if (reversed) return {first.ack, first.seq, first.seq};
  return {first.seq, first.ack, first.ack};
}

std::string TcpdumpText::tcp_text(const WirePacket& segment) {
  const auto base = base_of(segment);
  auto text =
      fmt::format("{} > {}: Flags [{}]", dotted_text(address_of(segment.source)),
                  dotted_text(address_of(segment.destination)), flags_text(segment.wire.flags));
  text += seq_text(segment, *segment.seq - base.seq);
  if (segment.ack) text += fmt::format(", ack {}", *segment.ack - base.ack);
  text += fmt::format(", win {}", *segment.window);
  if ((segment.wire.flags & kUrgent) != 0) text += fmt::format(", urg {}", segment.wire.urgent);
  if (!segment.wire.options.empty()) {
    const auto options = options_text(segment.wire.options, base.sack);
    text += ", options [" + options.text;
    if (options.bad) return text;
  }
  return text + fmt::format(", length {}", segment.length) + payload_text(segment);
}

std::string TcpdumpText::line(const WirePacket& packet) {
  const auto* ip = packet.source.host.family == evidence::HostId::Family::v6 ? "6" : "";
  auto text = fmt::format("{} IP{} ", clock_text(*packet.time), ip);
  if (packet.wire.missing > 0)
    text += fmt::format("truncated-ip{} - {} bytes missing! ", ip, packet.wire.missing);
  return text + (packet.kind == WirePacket::Kind::tcp ? tcp_text(packet) : icmp_text(packet));
}

}  // namespace misproxy
