#include "evidence/tcpdump_ends.hpp"

#include <algorithm>

#include "evidence/service_ports.hpp"
#include "evidence/tcpdump_words.hpp"

namespace misproxy::evidence {
namespace {

constexpr std::size_t kLookedAtEnds = 512;
constexpr std::string_view kArrow = " > ";

/// The word that ends before `arrow`.
std::string_view word_before(std::string_view line, std::size_t arrow) {
  const auto before = line.substr(0, arrow);
  const auto space = before.find_last_of(" \t");
  return space == std::string_view::npos ? before : before.substr(space + 1);
}

std::string_view word_from(std::string_view line, std::size_t begin) {
  line.remove_prefix(begin);
  return line.substr(0, line.find(' '));
}

std::optional<std::uint16_t> port_at_end(std::string_view word) {
  if (word.empty()) return std::nullopt;
  if (!is_digit(word.front())) return service_port(word);
  const auto port = take_number<std::uint16_t>(word);
  if (word.empty()) return port;
  return std::nullopt;  // `9pfs`, an address's last part, ...
}

/// `10.10.10.1`, as ICMP's ends are: the last part is no port.
bool is_bare_v4(std::string_view text) {
  int dots = 0;
  for (const char c : text) {
    if (c == '.') {
      ++dots;
    } else if (!is_digit(c)) {
      return false;
    }
  }
  return dots == 3;
}

bool begins_header(std::string_view text) {
  return text.starts_with("tos 0x") || text.starts_with("flowlabel ") ||
         text.starts_with("class 0x") || text.starts_with("hlim ") || text.starts_with("ttl ");
}

/// Where the parenthesis that opens `text` is closed, or the end.
std::size_t closing(std::string_view text) {
  int depth = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '(') ++depth;
    if (text[i] == ')' && --depth == 0) return i;
  }
  return text.size();
}

template <std::unsigned_integral Number>
Number number_behind(std::string_view text, std::string_view word) {
  const auto at = text.find(word);
  if (at == std::string_view::npos) return 0;
  text.remove_prefix(at + word.size());
  return take_number<Number>(text).value_or(Number{0});
}

}  // namespace

std::optional<TcpdumpEnds> find_ends(std::string_view line) {
  const auto looked = line.substr(0, kLookedAtEnds);
  for (auto arrow = looked.find(kArrow); arrow != std::string_view::npos;
       arrow = looked.find(kArrow, arrow + 1)) {
    const auto source = word_before(looked, arrow);
    auto destination = word_from(line, arrow + kArrow.size());
    if (source.empty() || !destination.ends_with(':') || destination.size() < 2) continue;
    auto words = line.substr(arrow + kArrow.size() + destination.size());
    skip_spaces(words);
    destination.remove_suffix(1);
    return TcpdumpEnds{source, destination, words};
  }
  return std::nullopt;
}

SocketId socket_of(std::string_view end, Names& names) {
  const auto dot = end.rfind('.');
  if (dot == std::string_view::npos || is_bare_v4(end)) return {names.id_of(end), 0};
  const auto port = port_at_end(end.substr(dot + 1));
  if (!port) return {names.id_of(end), 0};
  return {names.id_of(end.substr(0, dot)), *port};
}

std::optional<TcpdumpIpHeader> find_ip_header(std::string_view line) {
  const auto looked = line.substr(0, kLookedAtEnds);
  for (auto open = looked.find('('); open != std::string_view::npos;
       open = looked.find('(', open + 1)) {
    if (!begins_header(looked.substr(open + 1))) continue;
    const auto size = closing(looked.substr(open));
    const auto inside = looked.substr(open, size);
    TcpdumpIpHeader header;
    header.ttl =
        number_behind<std::uint8_t>(inside, inside.find("ttl ") != inside.npos ? "ttl " : "hlim ");
    header.id = number_behind<std::uint16_t>(inside, " id ");
    header.behind = line.substr(std::min(open + size + 1, line.size()));
    skip_spaces(header.behind);
    return header;
  }
  return std::nullopt;
}

}  // namespace misproxy::evidence
