#include "virtual/host.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/draw.hpp"
#include "virtual/stateless_reset.hpp"

namespace misproxy::simulated {
namespace {

constexpr std::uint16_t kInterfaceMtu = 1500;
constexpr std::uint16_t kLeastPathMtu = 552;  // Linux's min_pmtu
constexpr std::uint16_t kFirstPort = 32'768;  // of those that a client takes, RFC 6335 section 6
constexpr std::uint16_t kPorts = 28'000;

}  // namespace

TcpSocket& Host::open(TcpSocket::Ends ends, const std::string& key, TcpSocket::Owner& owner) {
  auto socket = std::make_unique<TcpSocket>(
      queue_, *this, ends, draw(settings_.seed, settings_.name, key, 0), settings_.tcp);
  socket->belong_to(owner);
  auto& place = sockets_[{ends.local.port, ends.remote}];
  if (place) buried_.push_back(std::move(place));
  place = std::move(socket);
  return *place;
}

TcpSocket& Host::connect(SocketAddress remote, std::int64_t connection, TcpSocket::Owner& owner) {
  const auto first =
      draw(settings_.seed, settings_.name, "port", 0) + 2 * static_cast<std::uint64_t>(connection);
  const auto port_at = [&](std::uint64_t taken) {
    return static_cast<std::uint16_t>(kFirstPort + (first + taken) % kPorts);
  };
  // A proxy may need several to one origin for a client's connection, one after the other.
  std::uint64_t taken = 0;
  while (taken < kPorts && sockets_.contains({port_at(taken), remote}))
    ++taken;
  auto key = fmt::format("connection#{}", connection);
  if (taken > 0) key += fmt::format("/{}", taken);
  auto& socket = open({{settings_.address, port_at(taken)}, remote}, key, owner);
  socket.connect();
  return socket;
}

void Host::transmit(Packet packet) {
  auto frame = std::make_shared<Frame>(Frame{std::move(packet), std::exchange(comment_, {})});
  to_link_(std::move(frame));
}

void Host::take(const FramePtr& frame) {
  const auto& packet = frame->packet;
  if (packet.wrong_checksum) return;
  if (const auto* segment = packet.tcp()) return take_segment(packet, *segment);
  take_unreachable(std::get<IcmpUnreachable>(packet.body));
}

void Host::take_segment(const Packet& packet, const TcpSegment& segment) {
  const SocketAddress remote{packet.source, segment.source_port};
  const auto found = sockets_.find({segment.destination_port, remote});
  if (found != sockets_.end() && !found->second->is_dead()) return found->second->take(segment);
  const auto listener = listeners_.find(segment.destination_port);
  if (listener != listeners_.end() && segment.syn && !segment.has_ack) {
    const auto key = fmt::format("accepted#{}:{}", remote.host.v4(), remote.port);
    return open({{settings_.address, segment.destination_port}, remote}, key, *listener->second)
        .accept(segment);
  }
  if (!segment.rst) transmit(stateless_reset(segment, settings_.address, packet.source));
}

void Host::take_unreachable(const IcmpUnreachable& message) {
  const auto found = sockets_.find({message.source.port, message.destination});
  if (found != sockets_.end()) found->second->take_unreachable(message);
}

bool Host::flushes() const {
  return std::any_of(sockets_.begin(), sockets_.end(),
                     [](const auto& entry) { return entry.second->flushes(); });
}

std::uint16_t Host::path_mtu(IpAddress to) const {
  const auto known = path_mtus_.find(to);
  return known == path_mtus_.end() ? kInterfaceMtu : known->second;
}

void Host::learn_mtu(IpAddress to, std::uint16_t mtu) {
  path_mtus_[to] = std::min(path_mtu(to), std::max(mtu, kLeastPathMtu));
}

}  // namespace misproxy::simulated
