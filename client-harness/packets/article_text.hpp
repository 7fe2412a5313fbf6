#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "capture/packet.hpp"
#include "packets/wire_packet.hpp"

namespace misproxy {

/// Packets as the article on proxies prints them, after tcpdump and made to be read:
///
///     10:20:58.987654 IP client.54321 > proxy.80: Flags [S], seq 0, win 64240, options [mss 1460],
///     length 0
///     CONNECT tools.cisco.com:443 HTTP/1.1
///     10:20:59.123456 IP client.54321 > proxy.80: Flags [P.], length 517 (Client Hello)
///
/// `client` and `proxy` are who sent the first SYN and whom it went to; other hosts keep their
/// addresses. Numbers count from the SYN, or from the first segment seen. The line of a segment
/// with an HTTP head gives way to the head, unless a FIN or RST came with it. What has been sent
/// before ends with `# sent again`.
class ArticleText {
 public:
  /// No line, one or several, without their ends, of a packet that `is_told`; to be given in the
  /// order of the file.
  std::vector<std::string> lines(const evidence::WirePacket& packet);

 private:
  /// One direction of a connection.
  struct Flow {
    std::optional<std::uint32_t> base;      // its SYN's number
    std::optional<std::uint32_t> next_seq;  // behind all that was seen
    bool handshake = false;                 // its SYN was its last segment, and opened
    bool in_head = false;                   // an HTTP head goes on in its next segment
    std::string begun_line;                 // of that head
  };
  using Ends = std::pair<SocketAddress, SocketAddress>;

  std::vector<std::string> tcp_lines(const std::string& stamp, const evidence::WirePacket& segment);
  static std::optional<std::vector<std::string>> head_lines(const evidence::WirePacket& segment,
                                                            Flow& sent);
  void learn(const Ends& ends, const evidence::WirePacket& segment);
  std::string name(const IpAddress& host) const;
  std::string name(const SocketAddress& address) const;
  std::string icmp_line(const evidence::WirePacket& icmp) const;
  std::string tcp_line(const Ends& ends, const evidence::WirePacket& segment, bool again);
  std::string numbers(const Ends& ends, const evidence::WirePacket& segment);

  std::optional<Ends> roles_;  // client and proxy
  std::map<Ends, Flow> flows_;
};

}  // namespace misproxy
