#include "evidence/http_lines.hpp"
#include "evidence/tcpdump_chatter.hpp"
#include "evidence/tcpdump_tcp.hpp"
#include "evidence/tcpdump_text.hpp"
#include "evidence/tcpdump_words.hpp"

namespace misproxy::evidence {

/// The rest of a line that was broken behind a comma, by a mail or a terminal.
bool TcpdumpText::take_wrapped(const Front& front) {
  if (!pending_.packet || pending_.packet->kind != WirePacket::Kind::tcp) return false;
  if (!pending_.line.ends_with(',') && !pending_.line.ends_with(", ")) return false;
  auto words = front.text;
  for (const std::string_view field : {"seq ", "ack ", "win ", "options [", "length "}) {
    if (!words.starts_with(field)) continue;
    read_tcp_fields(words, *pending_.packet);
    below_ = take_tail(words, pending_);
    return true;
  }
  return false;
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
  const bool marked =
      front.quoted || std::string_view("*<{}%").find(front.text[0]) != std::string_view::npos;
  if (below_ == Below::shell_output && (start || header || marked)) return true;  // curl's
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

}  // namespace misproxy::evidence
