#include "evidence/packet_list.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <map>
#include <optional>
#include <utility>

#include "core/endpoint.hpp"
#include "evidence/text_line.hpp"

namespace misproxy::evidence {
namespace {

constexpr std::string_view kArrow = "\xE2\x86\x92";  // U+2192
constexpr std::uint64_t kUsualHeaders = 54;          // bytes: Ethernet, IPv4, TCP without options
constexpr std::uint64_t kMostSeconds = 86'400;

/// A line's columns.
struct Row {
  std::uint64_t microseconds = 0;
  std::string_view source;
  std::string_view destination;
  std::string_view protocol;
  std::uint64_t frame = 0;
  std::string_view info;
};

/// `0.000420`, in microseconds.
std::optional<std::uint64_t> time_of(std::string_view word) {
  const auto point = word.find('.');
  if (point == word.npos || !all_digits(word.substr(0, point))) return std::nullopt;
  auto seconds_text = word.substr(0, point);
  const auto seconds = take_number(seconds_text);
  auto fraction = std::string(word.substr(point + 1, 6));
  if (!seconds || *seconds >= kMostSeconds || fraction.empty() || !all_digits(fraction))
    return std::nullopt;
  fraction.resize(6, '0');
  std::string_view digits = fraction;
  return *seconds * 1'000'000 + *take_number(digits);
}

std::optional<Row> read_row(std::string_view line) {
  Row row;
  if (!all_digits(take_word(line))) return std::nullopt;
  const auto time = time_of(take_word(line));
  row.source = take_word(line);
  row.destination = take_word(line);
  if (row.destination == kArrow || row.destination == "->") row.destination = take_word(line);
  row.protocol = take_word(line);
  auto frame = take_word(line);
  const auto length = take_number(frame);
  if (!time || !is_address(row.source) || !is_address(row.destination) || row.protocol.empty() ||
      !length || !frame.empty())
    return std::nullopt;
  row.microseconds = *time;
  row.frame = *length;
  row.info = trimmed(line);
  return row;
}

/// The number behind ` Seq=` or the like.
std::optional<std::uint64_t> value_of(std::string_view info, std::string_view name) {
  const auto at = info.find(name);
  if (at == info.npos) return std::nullopt;
  info.remove_prefix(at + name.size());
  return take_number(info);
}

/// What Info says of a segment of TCP.
struct Segment {
  std::uint64_t from = 0;
  std::uint64_t to = 0;
  std::string flags;  // tcpdump's: `S.`, `P.`
  std::uint64_t length = 0;
};

/// `[SYN, ACK]`.
std::string flags_of(std::string_view names) {
  std::string flags;
  const auto add = [&](std::string_view name, char flag) {
    if (contains(names, name)) flags += flag;
  };
  add("SYN", 'S');
  add("FIN", 'F');
  add("RST", 'R');
  add("PSH", 'P');
  add("ACK", '.');
  return flags;
}

/// `[TCP Retransmission] 40000 → 3128 [PSH, ACK] Seq=1 ...`
std::optional<Segment> read_segment(std::string_view info) {
  while (info.starts_with("[TCP ")) {
    const auto end = info.find("] ");
    if (end == info.npos) return std::nullopt;
    info.remove_prefix(end + 2);
  }
  Segment segment;
  auto rest = info;
  const auto from = take_number(rest);
  rest = trimmed(rest);
  if (!take(rest, kArrow) && !take(rest, "->") && !take(rest, ">")) return std::nullopt;
  rest = trimmed(rest);
  const auto to = take_number(rest);
  rest = trimmed(rest);
  if (!from || !to || !take(rest, "[")) return std::nullopt;
  segment.from = *from;
  segment.to = *to;
  segment.flags = flags_of(rest.substr(0, rest.find(']')));
  segment.length = value_of(info, "Len=").value_or(0);
  return segment;
}

class Translation {
 public:
  std::string line(std::string_view text) {
    const auto row = read_row(text);
    if (!row) return {};
    if (row->protocol == "TCP") {
      const auto segment = read_segment(row->info);
      return segment ? of_tcp(*row, *segment) : std::string();
    }
    return above_tcp(*row);
  }

 private:
  using Hosts = std::pair<std::string, std::string>;
  using Ports = std::pair<std::uint64_t, std::uint64_t>;

  static std::string stamp(const Row& row) {
    const auto seconds = row.microseconds / 1'000'000;
    return fmt::format("{:02}:{:02}:{:02}.{:06}", seconds / 3600, seconds / 60 % 60, seconds % 60,
                       row.microseconds % 1'000'000);
  }

  static std::string front(const Row& row, Ports ports) {
    return fmt::format("{} {} {}.{} > {}.{}: ", stamp(row),
                       contains(row.source, ":") ? "IP6" : "IP", row.source, ports.first,
                       row.destination, ports.second);
  }

  std::string of_tcp(const Row& row, const Segment& segment) {
    const Hosts forth{row.source, row.destination};
    const Hosts back{row.destination, row.source};
    ports_[forth] = {segment.from, segment.to};
    ports_[back] = {segment.to, segment.from};
    const bool plain = segment.length == 0 && segment.flags == ".";
    if (plain && !contains(row.info, "SLE=")) headers_[forth] = headers_[back] = row.frame;
    auto text = fmt::format("{}Flags [{}]", front(row, ports_[forth]), segment.flags);
    const bool syn = contains(segment.flags, "S");
    if (const auto seq = value_of(row.info, "Seq=")) {
      text += fmt::format(", seq {}", *seq);
      if (segment.length > 0) text += fmt::format(":{}", *seq + segment.length);
    }
    if (const auto ack = value_of(row.info, "Ack=")) text += fmt::format(", ack {}", *ack);
    if (const auto window = value_of(row.info, "Win=")) text += fmt::format(", win {}", *window);
    const auto mss = value_of(row.info, "MSS=");
    if (syn && mss) text += fmt::format(", options [mss {}]", *mss);
    return text + fmt::format(", length {}", segment.length);
  }

  std::string above_tcp(const Row& row) {
    const Hosts hosts{row.source, row.destination};
    const auto ports = ports_.find(hosts);
    if (ports == ports_.end()) return {};
    const auto known = headers_.find(hosts);
    const auto headers = known == headers_.end() ? kUsualHeaders : known->second;
    if (row.frame <= headers) return {};
    auto text =
        fmt::format("{}Flags [P.], length {}", front(row, ports->second), row.frame - headers);
    if (row.protocol.starts_with("HTTP") && contains(row.info, "HTTP/1."))
      text += fmt::format(": HTTP: {}", row.info);
    return text;
  }

  std::map<Hosts, Ports> ports_;
  std::map<Hosts, std::uint64_t> headers_;  // of a segment without payload
};

}  // namespace

bool is_packet_list_line(std::string_view line) { return read_row(line).has_value(); }

std::string packet_list_as_tcpdump(std::string_view text) {
  std::string all;
  Translation translation;
  LineReader lines(text);
  while (const auto line = lines.next()) {
    all += translation.line(line->text);
    all += '\n';
  }
  return all;
}

}  // namespace misproxy::evidence
