#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace misproxy::evidence {

/// A host as a capture or a text names it: an address, or a name such as `proxy` or
/// `tools.cisco.com`. Cheap to copy and to compare: a name is known by its place in `Names`.
struct HostId {
  enum class Family : std::uint8_t { none, v4, v6, name };

  Family family = Family::none;
  std::array<std::uint8_t, 16> bytes{};  // v4: the first four; name: its index, big endian

  bool operator==(const HostId&) const = default;
};

struct SocketId {
  HostId host;
  std::uint16_t port = 0;

  bool operator==(const SocketId&) const = default;
};

/// From the first byte that arrived to the first that has not. Source: RFC 2018.
struct SackRange {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
};

/// What only a capture tells of a packet: who prints it as tcpdump does wants to know.
struct OnTheWire {
  std::uint16_t missing = 0;  // bytes of the IP packet that were not sent: a broken sender
  bool whole_head = false;    // TCP's header was captured with all of its options
  std::uint8_t flags = 0;     // TCP's low byte
  std::uint16_t urgent = 0;
  std::string_view options;          // TCP's, in their order
  std::uint8_t quoted_protocol = 0;  // of the packet that an ICMP message quotes
  bool quoted_ports = false;         // the quote reaches as far as its ports
};

/// One packet of evidence, from a capture or from tcpdump's text of one; whichever it was, what
/// reads it reads the same facts.
///
/// What the source does not tell is absent, never guessed: a text may have neither `seq` nor `ack`
/// nor `window` nor a time. Views point into the reader's buffer, and hold until its next packet.
struct WirePacket {
  enum class Kind : std::uint8_t { tcp, icmp, dns, quic, other };  // `quic`: its first packets

  std::uint64_t number = 0;                      // of the packet, or of the line, from 1
  std::string_view line;                         // of a text, as it stands
  std::optional<std::chrono::nanoseconds> time;  // since 1970, or since midnight in a text
  Kind kind = Kind::other;
  SocketId source;
  SocketId destination;
  std::uint8_t ttl = 0;  // 0: not told
  std::uint16_t ip_id = 0;

  // TCP
  bool syn = false;
  bool fin = false;
  bool rst = false;
  bool psh = false;
  bool has_ack = false;                 // the flag
  std::optional<std::uint32_t> seq;     // as it stands: absolute in a capture, mostly relative in
  std::optional<std::uint32_t> ack;     // a text; and so the SACK ranges
  std::optional<std::uint16_t> window;  // as it stands, not scaled
  std::optional<std::uint16_t> mss;
  std::optional<std::uint8_t> window_scale;
  bool sack_permitted = false;
  std::optional<std::uint32_t> tick;  // TCP's time stamp, its sender's own (RFC 7323), of a text
  std::array<SackRange, 4> sack{};
  std::uint8_t sack_count = 0;
  std::uint32_t length = 0;  // of the payload on the wire, however much was captured; DNS: as well
  std::string_view payload;  // what was captured of it; a text: the HTTP lines that it shows
  std::string_view note;     // the article's dialect: `Client Hello`, or what follows a `#`

  // ICMP and ICMPv6 (`icmp_type` is ICMP's: 3 unreachable, 11 time exceeded; ICMPv6 is translated,
  // "packet too big" to type 3 code 4). The packet that it quotes, as far as it does:
  std::uint8_t icmp_type = 0;
  std::uint8_t icmp_code = 0;
  std::uint16_t next_hop_mtu = 0;
  SocketId quoted_source;
  SocketId quoted_destination;
  std::optional<std::uint32_t> quoted_seq;

  // DNS over UDP: `qname` in dotted form, answers counted by the header.
  bool dns_response = false;
  std::uint8_t dns_rcode = 0;  // 0 no error, 2 server failure, 3 no such name, 5 refused
  std::uint16_t dns_id = 0;
  std::uint16_t dns_qtype = 0;  // 1 A, 28 AAAA
  std::uint16_t dns_answers = 0;
  std::string_view qname;
  HostId dns_address;  // the first one that an answer gives; `none` where it gives none

  OnTheWire wire;

  /// Payload that the capture did not keep; `snaplen` was smaller than the frame.
  std::size_t cut() const { return length - payload.size(); }
};

}  // namespace misproxy::evidence
