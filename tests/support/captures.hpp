#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "capture/packet.hpp"

namespace misproxy::test {

constexpr Ipv4 kClientHost = 0x0a282801;  // 10.40.40.1
constexpr Ipv4 kProxyHost = 0x0a0a0a01;   // 10.10.10.1
constexpr SocketAddress kClient{kClientHost, 54321};
constexpr SocketAddress kProxy{kProxyHost, 80};
/// 2024-01-31 10:20:58.987654321 UTC.
constexpr std::chrono::nanoseconds kMorning{1706696458987654321};

/// A file that lives as long as the object.
class ScratchFile {
 public:
  ScratchFile(const std::string& name, std::string_view bytes);
  ~ScratchFile();
  ScratchFile(const ScratchFile&) = delete;
  ScratchFile& operator=(const ScratchFile&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

/// A segment from the client to the proxy, with an ACK.
Packet segment(std::uint32_t seq, std::uint32_t ack, std::string payload = {});
/// The same packet as if the other side had sent it.
Packet from_proxy(Packet packet);
/// A router's word that `lost` could not go on.
Packet unreachable(const Packet& lost, std::uint8_t code, std::uint16_t next_hop_mtu);

/// A CONNECT, its 200, a TLS hello either way, a SACK, an ICMP message, and FINs.
std::vector<Packet> whole_story();

/// A pcapng file by our own writer: packets a millisecond apart from `kMorning` on.
std::string pcapng_file(const std::vector<Packet>& packets);

struct RawFrame {
  std::string bytes;
  std::size_t length = 0;  // on the wire; 0: as many as there are
};
/// A pcap file with nanoseconds, for what our own writer would never write.
std::string pcap_file(int link_type, const std::vector<RawFrame>& frames);

/// These fields of the packets that a filter lets pass, as tshark prints them, checksums verified;
/// `more`: further arguments.
std::string tshark(const std::string& path, const std::string& filter,
                   const std::vector<std::string>& fields,
                   const std::vector<std::string>& more = {});
/// What tshark finds wrong in a capture: malformed packets, checksums, and its analysis of TCP.
std::string remarks(const std::string& path);

/// What `TZ=UTC tcpdump -n -r` prints of a file.
std::string real_tcpdump(const std::string& path);

}  // namespace misproxy::test
