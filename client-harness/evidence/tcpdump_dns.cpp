#include "evidence/tcpdump_dns.hpp"

#include "evidence/tcpdump_words.hpp"

namespace misproxy::evidence {
namespace {

struct Named {
  std::string_view word;
  std::uint16_t number;
};

constexpr Named kTypes[] = {{"A", 1},     {"NS", 2},     {"CNAME", 5}, {"SOA", 6},  {"PTR", 12},
                            {"MX", 15},   {"TXT", 16},   {"AAAA", 28}, {"SRV", 33}, {"DS", 43},
                            {"SVCB", 64}, {"HTTPS", 65}, {"SPF", 99},  {"ANY", 255}};

constexpr Named kCodes[] = {{"FormErr", 1}, {"ServFail", 2}, {"NXDomain", 3}, {"NotImp", 4},
                            {"Refused", 5}, {"YXDomain", 6}, {"YXRRSet", 7},  {"NXRRSet", 8},
                            {"NotAuth", 9}, {"NotZone", 10}};

std::uint16_t type_of(std::string_view word) {
  for (const auto& type : kTypes)
    if (type.word == word) return type.number;
  if (take(word, "Type") || take(word, "TYPE"))
    return take_number<std::uint16_t>(word).value_or(std::uint16_t{0});
  return 0;
}

/// `A? proxy.example.com.`, where `word` is `A?`.
void read_question(std::string_view word, std::string_view rest, WirePacket& packet) {
  word.remove_suffix(1);
  packet.dns_qtype = type_of(word);
  skip_spaces(rest);
  auto name = take_until(rest, ' ');
  while (name.ends_with(','))
    name.remove_suffix(1);
  if (name.ends_with('.') && name.size() > 1) name.remove_suffix(1);
  packet.qname = name;
}

/// `2/0/0`: answers, authorities, additions.
bool read_counts(std::string_view word, WirePacket& packet) {
  const auto answers = take_number<std::uint16_t>(word);
  if (!answers || !take(word, "/") || !take_number<std::uint16_t>(word) || !take(word, "/"))
    return false;
  if (!take_number<std::uint16_t>(word)) return false;
  packet.dns_answers = *answers;
  packet.dns_response = true;
  return true;
}

void read_code(std::string_view word, WirePacket& packet) {
  for (const auto& code : kCodes)
    if (word.starts_with(code.word)) packet.dns_rcode = static_cast<std::uint8_t>(code.number);
}

/// `A 10.10.10.1` or `AAAA fd00::1`, behind the counts; a CNAME may stand before it.
void read_address(std::string_view words, WirePacket& packet, Names& names) {
  constexpr int kMostRecords = 16;
  for (int count = 0; count < 2 * kMostRecords && !words.empty(); ++count) {
    const auto type = take_until(words, ' ');
    skip_spaces(words);
    if (type != "A" && type != "AAAA") continue;
    auto address = take_until(words, ' ');
    if (address.ends_with(',')) address.remove_suffix(1);
    packet.dns_address = names.id_of(address);
    return;
  }
}

/// `(35)` at the end.
void read_length(std::string_view words, WirePacket& packet) {
  const auto open = words.rfind('(');
  if (open == std::string_view::npos) return;
  words.remove_prefix(open + 1);
  if (const auto length = take_number<std::uint32_t>(words); length && words.starts_with(')'))
    packet.length = *length;
}

}  // namespace

bool read_dns_words(std::string_view words, WirePacket& packet, Names& names) {
  constexpr int kMostWords = 16;  // the question and the counts stand in front
  if (words.starts_with('[')) {   // [udp sum ok]
    take_until(words, ']');
    take(words, "]");
    skip_spaces(words);
  }
  auto rest = words;
  const auto id = take_number<std::uint16_t>(rest);
  if (!id) return false;
  bool known = false;
  for (int count = 0; count < kMostWords && !rest.empty() && !packet.dns_response; ++count) {
    const auto word = take_until(rest, ' ');
    if (word.ends_with('?') && word.size() > 1) {
      read_question(word, rest, packet);
      known = true;
    } else if (!read_counts(word, packet)) {
      read_code(word, packet);
    }
    skip_spaces(rest);
  }
  if (!known && !packet.dns_response) return false;
  packet.kind = WirePacket::Kind::dns;
  if (packet.dns_answers > 0) read_address(rest, packet, names);
  packet.dns_id = *id;
  read_length(words, packet);
  return true;
}

}  // namespace misproxy::evidence
