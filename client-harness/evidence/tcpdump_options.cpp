#include "evidence/tcpdump_tcp.hpp"
#include "evidence/tcpdump_words.hpp"

namespace misproxy::evidence {
namespace {

/// `{1488:2198}{3000:4000}`: as many as a segment can carry.
void read_sack(std::string_view text, WirePacket& packet) {
  while (packet.sack_count < packet.sack.size()) {
    const auto open = text.find('{');
    if (open == std::string_view::npos) return;
    text.remove_prefix(open + 1);
    const auto begin = take_number<std::uint32_t>(text);
    if (!begin || !take(text, ":")) return;
    const auto end = take_number<std::uint32_t>(text);
    if (!end) return;
    packet.sack[packet.sack_count++] = {*begin, *end};
  }
}

void read_option(std::string_view option, WirePacket& packet) {
  if (take(option, "mss ")) {
    packet.mss = take_number<std::uint16_t>(option);
  } else if (take(option, "wscale ")) {
    packet.window_scale = take_number<std::uint8_t>(option);
  } else if (option.starts_with("sackOK")) {
    packet.sack_permitted = true;
  } else if (take(option, "TS val ")) {
    packet.tick = take_number<std::uint32_t>(option);
  } else if (take(option, "sack ")) {
    read_sack(option, packet);
  }
}

}  // namespace

void read_tcp_options(std::string_view options, WirePacket& packet) {
  while (!options.empty()) {
    skip_spaces(options);
    read_option(take_until(options, ','), packet);
    take(options, ",");
  }
}

}  // namespace misproxy::evidence
