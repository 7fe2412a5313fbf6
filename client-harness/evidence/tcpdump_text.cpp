#include "evidence/tcpdump_text.hpp"

#include <algorithm>
#include <utility>

#include "evidence/http_lines.hpp"
#include "evidence/tcpdump_chatter.hpp"
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

/// All but TCP.
void read_other_words(std::string_view words, WirePacket& packet, Names& names) {
  if (read_icmp_words(words, packet, names)) return;
  if (is_domain(packet) && read_dns_words(words, packet)) return;
  read_length(words, packet);
}

std::string_view without_cut(std::string_view line) {
  constexpr std::string_view kCut = " [|http]";
  if (line.ends_with(kCut)) line.remove_suffix(kCut.size());
  return line;
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

/// curl and wget print heads as well, among lines that begin as no other text does.
bool is_log_of_a_client(std::string_view text) {
  constexpr std::string_view kTheirs[] = {"* ",        "< ",      "> ",     "== Info",
                                          "=> Send",   "<= Recv", "curl: ", "# curl",
                                          "  % Total", "--20",    "exit"};
  TcpdumpLines lines(text);
  while (const auto line = lines.next())
    for (const auto& theirs : kTheirs)
      if (line->starts_with(theirs)) return true;
  return false;
}

bool is_ip_word(std::string_view text) {
  return text.starts_with("IP ") || text.starts_with("IP6 ");
}

}  // namespace

TcpdumpText::TcpdumpText(std::string_view text, Names& names) : lines_(text), names_(&names) {
  learn_from_beginning(lines_);
}

void TcpdumpText::learn_from_beginning(TcpdumpLines lines) {
  constexpr std::size_t kMostBytes = 256 * 1024;
  std::size_t bytes = 0;
  bool packet_above = false;
  while (bytes < kMostBytes) {
    const auto line = lines.next();
    if (!line) return;
    bytes += line->size() + 1;
    const auto front = read_front(*line);
    clock_.learn(front);
    const bool packet = front.stamp != Front::Stamp::none || is_ip_word(front.rest);
    if (front.quoted && packet) quoted_text_ = true;
    if (packet_above && !packet && begins_ascii_dump(*line)) ascii_text_ = true;
    packet_above = packet || (packet_above && front.indent > 0);
  }
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
  const auto front = read_front(line);
  if (front.text.empty()) return take_blank(line);
  const bool adjacent = std::exchange(adjacent_, false);
  if (dump_.take_hex(front.text)) {
    if (!pending_.packet) dump_.clear();  // of ARP and such
    return;
  }
  if (below_ == Below::http_of_it && front.tab) return append(front.text);
  if (take_ip_header(front) || take_packet(front, line)) return;
  adjacent_ = adjacent;
  const bool taken = take_chatter(front) || take_below(front, line) || take_head(front, line) ||
                     take_note(front, line);
  adjacent_ = false;
  if (taken || (front.tab && pending_.packet)) return;  // details of -v
  header_.reset();
  ++skipped_;
}

void TcpdumpText::take_blank(std::string_view line) {
  if (below_ == Below::http_of_it)
    append({});
  else if (below_ == Below::ascii_of_it && pending_.packet)
    dump_.take_ascii(line);
  else
    below_ = Below::anything;
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
  if (!read_tcp_words(words, packet)) {
    read_other_words(words, packet, *names_);
  } else if (take(words, ": HTTP: ")) {
    held.http_line = without_cut(words);
  } else if (words.starts_with(": HTTP, length: ")) {
    next_below = Below::http_of_it;
  } else {
    packet.note = note_of(words);
  }
  packet.time = with_header ? header_time_ : clock_.time_of(front);
  if (with_header) {
    packet.ttl = header_->ttl;
    packet.ip_id = header_->id;
  }
  ++known_;
  open(held, next_below);
  return true;
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

/// A line that belongs to the packet above it, or to the output of a command.
bool TcpdumpText::take_below(const Front& front, std::string_view line) {
  const bool started = !payloads_[slot_].empty();
  const bool start = is_request_line(front.text) || is_status_line(front.text);
  const bool header = is_header_line(front.text);
  if (ascii_text_ && (known_ > 0 || pending_.packet)) {
    below_ = Below::ascii_of_it;
    if (pending_.packet) dump_.take_ascii(line);
    return true;
  }
  if (below_ == Below::shell_output && (start || header)) return true;
  const bool more = started ? header : start;  // whose tabs have been lost
  if ((below_ == Below::http_of_it && (more || front.indent > 0)) ||
      (below_ == Below::head_alone && header)) {
    append(without_cut(front.text));
    return true;
  }
  below_ = Below::anything;
  return false;
}

/// A head that stands alone, as in the article, or right below the packet that carried it.
bool TcpdumpText::take_head(const Front& front, std::string_view line) {
  const bool request = is_request_line(front.text);
  if (!request && !is_status_line(front.text)) return false;
  if (front.quoted && !quoted_text_) return false;  // of `curl -v`
  if (adjacent_ && belongs_to_pending(request)) {
    below_ = Below::head_alone;
  } else {
    Held held{WirePacket{}, line, {}, true};
    auto& packet = *held.packet;
    packet.kind = WirePacket::Kind::tcp;
    packet.psh = true;
    packet.has_ack = true;
    packet.source = request ? roles_.client(*names_) : roles_.server(*names_);
    packet.destination = request ? roles_.server(*names_) : roles_.client(*names_);
    open(held, Below::head_alone);
  }
  append(front.text);
  return true;
}

bool TcpdumpText::belongs_to_pending(bool request) const {
  if (!pending_.packet) return false;
  const auto& packet = *pending_.packet;
  if (packet.kind != WirePacket::Kind::tcp || packet.length == 0 || pending_.head_alone)
    return false;
  if (!packet.note.empty() || !pending_.http_line.empty()) return false;
  const auto sender = request ? roles_.client(*names_) : roles_.server(*names_);
  return packet.source == sender;
}

bool TcpdumpText::take_note(const Front& front, std::string_view line) {
  auto text = front.text;
  if (!take(text, "#")) return false;
  while (take(text, "#")) {
  }
  skip_spaces(text);
  if (text.empty()) return true;
  Held held{WirePacket{}, line, {}, false};
  held.packet->note = text;
  open(held, Below::anything);
  return true;
}

bool TcpdumpText::take_chatter(const Front& front) {
  const auto chatter = chatter_of(front);
  if (chatter == Chatter::shell) below_ = Below::shell_output;
  if (chatter == Chatter::tcpdump) {
    ++known_;
    close();
  }
  return chatter != Chatter::none;
}

void TcpdumpText::append(std::string_view line) {
  auto& payload = payloads_[slot_];
  line = without_cut(line);
  if (payload.size() + line.size() > TcpdumpDump::kMostBytes) return;
  payload += line;
  payload += "\r\n";
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

bool looks_like_tcpdump_text(std::string_view first_kilobytes) {
  Names names;
  TcpdumpText text(first_kilobytes, names);
  bool heads = false;
  while (const auto packet = text.next()) {
    if (text.tcpdump_lines() > 0) return true;
    heads = heads || packet->kind == WirePacket::Kind::tcp;
  }
  return text.tcpdump_lines() > 0 || (heads && !is_log_of_a_client(first_kilobytes));
}

}  // namespace misproxy::evidence
