#include "capture/tcpdump_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "capture/address.hpp"
#include "capture/http_text.hpp"
#include "capture/tcp_options_text.hpp"
#include "capture/text_parts.hpp"

namespace misproxy {
namespace {

constexpr std::uint16_t kUrgent = 0x20;
constexpr std::uint8_t kPortUnreachable = 3;

bool is_http_port(std::uint16_t port) { return port == 80 || port == 8080; }

std::string icmp_text(const ParsedPacket& parsed, const IcmpUnreachable& icmp) {
  auto text = fmt::format("{} > {}: ", ipv4_text(parsed.packet.source),
                          ipv4_text(parsed.packet.destination));
  if (icmp.code == kPortUnreachable && !parsed.wire.quoted_ports) return text + " [|icmp]";
  const auto what =
      unreachable_text(icmp.code, ipv4_text(icmp.destination.host), icmp.destination.port,
                       icmp.next_hop_mtu, parsed.wire.quoted_protocol);
  return text + fmt::format("ICMP {}, length {}", what, parsed.wire.length);
}

std::string payload_text(const ParsedPacket& parsed, const TcpSegment& segment) {
  const bool http = is_http_port(segment.source_port) || is_http_port(segment.destination_port);
  if (!http || parsed.wire.length == 0) return {};
  return ": " + http_text(segment.payload, parsed.wire.cut(segment) > 0);
}

std::string seq_text(const TcpSegment& segment, std::uint32_t seq, std::size_t length) {
  if (length > 0) return fmt::format(", seq {}:{}", seq, seq + static_cast<std::uint32_t>(length));
  return segment.syn || segment.fin || segment.rst ? fmt::format(", seq {}", seq) : "";
}

}  // namespace

/// tcpdump's own way to count: from the first segment with an ACK that it sees of a connection, or
/// the last SYN-ACK, whose own numbers stay as they are.
TcpdumpText::Base TcpdumpText::base_of(const Packet& packet, const TcpSegment& segment) {
  if (!segment.has_ack) return {};
  const SocketAddress source{packet.source, segment.source_port};
  const SocketAddress destination{packet.destination, segment.destination_port};
  const bool reversed =
      std::pair(source.port, source.host) > std::pair(destination.port, destination.host);
  const Ends ends = reversed ? Ends{destination, source} : Ends{source, destination};
  const auto known = firsts_.find(ends);
  if (known == firsts_.end() || segment.syn) {
    const First first =
        reversed ? First{segment.ack - 1, segment.seq} : First{segment.seq, segment.ack - 1};
    firsts_[ends] = first;
    return {0, 0, reversed ? first.seq : first.ack};
  }
  const auto& first = known->second;
  if (reversed) return {first.ack, first.seq, first.seq};
  return {first.seq, first.ack, first.ack};
}

std::string TcpdumpText::tcp_text(const ParsedPacket& parsed, const TcpSegment& segment) {
  const auto base = base_of(parsed.packet, segment);
  auto text =
      fmt::format("{} > {}: Flags [{}]", dotted_text({parsed.packet.source, segment.source_port}),
                  dotted_text({parsed.packet.destination, segment.destination_port}),
                  flags_text(parsed.wire.flags));
  text += seq_text(segment, segment.seq - base.seq, parsed.wire.length);
  if (segment.has_ack) text += fmt::format(", ack {}", segment.ack - base.ack);
  text += fmt::format(", win {}", segment.window);
  if ((parsed.wire.flags & kUrgent) != 0) text += fmt::format(", urg {}", parsed.wire.urgent);
  if (!parsed.wire.options.empty()) {
    const auto options = options_text(parsed.wire.options, base.sack);
    text += ", options [" + options.text;
    if (options.bad) return text;
  }
  return text + fmt::format(", length {}", parsed.wire.length) + payload_text(parsed, segment);
}

std::string TcpdumpText::line(std::chrono::nanoseconds since_unix_epoch,
                              const ParsedPacket& parsed) {
  auto text = clock_text(since_unix_epoch) + " IP ";
  if (parsed.wire.missing > 0)
    text += fmt::format("truncated-ip - {} bytes missing! ", parsed.wire.missing);
  const auto* segment = parsed.packet.tcp();
  return text + (segment != nullptr
                     ? tcp_text(parsed, *segment)
                     : icmp_text(parsed, std::get<IcmpUnreachable>(parsed.packet.body)));
}

std::string TcpdumpText::line(std::chrono::nanoseconds since_unix_epoch, const Packet& packet) {
  return line(since_unix_epoch, ParsedPacket{packet, wire_form(packet)});
}

}  // namespace misproxy
