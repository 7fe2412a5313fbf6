#include "packets/article_text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "capture/address.hpp"
#include "packets/http_text.hpp"
#include "packets/text_parts.hpp"
#include "packets/tls_text.hpp"

namespace misproxy {
namespace {

using evidence::WirePacket;

/// A line of a head comes from a stranger: what is no printable ASCII becomes `\xhh`.
std::string printable(std::string_view line) {
  std::string text;
  for (const auto c : line) {
    if ((c >= ' ' && c <= '~') || c == '\t') {
      text += c;
    } else {
      fmt::format_to(std::back_inserter(text), "\\x{:02x}", static_cast<unsigned char>(c));
    }
  }
  return text;
}

bool begins_head(std::string_view payload) {
  return begins_http(payload, false) &&
         payload.substr(0, payload.find('\n')).find("HTTP/") != std::string_view::npos;
}

/// True where the sequence number `a` comes before `b`. Source: RFC 9293 section 3.4.
bool before(std::uint32_t a, std::uint32_t b) { return static_cast<std::int32_t>(a - b) < 0; }

/// The head's lines in a payload, without the empty one at its end; `begun` is a line's beginning
/// before and after. True once the head is complete.
bool take_head(std::string_view payload, std::string& begun, std::vector<std::string>& lines) {
  while (true) {
    const auto end = payload.find('\n');
    begun += payload.substr(0, end);
    if (end == std::string_view::npos) return false;
    if (begun.ends_with('\r')) begun.pop_back();
    if (begun.empty()) return true;
    lines.push_back(printable(begun));
    begun.clear();
    payload.remove_prefix(end + 1);
  }
}

std::string sack_text(const WirePacket& segment, std::uint32_t base) {
  if (segment.sack_count == 0) return {};
  auto text = fmt::format(", options [sack {} ", segment.sack_count);
  for (std::size_t i = 0; i < segment.sack_count; ++i)
    text += fmt::format("{{{}:{}}}", segment.sack[i].begin - base, segment.sack[i].end - base);
  return text + "]";
}

}  // namespace

std::string ArticleText::name(const IpAddress& host) const {
  if (roles_ && host == roles_->first.host) return "client";
  if (roles_ && host == roles_->second.host) return "proxy";
  return ip_text(host);
}

std::string ArticleText::name(const SocketAddress& address) const {
  const bool proxy = roles_ && address == roles_->second;  // on loopback both have one address
  return fmt::format("{}.{}", proxy ? "proxy" : name(address.host), address.port);
}

/// What the numbers of a connection are counted from, and who is who.
void ArticleText::learn(const Ends& ends, const WirePacket& segment) {
  const auto seq = *segment.seq;
  const Ends back{ends.second, ends.first};
  const bool opens = segment.syn && !segment.has_ack;
  if (opens && !roles_) roles_ = ends;
  auto& sent = flows_[ends];
  auto& received = flows_[back];
  if (opens && sent.base != seq) sent = received = Flow{};  // ports that are used again
  if (segment.syn) {
    sent.base = seq;
    sent.handshake = opens;
  }
  if (!sent.base) sent.base = seq - 1;
  if (segment.has_ack && !received.base) received.base = *segment.ack - 1;
}

std::string ArticleText::icmp_line(const WirePacket& icmp) const {
  const auto about = address_of(icmp.quoted_destination);
  return fmt::format("{} > {}: ICMP {}, length {}", name(address_of(icmp.source).host),
                     name(address_of(icmp.destination).host),
                     unreachable_text(icmp.icmp_code, name(about.host), about.port,
                                      icmp.next_hop_mtu, icmp.wire.quoted_protocol),
                     icmp.length);
}

/// The article gives a segment only the numbers that matter to what it is.
std::string ArticleText::numbers(const Ends& ends, const WirePacket& segment) {
  auto& sent = flows_[ends];
  const auto received = flows_[{ends.second, ends.first}].base.value_or(0);
  const bool turning = segment.syn || segment.fin || segment.rst;
  const bool acknowledges = !turning && segment.length == 0;
  std::string text;
  if (turning) text += fmt::format(", seq {}", *segment.seq - *sent.base);
  if ((turning || acknowledges) && segment.ack)
    text += fmt::format(", ack {}", *segment.ack - received);
  const bool window =
      segment.syn || segment.rst || (acknowledges && (sent.handshake || *segment.window == 0));
  if (window) text += fmt::format(", win {}", *segment.window);
  if (segment.syn && segment.mss) text += fmt::format(", options [mss {}]", *segment.mss);
  return text + sack_text(segment, received);
}

std::string ArticleText::tcp_line(const Ends& ends, const WirePacket& segment, bool again) {
  const auto kind = tls_text(segment.payload);
  return fmt::format("{} > {}: Flags [{}]{}, length {}{}{}", name(ends.first), name(ends.second),
                     flags_text(segment.wire.flags), numbers(ends, segment), segment.length,
                     kind.empty() ? "" : fmt::format(" ({})", kind), again ? " # sent again" : "");
}

/// The lines that end in this segment of an HTTP head that begins or goes on in it; nothing where
/// it carries none.
std::optional<std::vector<std::string>> ArticleText::head_lines(const WirePacket& segment,
                                                                Flow& sent) {
  if (sent.next_seq != segment.seq) sent.in_head = false;  // a gap
  if (!sent.in_head && !begins_head(segment.payload)) return std::nullopt;
  if (!sent.in_head) sent.begun_line.clear();
  std::vector<std::string> lines;
  const bool whole = take_head(segment.payload, sent.begun_line, lines);
  sent.in_head = !whole && segment.cut() == 0;
  return lines;
}

std::vector<std::string> ArticleText::tcp_lines(const std::string& stamp,
                                                const WirePacket& segment) {
  const Ends ends{address_of(segment.source), address_of(segment.destination)};
  learn(ends, segment);
  auto& sent = flows_[ends];
  const auto length = segment.length + (segment.syn ? 1U : 0U) + (segment.fin ? 1U : 0U);
  const auto behind = *segment.seq + length;
  const bool again = length > 0 && sent.next_seq && !before(*sent.next_seq, behind);
  std::optional<std::vector<std::string>> head;
  if (segment.length > 0 && !again) head = head_lines(segment, sent);
  auto lines = head.value_or(std::vector<std::string>{});
  if (!head || segment.fin || segment.rst) lines.push_back(stamp + tcp_line(ends, segment, again));
  if (!segment.syn) sent.handshake = false;
  if (!segment.rst && (!sent.next_seq || before(*sent.next_seq, behind))) sent.next_seq = behind;
  return lines;
}

std::vector<std::string> ArticleText::lines(const WirePacket& packet) {
  const auto stamp = clock_text(*packet.time) + " IP ";
  if (packet.kind == WirePacket::Kind::tcp) return tcp_lines(stamp, packet);
  return {stamp + icmp_line(packet)};
}

}  // namespace misproxy
