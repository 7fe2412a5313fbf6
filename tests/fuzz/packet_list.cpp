// Wireshark's packet list: a line of tcpdump's for each of its own, whatever stands in it.

#include "evidence/packet_list.hpp"

#include <algorithm>

#include "evidence/names.hpp"
#include "evidence/tcpdump_text.hpp"
#include "fuzz/target.hpp"

using namespace misproxy;

int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t count) {
  const auto text = fuzz::text_of(bytes, count);
  const auto printed = evidence::packet_list_as_tcpdump(text);
  const auto lines = std::ranges::count(text, '\n') + (text.empty() || text.back() == '\n' ? 0 : 1);
  fuzz::require(std::ranges::count(printed, '\n') <= lines, "a line for each line");
  evidence::Names names;
  evidence::TcpdumpText packets(printed, names);
  while (const auto packet = packets.next())
    fuzz::require(packet->number <= static_cast<std::uint64_t>(lines), "a packet has a line");
  return 0;
}
