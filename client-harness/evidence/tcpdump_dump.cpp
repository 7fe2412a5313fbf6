#include "evidence/tcpdump_dump.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "evidence/http_lines.hpp"
#include "evidence/tcpdump_words.hpp"

namespace misproxy::evidence {
namespace {

std::optional<unsigned> nibble(char c) {
  if (is_digit(c)) return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A' + 10);
  return std::nullopt;
}

unsigned byte_at(std::string_view bytes, std::size_t at) {
  return static_cast<unsigned char>(bytes[at]);
}

unsigned word_at(std::string_view bytes, std::size_t at) {
  return byte_at(bytes, at) << 8 | byte_at(bytes, at + 1);
}

/// What TCP carries in an IP packet that begins `bytes`; nothing where no such packet begins them,
/// or one between other ports. Source: RFC 791, 8200, 9293.
std::optional<std::string_view> tcp_payload(std::string_view bytes, std::uint16_t source_port,
                                            std::uint16_t destination_port) {
  constexpr std::size_t kV6Header = 40;
  constexpr std::size_t kShortest = 20;
  constexpr unsigned kTcp = 6;
  if (bytes.size() < 2 * kShortest) return std::nullopt;
  const auto version = byte_at(bytes, 0) >> 4;
  const auto protocol = version == 4 ? byte_at(bytes, 9) : byte_at(bytes, 6);
  if ((version != 4 && version != 6) || protocol != kTcp) return std::nullopt;
  const std::size_t header = version == 4 ? (byte_at(bytes, 0) & 0xfU) * 4 : kV6Header;
  if (header < kShortest || bytes.size() < header + kShortest) return std::nullopt;
  const auto segment = bytes.substr(header);
  if (word_at(segment, 0) != source_port || word_at(segment, 2) != destination_port) return {};
  const std::size_t tcp_header = (byte_at(segment, 12) >> 4) * std::size_t{4};
  return segment.substr(std::min(tcp_header, segment.size()));
}

}  // namespace

bool TcpdumpDump::take_hex(std::string_view line) {
  if (!take(line, "0x")) return false;
  const auto offset = take_until(line, ':');
  if (offset.empty() || offset.size() > 8 || !take(line, ":")) return false;
  if (!std::all_of(offset.begin(), offset.end(), [](char c) { return nibble(c).has_value(); }))
    return false;
  skip_spaces(line);
  constexpr std::size_t kALine = 16;
  for (std::size_t bytes = 0; bytes < kALine && line.size() >= 2; ++bytes) {
    const auto high = nibble(line[0]);
    const auto low = nibble(line[1]);
    if (!high || !low || hex_.size() >= kMostBytes) break;
    hex_ += static_cast<char>(*high << 4 | *low);
    line.remove_prefix(2);
    if (line.starts_with("  ")) break;  // the same bytes as letters
    take(line, " ");
  }
  return true;
}

void TcpdumpDump::take_ascii(std::string_view line) {
  if (ascii_.size() + line.size() >= kMostBytes) return;
  ascii_ += line;
  ascii_ += "\r\n";
}

std::string_view TcpdumpDump::payload(std::uint16_t source_port, std::uint16_t destination_port,
                                      std::uint32_t length) const {
  // none, Ethernet, VLAN, Linux cooked v1 and v2, loopback
  constexpr std::array<std::size_t, 6> kLinkHeaders{0, 14, 18, 16, 20, 4};
  for (const auto link : kLinkHeaders) {
    if (link >= hex_.size()) continue;
    const auto found =
        tcp_payload(std::string_view(hex_).substr(link), source_port, destination_port);
    if (found) return found->substr(0, length);
  }
  const auto head = find_start_line(ascii_);
  if (head == std::string::npos) return {};
  return std::string_view(ascii_).substr(head).substr(0, length);
}

void TcpdumpDump::clear() {
  hex_.clear();
  ascii_.clear();
}

}  // namespace misproxy::evidence
