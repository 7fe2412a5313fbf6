#include "packets/unread.hpp"

#include <fmt/format.h>

namespace misproxy::evidence {

Unread& Unread::operator+=(const Unread& more) {
  cut_frames += more.cut_frames;
  encrypted_wlan += more.encrypted_wlan;
  encrypted_ipsec += more.encrypted_ipsec;
  torn_packets += more.torn_packets;
  late_packets += more.late_packets;
  return *this;
}

std::vector<std::string> Unread::remarks(const std::string& file) const {
  std::vector<std::string> result;
  const auto add = [&](std::uint64_t count, std::string_view words) {
    if (count > 0)
      result.push_back(fmt::format("{}: {} {}", file, count,
                                   fmt::format(fmt::runtime(words), count == 1 ? "" : "s")));
  };
  if (cut_frames > 0)
    result.push_back(
        fmt::format("{}: {} packets were cut by the capture (snaplen)", file, cut_frames));
  add(encrypted_wlan,
      "frame{} of Wi-Fi, encrypted, so that nobody sees what is in them; capture on the client, "
      "or behind the access point");
  add(encrypted_ipsec,
      "packet{} of IPsec (ESP), encrypted, so that nobody sees what is in them; capture in front "
      "of the tunnel, or behind it");
  add(torn_packets, "packet{} in fragments, of which some are missing");
  add(late_packets,
      "packet{} out of the order of their times, left where they stand: a clock was put back, or "
      "the "
      "file wants `reordercap`");
  return result;
}

}  // namespace misproxy::evidence
