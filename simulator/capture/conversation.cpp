#include "capture/conversation.hpp"

#include <algorithm>

#include "capture/address.hpp"
#include "core/draw.hpp"

namespace misproxy {
namespace {

constexpr std::uint16_t kMtu = 1500;
constexpr std::uint16_t kPlainTcpHeader = 20;
constexpr std::uint16_t kTimestamps = 12;
constexpr std::uint8_t kWindowScale = 7;
constexpr std::size_t kSegmentsBeforeAck = 16;
constexpr std::uint16_t kClientWindow = 64240;
constexpr std::uint16_t kServerWindow = 65160;

std::uint16_t mss_of(const SocketAddress& end) {
  const unsigned ip_header = end.host.is_v6 ? 40 : 20;
  return static_cast<std::uint16_t>(kMtu - ip_header - kPlainTcpHeader);
}

Side other(Side side) { return side == Side::client ? Side::server : Side::client; }

}  // namespace

Conversation::Conversation(const SocketAddress& client, const SocketAddress& server,
                           std::uint64_t seed)
    : mss_(mss_of(server)) {
  const auto key = dotted_text(client) + " > " + dotted_text(server);
  const auto drawn = [&](const char* what, std::size_t side) {
    return static_cast<std::uint32_t>(draw(seed, what, key, side) >> 32);
  };
  for (std::size_t side = 0; side < ends_.size(); ++side) {
    ends_[side].next_seq = drawn("capture-isn", side);
    ends_[side].clock = drawn("capture-timestamp", side);
    ends_[side].next_id = static_cast<std::uint16_t>(drawn("capture-ip-id", side));
  }
  end(Side::client).address = client;
  end(Side::client).window = kClientWindow;
  end(Side::server).address = server;
  end(Side::server).window = kServerWindow;
}

/// The next segment of a side, which acknowledges all that the other has sent. The window of a SYN
/// is not scaled, that of all others is. Source: RFC 7323 section 2.2.
Packet Conversation::segment(Side from, std::string_view payload, bool syn) {
  auto& sender = end(from);
  const auto& receiver = end(other(from));
  TcpSegment tcp;
  tcp.source_port = sender.address.port;
  tcp.destination_port = receiver.address.port;
  tcp.seq = sender.next_seq;
  tcp.ack = receiver.next_seq;
  tcp.has_ack = true;
  tcp.syn = syn;
  tcp.window =
      syn ? sender.window : static_cast<std::uint16_t>((sender.window >> kWindowScale) + 1);
  tcp.timestamps = Timestamps{sender.clock++, receiver.clock - 1};
  tcp.payload = payload;
  sender.next_seq += tcp.length();
  Packet packet;
  packet.source = sender.address.host;
  packet.destination = receiver.address.host;
  packet.id = sender.next_id++;
  packet.body = std::move(tcp);
  return packet;
}

std::vector<Packet> Conversation::opened() {
  std::vector<Packet> packets;
  for (const Side side : {Side::client, Side::server}) {
    auto packet = segment(side, {}, true);
    auto& tcp = std::get<TcpSegment>(packet.body);
    tcp.mss = mss_;
    tcp.sack_permitted = true;
    tcp.window_scale = kWindowScale;
    if (side == Side::client) {
      tcp.has_ack = false;
      tcp.ack = 0;
      tcp.timestamps->echo = 0;
    }
    packets.push_back(std::move(packet));
  }
  packets.push_back(segment(Side::client, {}));
  return packets;
}

std::vector<Packet> Conversation::sent(Side from, std::string_view bytes) {
  std::vector<Packet> packets;
  if (!end(from).open) return packets;
  for (std::size_t segments = 1; !bytes.empty(); ++segments) {
    const auto size = std::min<std::size_t>(bytes.size(), mss_ - kTimestamps);
    packets.push_back(segment(from, bytes.substr(0, size)));
    bytes.remove_prefix(size);
    if (bytes.empty()) std::get<TcpSegment>(packets.back().body).psh = true;
    const bool acknowledged = bytes.empty() || segments % kSegmentsBeforeAck == 0;
    if (acknowledged) packets.push_back(segment(other(from), {}));
  }
  return packets;
}

std::vector<Packet> Conversation::ended(Side from, Ending how) {
  std::vector<Packet> packets;
  const bool nothing_comes = how == Ending::rst ? reset_ : !end(from).open;
  if (nothing_comes) return packets;
  end(from).open = false;
  packets.push_back(segment(from, {}));
  auto& tcp = std::get<TcpSegment>(packets.back().body);
  switch (how) {
    case Ending::fin:
      tcp.fin = true;
      ++end(from).next_seq;
      packets.push_back(segment(other(from), {}));
      break;
    case Ending::rst:
      tcp.rst = true;
      end(other(from)).open = false;
      reset_ = true;
      break;
  }
  return packets;
}

}  // namespace misproxy
