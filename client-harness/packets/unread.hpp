#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace misproxy::evidence {

/// What a capture holds that nobody can read as it stands.
struct Unread {
  std::uint64_t cut_frames = 0;       // of which the file holds less than was on the wire
  std::uint64_t encrypted_wlan = 0;   // frames of Wi-Fi
  std::uint64_t encrypted_ipsec = 0;  // packets
  std::uint64_t torn_packets = 0;     // in fragments, of which some are missing
  std::uint64_t late_packets = 0;     // out of the order of their times, and left there

  Unread& operator+=(const Unread& more);
  /// A sentence for each, which names the file.
  std::vector<std::string> remarks(const std::string& file) const;
};

}  // namespace misproxy::evidence
