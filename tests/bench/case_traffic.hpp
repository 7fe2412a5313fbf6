#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace misproxy::bench {

/// A frame of a real case, and when it came after the case's first.
struct CaseFrame {
  std::chrono::microseconds at{};
  std::uint32_t length = 0;  // on the wire
  std::string bytes;
  std::size_t which = 0;  // the case, from 0
};

/// The frames of every `case.pcap` below a folder (Ethernet, all of them begun at once), by time.
std::vector<CaseFrame> read_cases(const std::string& folder);

/// Writes a pcap file of `packets` frames or a few more: the cases again and again, a minute apart,
/// each case of each round with a client address of its own. The whole cases are interleaved, as
/// clients that share a proxy are. Checksums are not made anew.
void write_traffic(const std::vector<CaseFrame>& cases, std::uint64_t packets,
                   const std::string& path);

/// Writes a pcap file of `connections` tunnels that come to nothing: SYN, SYN-ACK, CONNECT, and a
/// 403 with FIN; four packets each.
void write_short_connections(std::uint64_t connections, const std::string& path);

}  // namespace misproxy::bench
