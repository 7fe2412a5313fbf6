#include "evidence/tcpdump_chatter.hpp"
#include "evidence/tcpdump_text.hpp"
#include "evidence/tcpdump_words.hpp"

namespace misproxy::evidence {
namespace {

/// curl and wget print heads as well, among lines that begin as no other text does.
bool is_log_of_a_client(std::string_view text) {
  constexpr std::string_view kTheirs[] = {"* ",        "< ",      "> ",     "== Info",
                                          "=> Send",   "<= Recv", "curl: ", "# curl",
                                          "  % Total", "--20",    "exit"};
  TcpdumpLines lines(text);
  while (const auto line = lines.next()) {
    for (const auto& theirs : kTheirs)
      if (line->starts_with(theirs)) return true;
  }
  return false;
}

}  // namespace

void TcpdumpText::learn_from_beginning(TcpdumpLines lines) {
  constexpr std::size_t kMostBytes = 256 * 1024;
  std::size_t bytes = 0;
  bool packet_above = false;
  while (bytes < kMostBytes) {
    const auto line = lines.next();
    if (!line) return;
    bytes += line->size() + 1;
    const auto front = read_front(*line);
    clock_.learn(front);
    if (front.stamp != Front::Stamp::none) ticks_.stop();
    const bool packet = front.stamp != Front::Stamp::none || is_ip_word(front.rest);
    if (front.quoted && packet) quoted_text_ = true;
    if (packet_above && !packet && begins_ascii_dump(*line)) ascii_text_ = true;
    packet_above = packet || (packet_above && front.indent > 0);
  }
}

bool looks_like_tcpdump_text(std::string_view first_kilobytes) {
  Names names;
  TcpdumpText text(first_kilobytes, names);
  bool heads = false;
  while (const auto packet = text.next()) {
    if (text.tcpdump_lines() > 0) return true;
    heads = heads || packet->kind == WirePacket::Kind::tcp;
  }
  return text.tcpdump_lines() > 0 || (heads && !is_log_of_a_client(first_kilobytes));
}

}  // namespace misproxy::evidence
