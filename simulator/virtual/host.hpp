#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/life.hpp"
#include "virtual/frame.hpp"
#include "virtual/queue.hpp"
#include "virtual/tcp_socket.hpp"

namespace misproxy::simulated {

/// A host with one interface: it knows its sockets, and answers for those that it has not.
class Host final : public TcpSocket::Network {
 public:
  struct Settings {
    IpAddress address;
    std::string name;  // keys its draws
    std::uint64_t seed = 1;
    TcpSocket::Settings tcp;
  };

  Host(EventQueue& queue, Settings settings, std::function<void(FramePtr)> to_link)
      : queue_(queue), settings_(std::move(settings)), to_link_(std::move(to_link)) {}

  IpAddress address() const { return settings_.address; }
  /// `connection` keys what is drawn for the socket, and chooses its port.
  TcpSocket& connect(SocketAddress remote, std::int64_t connection, TcpSocket::Owner& owner);
  /// Each new connection to `port` belongs to `owner` until that passes it on.
  void listen(std::uint16_t port, TcpSocket::Owner& owner) { listeners_[port] = &owner; }
  void take(const FramePtr& frame);
  /// The kernel still has to deliver what applications that have gone gave it.
  bool flushes() const;
  /// What a fault did, for the next packet that leaves.
  void comment_next(std::string comment) { comment_ = std::move(comment); }
  /// The comment that no packet has carried yet, taken.
  std::string take_comment() { return std::exchange(comment_, {}); }

  void transmit(Packet packet) override;
  std::uint16_t path_mtu(IpAddress to) const override;
  void learn_mtu(IpAddress to, std::uint16_t mtu) override;

 private:
  using Pair = std::pair<std::uint16_t, SocketAddress>;  // our port, and the other end

  void take_segment(const Packet& packet, const TcpSegment& segment);
  void take_unreachable(const IcmpUnreachable& message);
  TcpSocket& open(TcpSocket::Ends ends, const std::string& key, TcpSocket::Owner& owner);

  EventQueue& queue_;
  Settings settings_;
  std::function<void(FramePtr)> to_link_;
  std::map<Pair, std::unique_ptr<TcpSocket>> sockets_;
  std::vector<std::unique_ptr<TcpSocket>> buried_;  // dead, but the queue may still know them
  std::map<std::uint16_t, TcpSocket::Owner*> listeners_;
  std::map<IpAddress, std::uint16_t> path_mtus_;
  std::string comment_;
};

}  // namespace misproxy::simulated
