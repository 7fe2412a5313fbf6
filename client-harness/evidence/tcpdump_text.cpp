#include "evidence/tcpdump_text.hpp"

#include <algorithm>
#include <utility>

#include "evidence/tcpdump_dns.hpp"
#include "evidence/tcpdump_icmp.hpp"
#include "evidence/tcpdump_tcp.hpp"
#include "evidence/tcpdump_words.hpp"

namespace misproxy::evidence {
namespace {

constexpr std::uint16_t kDomain = 53;

/// `, length 35` at the end of a packet of which nothing else is known.
void read_length(std::string_view words, WirePacket& packet) {
  constexpr std::string_view kWord = "length ";
  const auto at = words.rfind(kWord);
  if (at == std::string_view::npos) return;
  words.remove_prefix(at + kWord.size());
  packet.length = take_number<std::uint32_t>(words).value_or(0U);
}

bool is_domain(const WirePacket& packet) {
  return packet.source.port == kDomain || packet.destination.port == kDomain;
}

/// tcpdump 5 knows it; for earlier ones it is UDP, and no datagram of its beginning is smaller.
/// Source: RFC 9000 section 14.1.
bool is_quic(std::string_view words, const WirePacket& packet) {
  constexpr std::uint16_t kWeb = 443;
  constexpr std::uint32_t kLeast = 1200;
  if (packet.source.port != kWeb && packet.destination.port != kWeb) return false;
  if (words.starts_with("quic, ")) return true;
  return words.find("UDP, length ") != std::string_view::npos && packet.length >= kLeast;
}

/// All but TCP.
void read_other_words(std::string_view words, WirePacket& packet, Names& names) {
  if (read_icmp_words(words, packet, names)) return;
  if (is_domain(packet) && read_dns_words(words, packet, names)) return;
  read_length(words, packet);
  if (is_quic(words, packet)) packet.kind = WirePacket::Kind::quic;
}

/// `(Client Hello)`, `# FMC sending data`; of both, all. `(DF)` is tcpdump's own.
std::string_view note_of(std::string_view words) {
  skip_spaces(words);
  if (words.starts_with("(DF)") || words.starts_with("(ttl ")) return {};
  if (words.starts_with('(') && words.find(')') == words.size() - 1)
    return words.substr(1, words.size() - 2);
  if (words.starts_with('(')) return words;
  if (!take(words, "#")) return {};
  skip_spaces(words);
  return words;
}

}  // namespace

TcpdumpText::TcpdumpText(std::string_view text, Names& names) : lines_(text), names_(&names) {
  learn_from_beginning(lines_);
}

std::optional<WirePacket> TcpdumpText::next() {
  ready_ = {};
  while (!ready_.packet) {
    const auto line = lines_.next();
    if (!line) {
      close();
      break;
    }
    take_line(*line);
  }
  return ready_.packet;
}

void TcpdumpText::take_line(std::string_view line) {
  if (line.empty()) return take_blank(line);
  const auto front = read_front(line);
  if (front.text.empty()) return take_blank(line);
  const bool adjacent = std::exchange(adjacent_, false);
  if (dump_.take_hex(front.text)) {
    if (!pending_.packet) dump_.clear();  // of ARP and such
    return;
  }
  if (below_ == Below::http_of_it && front.tab) return append(front.text);
  if (take_ip_header(front) || take_packet(front, line) || (adjacent && take_wrapped(front)))
    return;
  adjacent_ = adjacent;
  const bool taken = take_chatter(front) || take_below(front, line) || take_head(front, line) ||
                     take_note(front, line);
  adjacent_ = false;
  if (taken || (front.tab && pending_.packet)) return;  // details of -v
  header_.reset();
  ++skipped_;
}

void TcpdumpText::take_blank(std::string_view line) {
  if (below_ == Below::http_of_it) {
    append({});
  } else if (below_ == Below::ascii_of_it && pending_.packet) {
    dump_.take_ascii(line);
  } else {
    below_ = Below::anything;
  }
}

/// The line of -v that tells of IP alone. Indented, below ICMP, it tells of the packet that is
/// quoted there.
bool TcpdumpText::take_ip_header(const Front& front) {
  const auto header = find_ip_header(front.rest);
  if (!header) return false;
  const bool indented = front.indent > 0 && front.stamp == Front::Stamp::none;
  if (indented && pending_.packet && pending_.packet->kind == WirePacket::Kind::icmp) {
    quote_follows_ = true;
    return header->behind.empty();
  }
  quote_follows_ = false;
  header_ = header;
  header_time_ = clock_.time_of(front);
  below_ = Below::anything;
  if (!header->behind.empty()) return false;  // IPv6: the packet stands in the same line
  ++known_;
  return true;
}

bool TcpdumpText::take_packet(const Front& front, std::string_view line) {
  const bool below = front.stamp == Front::Stamp::none && !is_ip_word(front.rest);
  if (below_ == Below::ascii_of_it && below) return false;
  if (quote_follows_ && take_quoted(front)) return true;
  const bool with_header = header_ && (below || !header_->behind.empty());
  const auto ends =
      find_ends(with_header && !header_->behind.empty() ? header_->behind : front.rest);
  if (!ends) return false;
  auto words = ends->words;
  if (below && !with_header && !words.starts_with("Flags [")) return false;
  Held held{WirePacket{}, line, {}, false};
  auto& packet = *held.packet;
  packet.source = socket_of(ends->source, *names_);
  packet.destination = socket_of(ends->destination, *names_);
  auto next_below = Below::anything;
  if (read_tcp_words(words, packet)) {
    next_below = take_tail(words, held);
  } else {
    read_other_words(words, packet, *names_);
  }
  packet.time = with_header ? header_time_ : clock_.time_of(front);
  if (!packet.time) packet.time = ticks_.time_of(packet);
  if (with_header) {
    packet.ttl = header_->ttl;
    packet.ip_id = header_->id;
  }
  ++known_;
  open(held, next_below);
  return true;
}

/// What stands behind the length: an HTTP line, or somebody's note.
TcpdumpText::Below TcpdumpText::take_tail(std::string_view words, Held& held) {
  if (words.starts_with(": HTTP, length: ")) return Below::http_of_it;
  if (take(words, ": HTTP: ") || take(words, ": FTP: ") || take(words, ": SMTP: ")) {
    held.http_line = without_cut(words);
  } else {
    held.packet->note = note_of(words);
  }
  return Below::anything;
}

/// The packet in an ICMP message.
bool TcpdumpText::take_quoted(const Front& front) {
  quote_follows_ = false;
  const auto header = find_ip_header(front.rest);
  const auto ends = find_ends(header && !header->behind.empty() ? header->behind : front.rest);
  if (!ends || !pending_.packet || front.stamp != Front::Stamp::none) return false;
  auto& icmp = *pending_.packet;
  icmp.quoted_source = socket_of(ends->source, *names_);
  icmp.quoted_destination = socket_of(ends->destination, *names_);
  WirePacket quoted;
  auto words = ends->words;
  if (read_tcp_words(words, quoted)) icmp.quoted_seq = quoted.seq;
  return true;
}

void TcpdumpText::open(Held held, Below below) {
  close();
  held.packet->number = lines_.number();
  if (held.packet->kind == WirePacket::Kind::tcp) {
    held.packet->payload = held.http_line;
    roles_.see(*held.packet);
  }
  pending_ = held;
  below_ = below;
  adjacent_ = true;
  quote_follows_ = false;
  header_.reset();
}

/// What is known of the pending packet is all there will be. Bytes go before letters, and a whole
/// head before its first line.
void TcpdumpText::close() {
  if (!pending_.packet) return;
  auto& packet = *pending_.packet;
  auto& payload = payloads_[slot_];
  if (pending_.head_alone) {
    append({});
    packet.length = static_cast<std::uint32_t>(payload.size());
  }
  if (!dump_.empty()) {
    const auto dumped = dump_.payload(packet.source.port, packet.destination.port, packet.length);
    if (!dumped.empty()) payload.assign(dumped);
    dump_.clear();
  }
  if (payload.empty() && !pending_.http_line.empty()) append(pending_.http_line);
  packet.payload = payload;
  ready_ = pending_;
  pending_ = {};
  slot_ ^= 1U;
  payloads_[slot_].clear();
}

}  // namespace misproxy::evidence
