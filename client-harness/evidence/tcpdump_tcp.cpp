#include "evidence/tcpdump_tcp.hpp"

#include <algorithm>

#include "evidence/tcpdump_words.hpp"

namespace misproxy::evidence {
namespace {

/// Letters of flags, as in `[SEW]` or `FP`; `.` is ACK, or its lack of others in tcpdump 3.
void read_flags(std::string_view letters, WirePacket& packet) {
  if (letters == "none") return;
  for (const char letter : letters) {
    if (letter == 'S') packet.syn = true;
    if (letter == 'F') packet.fin = true;
    if (letter == 'R') packet.rst = true;
    if (letter == 'P') packet.psh = true;
    if (letter == '.') packet.has_ack = true;
  }
}

/// `1:123`, `1`; of `X`, nothing. The length follows from the first form, until one is told.
void read_seq(std::string_view text, WirePacket& packet) {
  packet.seq = take_number<std::uint32_t>(text);
  if (!packet.seq || !take(text, ":")) return;
  if (const auto end = take_number<std::uint32_t>(text)) {
    const std::uint32_t length = *end - *packet.seq;
    if (length <= 0x40000) packet.length = length;  // GRO makes 64 KiB and more, never so much
  }
}

void read_ack(std::string_view text, WirePacket& packet) {
  packet.has_ack = true;
  packet.ack = take_number<std::uint32_t>(text);
}

/// One of the fields that stand between commas; false behind the length.
bool read_field(std::string_view& words, WirePacket& packet) {
  if (take(words, "options [")) {
    read_tcp_options(take_until(words, ']'), packet);
    take(words, "]");
    return true;
  }
  if (take(words, "length ")) {
    if (const auto length = take_number<std::uint32_t>(words)) packet.length = *length;
    return false;
  }
  auto field = take_until(words, ',');
  if (take(field, "seq ")) {
    read_seq(field, packet);
  } else if (take(field, "ack ")) {
    read_ack(field, packet);
  } else if (take(field, "win ")) {
    packet.window = take_number<std::uint16_t>(field);
  }
  return true;
}

void read_new_form(std::string_view& words, WirePacket& packet) {
  read_flags(take_until(words, ']'), packet);
  take(words, "]");
  if (take(words, ",")) read_tcp_fields(words, packet);
}

/// `[tcp sum ok]` and such.
void skip_brackets(std::string_view& words) {
  while (words.starts_with('[')) {
    take_until(words, ']');
    take(words, "]");
    skip_spaces(words);
  }
}

/// `1:123(122)`
bool take_old_seq(std::string_view& words, WirePacket& packet) {
  auto at = words;
  const auto word = take_until(at, ' ');
  if (word.find(':') == std::string_view::npos || !is_digit(word.front())) return false;
  read_seq(word, packet);
  const auto open = word.find('(');
  if (open != std::string_view::npos) {
    auto length = word.substr(open + 1);
    packet.length = take_number<std::uint32_t>(length).value_or(packet.length);
  }
  words = at;
  return true;
}

bool is_old_flags(std::string_view word) {
  return !word.empty() && word.size() <= 8 &&
         word.find_first_not_of("SFRP.WEU") == std::string_view::npos;
}

/// One of the words behind the flags and the numbers; false where it is none.
bool take_old_field(std::string_view& words, WirePacket& packet) {
  if (take(words, "ack ")) {
    read_ack(take_until(words, ' '), packet);
  } else if (take(words, "win ")) {
    packet.window = take_number<std::uint16_t>(words);
  } else if (take(words, "<")) {
    read_tcp_options(take_until(words, '>'), packet);
    take(words, ">");
  } else {
    return false;
  }
  skip_spaces(words);
  return true;
}

/// tcpdump 3 and an ASA. A `.` alone says that there are no flags but, maybe, ACK.
bool read_old_form(std::string_view& words, WirePacket& packet) {
  auto at = words;
  const auto flags = take_until(at, ' ');
  if (!is_old_flags(flags)) return false;
  WirePacket read = packet;
  read_flags(flags, read);
  read.has_ack = false;
  skip_spaces(at);
  skip_brackets(at);
  bool any = take_old_seq(at, read);
  skip_spaces(at);
  while (take_old_field(at, read))
    any = true;
  if (!any) return false;
  packet = read;
  words = at;
  return true;
}

}  // namespace

void read_tcp_fields(std::string_view& words, WirePacket& packet) {
  skip_spaces(words);
  while (read_field(words, packet) && take(words, ","))
    skip_spaces(words);
}

bool read_tcp_words(std::string_view& words, WirePacket& packet) {
  packet.kind = WirePacket::Kind::tcp;
  if (take(words, "Flags [")) {
    read_new_form(words, packet);
    return true;
  }
  if (words.starts_with("tcp ") && words.size() > 4 && is_digit(words[4])) {
    words.remove_prefix(4);
    packet.length = take_number<std::uint32_t>(words).value_or(0U);
    return true;
  }
  if (read_old_form(words, packet)) return true;
  packet.kind = WirePacket::Kind::other;
  return false;
}

}  // namespace misproxy::evidence
