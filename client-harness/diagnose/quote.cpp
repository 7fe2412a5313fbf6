#include "diagnose/quote.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "evidence/redact.hpp"
#include "evidence/text_line.hpp"

namespace misproxy::diagnose {
namespace {

using evidence::WirePacket;

using Text = fmt::memory_buffer;

constexpr std::size_t kMostQuoted = 120;  // of a payload

void put(Text& out, std::string_view text) { out.append(text.data(), text.data() + text.size()); }

void put_number(Text& out, std::uint64_t number) {
  const fmt::format_int text(number);
  out.append(text.data(), text.data() + text.size());
}

void put_digits(Text& out, std::int64_t number, std::size_t count) {
  std::array<char, 20> digits{};
  for (auto at = count; at-- > 0; number /= 10)
    digits[at] = static_cast<char>('0' + number % 10);
  put(out, {digits.data(), count});
}

/// `10:20:58.987654 `
void put_clock(Text& out, std::chrono::nanoseconds time) {
  using namespace std::chrono;
  const auto micros = floor<microseconds>(time - floor<days>(time)).count();
  put_digits(out, micros / 3'600'000'000, 2);
  put(out, ":");
  put_digits(out, micros / 60'000'000 % 60, 2);
  put(out, ":");
  put_digits(out, micros / 1'000'000 % 60, 2);
  put(out, ".");
  put_digits(out, micros % 1'000'000, 6);
  put(out, " ");
}

void put_flags(Text& out, const WirePacket& packet) {
  const auto before = out.size();
  if (packet.fin) put(out, "F");
  if (packet.syn) put(out, "S");
  if (packet.rst) put(out, "R");
  if (packet.psh) put(out, "P");
  if (packet.has_ack) put(out, ".");
  if (out.size() == before) put(out, "none");
}

bool is_readable(std::string_view line) {
  return !line.empty() &&
         std::all_of(line.begin(), line.end(), [](char c) { return c >= ' ' && c < 127; });
}

/// The payload's first line, where all of it can be read; else nothing.
std::string_view first_line(std::string_view payload) {
  for (std::size_t at = 0; at < payload.size(); ++at) {
    if (payload[at] == '\r' || payload[at] == '\n') return payload.substr(0, at);
    if (payload[at] < ' ' || payload[at] == 127) return {};
  }
  return payload;
}

void put_pair(Text& out, std::uint32_t begin, std::uint32_t end) {
  put_number(out, begin);
  put(out, ":");
  put_number(out, end);
}

void put_tcp(Text& out, const WirePacket& packet) {
  put(out, "Flags [");
  put_flags(out, packet);
  put(out, "]");
  if (packet.seq && packet.length > 0) {
    put(out, ", seq ");
    put_pair(out, *packet.seq, *packet.seq + packet.length);
  } else if (packet.seq && (packet.syn || packet.fin || packet.rst)) {
    put(out, ", seq ");
    put_number(out, *packet.seq);
  }
  const auto field = [&](std::string_view name, const auto& value) {
    if (!value) return;
    put(out, name);
    put_number(out, *value);
  };
  field(", ack ", packet.ack);
  field(", win ", packet.window);
  field(", mss ", packet.mss);
  for (std::uint8_t i = 0; i < packet.sack_count; ++i) {
    put(out, i == 0 ? ", sack {" : "{");
    put_pair(out, packet.sack[i].begin, packet.sack[i].end);
    put(out, "}");
  }
  put(out, ", length ");
  put_number(out, packet.length);
  const auto line = quoted_text(packet);
  if (line.empty()) return;
  put(out, ": ");
  put(out, line);
}

std::string icmp_text(const WirePacket& packet, const evidence::Names& names) {
  auto text = fmt::format("ICMP type {} code {}", packet.icmp_type, packet.icmp_code);
  if (packet.next_hop_mtu != 0) text += fmt::format(" (mtu {})", packet.next_hop_mtu);
  return text + fmt::format(", about {} > {}", names.text(packet.quoted_source),
                            names.text(packet.quoted_destination));
}

std::string dns_text(const WirePacket& packet) {
  if (!packet.dns_response) return fmt::format("DNS query for {}", packet.qname);
  return fmt::format("DNS answer for {}: code {}, {} records", packet.qname, packet.dns_rcode,
                     packet.dns_answers);
}

void put_host(Text& out, const evidence::HostId& host, const evidence::Names& names) {
  if (host.family != evidence::HostId::Family::v4) return put(out, names.text(host));
  for (std::size_t i = 0; i < 4; ++i) {
    if (i > 0) put(out, ".");
    put_number(out, host.bytes[i]);
  }
}

void put_end(Text& out, const WirePacket& packet, const evidence::SocketId& end,
             const evidence::Names& names) {
  if (packet.kind != WirePacket::Kind::icmp && end.host.family == evidence::HostId::Family::v6)
    return put(out, names.text(end));
  put_host(out, end.host, names);
  if (packet.kind == WirePacket::Kind::icmp) return;
  put(out, ":");
  put_number(out, end.port);
}

std::string packet_text(const WirePacket& packet, const evidence::Names& names) {
  Text out;
  if (packet.time) put_clock(out, *packet.time);
  if (packet.kind != WirePacket::Kind::other) {
    put_end(out, packet, packet.source, names);
    put(out, " > ");
    put_end(out, packet, packet.destination, names);
    put(out, ": ");
  }
  if (packet.kind == WirePacket::Kind::tcp) put_tcp(out, packet);
  if (packet.kind == WirePacket::Kind::icmp) put(out, icmp_text(packet, names));
  if (packet.kind == WirePacket::Kind::dns) put(out, dns_text(packet));
  return fmt::to_string(out);
}

}  // namespace

std::string_view unit_of(const evidence::Citation& where) {
  return where.unit == evidence::Citation::Unit::packet ? "packet" : "line";
}

std::string shown(std::string_view whole, std::size_t most) {
  constexpr std::size_t kBehind = 4096;  // a secret that is cut in two must be known for one
  const auto text = evidence::redacted(whole.substr(0, most + kBehind));
  if (text.size() <= most && (text.empty() || is_readable(text))) return text;
  const auto clean = evidence::printable(std::string_view(text).substr(0, most),
                                         4 * most);  // a byte may take four
  return text.size() > most ? clean + "..." : clean;
}

SegmentNumbers SegmentNumbers::of(const WirePacket& packet) {
  return {packet.time.value_or(std::chrono::nanoseconds{}),
          packet.source,
          packet.destination,
          packet.seq.value_or(0),
          packet.ack.value_or(0),
          packet.length,
          packet.window.value_or(0),
          packet.mss.value_or(0),
          packet.time.has_value(),
          packet.syn,
          packet.fin,
          packet.rst,
          packet.psh,
          packet.has_ack,
          packet.seq.has_value(),
          packet.ack.has_value(),
          packet.window.has_value()};
}

std::string SegmentNumbers::quote(std::string_view text) const {
  WirePacket packet;
  packet.payload = text;
  packet.kind = WirePacket::Kind::tcp;
  if (has_time) packet.time = time;
  packet.source = source;
  packet.destination = destination;
  if (tells_seq) packet.seq = seq;
  if (tells_ack) packet.ack = ack;
  if (tells_window) packet.window = window;
  if (mss != 0) packet.mss = mss;
  packet.length = length;
  packet.syn = syn;
  packet.fin = fin;
  packet.rst = rst;
  packet.psh = psh;
  packet.has_ack = has_ack;
  return shown(packet_text(packet, evidence::Names{}));
}

std::string quoted_text(const WirePacket& packet) {
  const auto line = first_line(packet.payload);
  return line.empty() ? std::string() : evidence::redacted(line).substr(0, kMostQuoted);
}

std::string PacketFile::quote(const WirePacket& packet) const {
  return shown(packet.line.empty() ? packet_text(packet, *names) : std::string(packet.line));
}

}  // namespace misproxy::diagnose
