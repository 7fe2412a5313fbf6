#include "diagnose/quote.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/utf8.hpp"

namespace misproxy::diagnose {
namespace {

using evidence::WirePacket;

std::string clock_text(std::chrono::nanoseconds time) {
  using namespace std::chrono;
  const auto day = time - floor<days>(time);
  const auto micros = floor<microseconds>(day);
  const hh_mm_ss split(micros);
  return fmt::format("{:02}:{:02}:{:02}.{:06} ", split.hours().count(), split.minutes().count(),
                     split.seconds().count(), split.subseconds().count());
}

std::string flags_text(const WirePacket& packet) {
  std::string text;
  if (packet.fin) text += 'F';
  if (packet.syn) text += 'S';
  if (packet.rst) text += 'R';
  if (packet.psh) text += 'P';
  if (packet.has_ack) text += '.';
  return text.empty() ? "none" : text;
}

std::string tcp_text(const WirePacket& packet) {
  auto text = fmt::format("Flags [{}]", flags_text(packet));
  if (packet.seq && packet.length > 0)
    text += fmt::format(", seq {}:{}", *packet.seq, *packet.seq + packet.length);
  else if (packet.seq && (packet.syn || packet.fin || packet.rst))
    text += fmt::format(", seq {}", *packet.seq);
  if (packet.ack) text += fmt::format(", ack {}", *packet.ack);
  if (packet.window) text += fmt::format(", win {}", *packet.window);
  if (packet.mss) text += fmt::format(", mss {}", *packet.mss);
  for (std::uint8_t i = 0; i < packet.sack_count; ++i)
    text += fmt::format("{}{{{}:{}}}", i == 0 ? ", sack " : "", packet.sack[i].begin,
                        packet.sack[i].end);
  text += fmt::format(", length {}", packet.length);
  const auto line = packet.payload.substr(0, packet.payload.find_first_of("\r\n"));
  const bool readable =
      std::all_of(line.begin(), line.end(), [](char c) { return c >= ' ' && c < 127; });
  if (!line.empty() && readable) text += fmt::format(": {}", line.substr(0, 120));
  return text;
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

std::string packet_text(const WirePacket& packet, const evidence::Names& names) {
  const auto ends =
      packet.kind == WirePacket::Kind::icmp
          ? fmt::format("{} > {}", names.text(packet.source.host),
                        names.text(packet.destination.host))
          : fmt::format("{} > {}", names.text(packet.source), names.text(packet.destination));
  const auto time = packet.time ? clock_text(*packet.time) : "";
  switch (packet.kind) {
    case WirePacket::Kind::tcp:
      return fmt::format("{}{}: {}", time, ends, tcp_text(packet));
    case WirePacket::Kind::icmp:
      return fmt::format("{}{}: {}", time, ends, icmp_text(packet, names));
    case WirePacket::Kind::dns:
      return fmt::format("{}{}: {}", time, ends, dns_text(packet));
    case WirePacket::Kind::other:
      break;
  }
  return time;
}

}  // namespace

std::string shown(std::string_view text, std::size_t most) {
  auto clean = as_utf8(text.substr(0, most));
  for (auto& c : clean) {
    if (static_cast<unsigned char>(c) < ' ' || c == 127) c = ' ';
  }
  return text.size() > most ? clean + "..." : clean;
}

evidence::Citation PacketFile::cite(const WirePacket& packet) const {
  using Unit = evidence::Citation::Unit;
  const auto quote = packet.line.empty() ? packet_text(packet, *names) : std::string(packet.line);
  return {name, text ? Unit::line : Unit::packet, packet.number, shown(quote)};
}

}  // namespace misproxy::diagnose
