#include "evidence/tcpdump_icmp.hpp"

#include "evidence/service_ports.hpp"
#include "evidence/tcpdump_words.hpp"

namespace misproxy::evidence {
namespace {

constexpr std::uint8_t kEcho = 8;
constexpr std::uint8_t kUnreachable = 3;
constexpr std::uint8_t kSourceQuench = 4;
constexpr std::uint8_t kRedirect = 5;
constexpr std::uint8_t kTimeExceeded = 11;
constexpr std::uint8_t kParameterProblem = 12;

struct Phrase {
  std::string_view words;
  std::uint8_t type;
  std::uint8_t code;
};

/// The first that stands in the text is meant. Source: print-icmp.c of tcpdump 4.99, RFC 792, 1812.
constexpr Phrase kPhrases[] = {
    {"echo request", kEcho, 0},
    {"echo reply", 0, 0},
    {"unreachable - need to frag", kUnreachable, 4},
    {"unreachable - source route failed", kUnreachable, 5},
    {"unreachable - source host isolated", kUnreachable, 8},
    {"unreachable - admin prohibited filter", kUnreachable, 13},
    {"unreachable - host precedence violation", kUnreachable, 14},
    {"unreachable - precedence cutoff", kUnreachable, 15},
    {"ip reassembly time exceeded", kTimeExceeded, 1},
    {"time exceeded", kTimeExceeded, 0},
    {"source quench", kSourceQuench, 0},
    {"redirect", kRedirect, 1},
    {"parameter problem", kParameterProblem, 0},
};

/// What `net` and `host` make of the same words.
constexpr Phrase kByScope[] = {
    {"unreachable - unknown", 6, 7},
    {"unreachable - admin prohibited", 9, 10},
    {"unreachable - tos prohibited", 11, 12},
    {"unreachable", 0, 1},
};

/// Translated as RFC 7915 section 5.2 does it.
constexpr Phrase kPhrases6[] = {
    {"echo request", kEcho, 0},
    {"echo reply", 0, 0},
    {"packet too big", kUnreachable, 4},
    {"unreachable route", kUnreachable, 1},
    {"unreachable prohibited", kUnreachable, 10},
    {"administratively prohibited", kUnreachable, 10},
    {"beyond scope", kUnreachable, 1},
    {"unreachable address", kUnreachable, 1},
    {"unreachable port", kUnreachable, 3},
    {"time exceeded in-reassembly", kTimeExceeded, 1},
    {"time exceeded", kTimeExceeded, 0},
    {"parameter problem", kParameterProblem, 0},
    {"destination unreachable", kUnreachable, 1},
};

template <std::size_t Size>
const Phrase* find_phrase(const Phrase (&phrases)[Size], std::string_view words) {
  for (const auto& phrase : phrases)
    if (words.find(phrase.words) != std::string_view::npos) return &phrase;
  return nullptr;
}

std::uint16_t port_of(std::string_view word) {
  if (const auto service = service_port(word)) return *service;
  return take_number<std::uint16_t>(word).value_or(std::uint16_t{0});
}

std::string_view take_word(std::string_view& words) {
  skip_spaces(words);
  auto word = take_until(words, ' ');
  while (word.ends_with(',') || word.ends_with(':'))
    word.remove_suffix(1);
  return word;
}

/// `host 10.10.10.1 unreachable`, `10.10.10.1 tcp port 80 unreachable`, `net 10.10.10.1 ...`.
void read_target(std::string_view words, WirePacket& packet, Names& names) {
  if (!take(words, "host ")) take(words, "net ");
  packet.quoted_destination.host = names.id_of(take_word(words));
  skip_spaces(words);
  if (take(words, "tcp port ") || take(words, "udp port "))
    packet.quoted_destination.port = port_of(take_word(words));
}

/// The MTU's place differs: `(mtu 1400)`, `, mtu 1280`.
void read_mtu(std::string_view words, WirePacket& packet) {
  const auto at = words.find("mtu ");
  if (at == std::string_view::npos) return;
  words.remove_prefix(at + 4);
  packet.next_hop_mtu = take_number<std::uint16_t>(words).value_or(std::uint16_t{0});
}

void read_v4(std::string_view words, WirePacket& packet, Names& names) {
  if (const auto* phrase = find_phrase(kPhrases, words)) {
    packet.icmp_type = phrase->type;
    packet.icmp_code = phrase->code;
  } else if (words.find(" port ") != std::string_view::npos) {
    packet.icmp_type = kUnreachable;
    packet.icmp_code = 3;
  } else if (words.find(" protocol ") != std::string_view::npos) {
    packet.icmp_type = kUnreachable;
    packet.icmp_code = 2;
  } else if (const auto* scoped = find_phrase(kByScope, words)) {
    packet.icmp_type = kUnreachable;
    packet.icmp_code = words.starts_with("net ") ? scoped->type : scoped->code;
  } else {
    packet.kind = WirePacket::Kind::other;
    return;
  }
  if (packet.icmp_type == kUnreachable) read_target(words, packet, names);
  if (packet.icmp_type == kUnreachable && packet.icmp_code == 4) read_mtu(words, packet);
}

/// `unreachable port, 2001:db8::1 tcp port http`, `unreachable route 2001:db8::1`.
void read_target6(std::string_view words, const Phrase& phrase, WirePacket& packet, Names& names) {
  const auto at = words.find(phrase.words);
  words.remove_prefix(at + phrase.words.size());
  take(words, ",");
  skip_spaces(words);
  if (words.starts_with("length ") || words.starts_with("mtu ")) return;
  read_target(words, packet, names);
}

bool read_v6(std::string_view words, WirePacket& packet, Names& names) {
  const auto* phrase = find_phrase(kPhrases6, words);
  if (phrase == nullptr) return false;
  packet.icmp_type = phrase->type;
  packet.icmp_code = phrase->code;
  if (phrase->type != kUnreachable) return true;
  if (phrase->code == 4) {
    read_mtu(words, packet);
  } else {
    read_target6(words, *phrase, packet, names);
  }
  return true;
}

}  // namespace

bool read_icmp_words(std::string_view words, WirePacket& packet, Names& names) {
  constexpr std::size_t kLongest = 512;
  words = words.substr(0, kLongest);
  if (words.starts_with('[')) {  // [icmp6 sum ok]
    take_until(words, ']');
    take(words, "]");
    skip_spaces(words);
  }
  packet.kind = WirePacket::Kind::icmp;
  if (take(words, "ICMP ")) {
    read_v4(words, packet, names);
  } else if (!take(words, "ICMP6, ") || !read_v6(words, packet, names)) {
    packet.kind = WirePacket::Kind::other;
  }
  return packet.kind == WirePacket::Kind::icmp;
}

}  // namespace misproxy::evidence
