#include "anonymize/packet_bytes.hpp"

#include <algorithm>

#include "anonymize/checksum_change.hpp"
#include "anonymize/dns_bytes.hpp"
#include "anonymize/tls_bytes.hpp"
#include "packets/byte_view.hpp"
#include "packets/link_layer.hpp"

namespace misproxy::anonymize {
namespace {

using evidence::HostId;
using evidence::WirePacket;

enum Protocol : std::uint8_t { kIcmp = 1, kTcp = 6, kUdp = 17, kIcmp6 = 58 };
enum LinkType : int {
  kNull = 0,
  kEthernet = 1,
  kRaw = 12,
  kLoop = 108,
  kCooked = 113,
  kCooked2 = 276
};

/// An IP packet that is changed in its place.
class PacketBytes {
 public:
  PacketBytes(std::string_view bytes, Pseudonyms& pseudonyms)
      : before_(bytes), bytes_(bytes), pseudonyms_(pseudonyms) {}

  bool is_v4() const { return (u8_at(before_, 0) >> 4U) == 4; }

  /// Addresses and options of the header.
  void header() {
    if (is_v4() && bytes_.size() >= 20) {
      const auto size = std::min<std::size_t>((u8_at(before_, 0) & 0x0FU) * 4U, bytes_.size());
      address(12, HostId::Family::v4, 4);
      address(16, HostId::Family::v4, 4);
      if (size > 20) fill(20, size, '\x01');  // no operation: a route that was recorded
      ChecksumChange change;
      change.add(12, before_.substr(12, size - 12), std::string_view(bytes_).substr(12, size - 12));
      change.apply(bytes_, 10);
    } else if (!is_v4() && bytes_.size() >= 40) {
      address(8, HostId::Family::v6, 16);
      address(24, HostId::Family::v6, 16);
    }
  }

  /// What stands at `at`, as far as it was captured.
  void put(std::size_t at, std::string_view other) {
    if (at < bytes_.size()) other.copy(bytes_.data() + at, bytes_.size() - at);
  }
  void fill(std::size_t begin, std::size_t end, char with) {
    for (auto at = begin; at < std::min(end, bytes_.size()); ++at)
      bytes_[at] = with;
  }
  void address(std::size_t at, HostId::Family family, std::size_t size) {
    if (at + size > bytes_.size()) return;
    HostId host;
    host.family = family;
    std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(at), size, host.bytes.begin());
    const auto other = pseudonyms_.addresses.of(host);
    std::copy_n(other.bytes.begin(), size, bytes_.begin() + static_cast<std::ptrdiff_t>(at));
  }

  /// The checksum of what begins at `at`, `offset` behind it; with the pseudo-header's addresses.
  void checksum(std::size_t at, std::size_t offset, bool pseudo_header) {
    if (at + offset + 2 > bytes_.size()) return;
    ChecksumChange change;
    const std::string_view after = bytes_;
    const std::size_t addresses = is_v4() ? 12 : 8;
    if (pseudo_header)
      change.add(0, before_.substr(addresses, at - addresses),
                 after.substr(addresses, is_v4() ? 8 : 32));
    change.add(0, before_.substr(at), after.substr(at));
    change.apply(bytes_, at + offset);
  }

  std::string_view before() const { return before_; }
  const std::string& bytes() const { return bytes_; }
  std::string take() { return std::move(bytes_); }

 private:
  std::string_view before_;
  std::string bytes_;
  Pseudonyms& pseudonyms_;
};

/// A packet that an ICMP message quotes, up to the end of its TCP header.
std::string disguised_quote(std::string_view quote, Pseudonyms& pseudonyms) {
  if (quote.empty()) return "";
  PacketBytes bytes(quote, pseudonyms);
  bytes.header();
  const std::size_t header = bytes.is_v4() ? (u8_at(quote, 0) & 0x0FU) * 4U : 40U;
  const auto protocol = quote.size() > 9 ? u8_at(quote, bytes.is_v4() ? 9 : 6) : 0;
  bytes.fill(header + (protocol == kTcp ? 20 : 8), quote.size(), '\0');
  if (protocol == kTcp) bytes.checksum(header, 16, true);
  return bytes.take();
}

bool is_error(std::uint8_t protocol, std::uint8_t type) {
  if (protocol == kIcmp6) return type >= 1 && type <= 4;
  return type == 3 || type == 4 || type == 5 || type == 11 || type == 12;
}

void disguise_icmp(PacketBytes& bytes, std::size_t at, std::uint8_t protocol,
                   Pseudonyms& pseudonyms) {
  const auto& before = bytes.before();
  if (at + 8 > before.size()) return bytes.fill(at, before.size(), '\0');
  const auto type = u8_at(before, at);
  const bool echo = protocol == kIcmp ? type == 0 || type == 8 : type == 128 || type == 129;
  if (is_error(protocol, type)) {
    if (protocol == kIcmp && type == 5) bytes.address(at + 4, HostId::Family::v4, 4);
    bytes.put(at + 8, disguised_quote(before.substr(at + 8), pseudonyms));
  } else {
    bytes.fill(at + (echo ? 8 : 4), before.size(), '\0');
  }
  bytes.checksum(at, 2, protocol == kIcmp6);
}

void disguise_udp(PacketBytes& bytes, std::size_t at, const WirePacket& packet,
                  Pseudonyms& pseudonyms) {
  const auto& before = bytes.before();
  if (at + 8 > before.size()) return;
  if (packet.kind == WirePacket::Kind::dns)
    bytes.put(at + 8, disguised_dns(before.substr(at + 8), pseudonyms));
  else  // of QUIC, what shows that it is
    bytes.fill(at + 8 + (packet.kind == WirePacket::Kind::quic ? 6 : 0), before.size(), '\0');
  bytes.checksum(at, 6, true);
}

}  // namespace

FrameRead read_frame(const RawFrame& frame) {
  FrameRead read;
  read.packet.number = frame.number;
  read.packet.time = frame.time;
  const auto inside = in_frame(frame.link_type, {frame.bytes, frame.length});
  if (inside.what != Inside::What::ip || inside.ip.bytes.empty()) return read;
  evidence::read_ip_packet(inside.ip, read.packet, read.notes);
  const auto version =
      u8_at(read.notes.innermost.bytes.empty() ? inside.ip.bytes : read.notes.innermost.bytes, 0) >>
      4U;
  read.has_ip = !read.notes.innermost.bytes.empty() && (version == 4 || version == 6);
  read.in_tunnel = read.notes.innermost.bytes.data() != inside.ip.bytes.data();
  if (read.packet.kind == WirePacket::Kind::dns) read.packet.qname = read.notes.qname;
  return read;
}

bool is_spoken(const FrameRead& read) {
  const bool later_piece = read.notes.fragment && read.notes.fragment->offset > 0;
  return read.packet.kind == WirePacket::Kind::tcp && !later_piece;
}

std::string disguised_packet(const FrameRead& read, Pseudonyms& pseudonyms,
                             Conversations* conversations) {
  const auto& notes = read.notes;
  const auto whole = notes.innermost.bytes;
  PacketBytes bytes(whole, pseudonyms);
  bytes.header();
  const auto& part = notes.transport.bytes;
  const auto at = part.data() == nullptr || part.data() < whole.data()
                      ? std::min<std::size_t>(whole.size(), bytes.is_v4() ? 20 : 40)
                      : static_cast<std::size_t>(part.data() - whole.data());
  const auto end = std::min(at + part.size(), whole.size());
  const bool first = !notes.fragment || notes.fragment->offset == 0;
  if (!first || part.data() == nullptr) {
    bytes.fill(notes.fragment
                   ? static_cast<std::size_t>(notes.fragment->part.bytes.data() - whole.data())
                   : at,
               whole.size(), kFiller);
  } else if (read.packet.kind == WirePacket::Kind::tcp) {
    const auto payload = read.packet.payload;
    const auto from =
        payload.empty() ? end : static_cast<std::size_t>(payload.data() - whole.data());
    if (!payload.empty())
      bytes.put(from, conversations != nullptr ? conversations->payload(read.packet)
                                               : std::string(payload.size(), kFiller));
    else if (conversations != nullptr)
      conversations->payload(read.packet);
    bytes.checksum(at, 16, true);
  } else if (notes.protocol == kIcmp || notes.protocol == kIcmp6) {
    disguise_icmp(bytes, at, notes.protocol, pseudonyms);
  } else if (notes.protocol == kUdp) {
    disguise_udp(bytes, at, read.packet, pseudonyms);
  } else {
    bytes.fill(at, whole.size(), '\0');
  }
  bytes.fill(end, notes.fragment ? 0 : whole.size(), '\0');  // a frame's padding
  return bytes.take();
}

bool keeps_link_header(int link_type) {
  return link_type == kNull || link_type == kEthernet || link_type == kRaw || link_type == kLoop ||
         link_type == kCooked || link_type == kCooked2 || link_type == 14 || link_type == 101;
}

std::string disguised_frame(const RawFrame& frame, const FrameRead& read, const std::string& packet,
                            Pseudonyms& pseudonyms) {
  const auto at = static_cast<std::size_t>(read.notes.innermost.bytes.data() - frame.bytes.data());
  std::string out(frame.bytes.substr(0, at));
  const auto mac = [&](std::size_t from) {
    if (from + 6 <= out.size())
      out.replace(from, 6, pseudonyms.addresses.of_mac(out.substr(from, 6)));
  };
  if (frame.link_type == kEthernet) mac(0), mac(6);
  if (frame.link_type == kCooked) mac(6);
  if (frame.link_type == kCooked2) mac(12);
  out += packet;
  out.resize(frame.bytes.size(), '\0');
  return out;
}

}  // namespace misproxy::anonymize
