#include "evidence/tcpdump_unwrap.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "core/ascii.hpp"
#include "evidence/tcpdump_front.hpp"
#include "evidence/tcpdump_words.hpp"

namespace misproxy::evidence {
namespace {

constexpr std::size_t kSample = 256 * 1024;  // bytes
constexpr std::size_t kNarrowest = 40;
constexpr std::size_t kWidest = 132;
constexpr std::size_t kMostPieces = 16;  // of a line

std::string_view take_line(std::string_view& rest) {
  auto line = take_until(rest, '\n');
  if (!rest.empty()) rest.remove_prefix(1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

std::string_view without_end(std::string_view line) {
  while (!line.empty() && is_blank(line.back()))
    line.remove_suffix(1);
  return line;
}

/// `length 0`, `tcp 0`: a number behind that word at the end.
bool ends_with_number_behind(std::string_view line, std::string_view word) {
  const auto at = line.rfind(word);
  if (at == std::string_view::npos) return false;
  const auto number = line.substr(at + word.size());
  return !number.empty() && std::all_of(number.begin(), number.end(), is_digit);
}

bool is_complete(std::string_view line) {
  const auto link = line.find("ethertype IPv");
  if (link != std::string_view::npos && line.find(" > ", link) == std::string_view::npos)
    return false;  // the frame's length
  return ends_with_number_behind(line, "length ") || ends_with_number_behind(line, ": tcp ");
}

/// `02:42:0a:28:28:01 `, of -e.
bool is_mac(std::string_view text) {
  constexpr std::size_t kSize = 17;
  if (text.size() <= kSize) return false;
  for (std::size_t i = 0; i < kSize; ++i) {
    if (i % 3 == 2 ? text[i] != ':' : hex_digit(text[i]) < 0) return false;
  }
  return true;
}

/// Behind the time and the address of the link layer, if any.
std::string_view packet_of(const Front& front) {
  const auto link = front.rest.find("ethertype IPv");
  if (link == std::string_view::npos) return front.rest;
  auto behind = front.rest.substr(link);
  take_until(behind, ':');
  return behind;
}

/// A line that begins as a packet's, and lacks what each has at its end.
bool is_broken(std::string_view line) {
  const auto front = read_front(line);
  if (front.stamp == Front::Stamp::none && !is_ip_word(front.rest)) return false;
  const auto packet = packet_of(front);
  const auto flags = packet.find("Flags [");
  if (flags != std::string_view::npos)
    return packet.substr(flags).find(", length ") == std::string_view::npos ||
           packet.ends_with(", length ");
  if (packet.find("(tos 0x") != std::string_view::npos) return !packet.ends_with(')');
  if (is_mac(front.rest) && front.rest.find(", length ") == std::string_view::npos) return true;
  const bool ip = is_ip_word(front.rest) || packet.data() != front.rest.data();
  if (!ip) return false;
  const auto arrow = packet.find(" > ");
  if (arrow == std::string_view::npos) return true;
  const auto colon = packet.find(": ", arrow);  // behind the destination
  if (colon == std::string_view::npos) return true;
  return std::string_view("Flags [").starts_with(packet.substr(colon + 2));
}

/// Something that stands at the beginning of a line only.
bool begins_anew(std::string_view line, bool quoted) {
  if (without_end(line).empty() || line.front() == '\t') return true;
  const auto front = read_front(line);
  if (front.stamp != Front::Stamp::none || is_ip_word(front.rest)) return true;
  if (front.quoted && !quoted && front.text.find(": ") != std::string_view::npos)
    return false;  // `> 10.10.10.1.80: Flags`
  if (front.quoted != quoted && front.quoted) return true;
  const bool dump = front.text.starts_with("0x") && front.text.find(':') == 6;
  if (dump || front.text.starts_with("ARP,")) return true;
  if (front.text.starts_with("tcpdump: ") || front.text.starts_with("listening on ")) return true;
  const auto arrow = front.text.find(" > ");
  return front.indent >= 4 && arrow != std::string_view::npos &&
         front.text.find(' ') == arrow;  // of -v
}

/// The mark of a quotation, where the line it goes on with has one.
std::string_view without_mark(std::string_view line, bool quoted) {
  if (quoted && take(line, ">")) take(line, " ");
  return line;
}

std::string_view first_word(std::string_view text) {
  skip_spaces(text);
  return text.substr(0, text.find(' '));
}

/// How its lines were broken.
struct Manner {
  std::size_t width = 0;
  bool anywhere = false;  // in the middle of words, too

  /// What begins with `next` would not have fit behind `piece`.
  bool breaks(std::string_view piece, std::string_view next) const {
    if (anywhere) return piece.size() + 1 >= width;
    return piece.size() + 1 + first_word(next).size() > width;
  }
};

constexpr std::array<std::string_view, 14> kWords{"Flags", "seq",    "ack", "win",      "options",
                                                  "[mss",  "TS",     "val", "ecr",      "wscale",
                                                  "sack",  "length", "IP",  "ethertype"};

bool is_word(std::string_view text) {
  return std::find(kWords.begin(), kWords.end(), text) != kWords.end();
}

std::string_view last_word(std::string_view text) {
  const auto space = text.find_last_of(" \t");
  return space == std::string_view::npos ? text : text.substr(space + 1);
}

/// A break that none between words is: it goes on with the rest of a word.
bool is_in_word(std::string_view piece, std::string_view next) {
  if (next.empty()) return false;
  const auto before = last_word(piece);
  const auto word = first_word(next);
  const auto behind = word.substr(0, word.find_first_of(",: "));
  const bool goes_on = (is_digit(piece.back()) && is_digit(next.front())) ||
                       is_blank(next.front()) ||
                       std::string_view(",:]).").find(next.front()) != std::string_view::npos;
  return goes_on || is_word(std::string(before) + std::string(behind));
}

/// By the lines that are surely broken.
std::optional<Manner> manner_of(std::string_view text) {
  auto rest = text.substr(0, kSample);
  std::size_t widest = 0;
  std::size_t narrowest = kWidest;
  bool in_word = false;
  while (!rest.empty()) {
    const auto line = take_line(rest);
    if (!is_broken(without_end(line))) continue;
    const bool quoted = line.starts_with('>');
    auto piece = without_end(line);
    std::string joined(piece);
    std::string spaced(piece);
    for (std::size_t count = 1; count < kMostPieces; ++count) {
      auto behind = rest;
      const auto next = take_line(behind);
      if (begins_anew(next, quoted) || is_complete(joined) || is_complete(spaced)) break;
      widest = std::max({widest, piece.size(), without_end(next).size()});
      narrowest = std::min(narrowest, piece.size());
      const auto bare = without_mark(next, quoted);
      in_word = in_word || is_in_word(piece, bare);
      joined += without_end(bare);
      spaced.append(1, ' ').append(without_end(bare));
      piece = without_end(next);
      rest = behind;
    }
  }
  if (widest < kNarrowest || widest > kWidest) return std::nullopt;
  return Manner{widest, narrowest + 1 >= widest && in_word};
}

/// Appends a line and what belongs behind it, which it takes off the rest.
void put_together(std::string_view line, std::string_view& rest, const Manner& manner,
                  std::string& out) {
  const bool quoted = line.starts_with('>');
  const auto begin = out.size();
  out += line;
  auto piece = without_end(line);
  std::size_t joined = 0;
  const auto front = read_front(line);
  const bool indented = front.indent > 0 && front.text.find(" > ") != std::string_view::npos;
  const bool packet = front.stamp != Front::Stamp::none || is_ip_word(front.rest) || indented;
  while (packet && !rest.empty() && joined < kMostPieces) {
    auto behind = rest;
    const auto next = take_line(behind);
    if (begins_anew(next, quoted) || !manner.breaks(piece, without_mark(next, quoted))) break;
    const auto whole = std::string_view(out).substr(begin);
    const bool number_goes_on = manner.anywhere && is_digit(next.front());
    if (is_complete(without_end(whole)) && !number_goes_on) break;
    const bool in_word = manner.anywhere && piece.size() == manner.width;
    out.resize(begin + without_end(whole).size());
    if (!in_word) out += ' ';
    out += without_mark(next, quoted);
    piece = without_end(next);
    rest = behind;
    ++joined;
  }
  out.append(joined, kJoined);
  out += '\n';
}

}  // namespace

std::optional<std::string> unwrapped(std::string_view text) {
  const auto manner = manner_of(text);
  if (!manner) return std::nullopt;
  std::string out;
  out.reserve(text.size() + text.size() / 64);
  while (!text.empty()) {
    const auto line = take_line(text);
    put_together(line, text, *manner, out);
  }
  return out;
}

}  // namespace misproxy::evidence
