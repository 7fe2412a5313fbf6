#pragma once

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <functional>
#include <string>
#include <string_view>

namespace misproxy::lab {

/// The wire's end of a host's TUN device.
class TunPort {
 public:
  /// Told of each packet that the host's kernel has sent.
  using OnPacket = std::function<void(std::string_view ip_bytes)>;

  /// `tun`: a descriptor that does not block; it is doubled.
  TunPort(boost::asio::io_context& context, int tun, OnPacket on_packet);

  void start() { await_packets(); }
  void stop();
  /// To the host; what its kernel has no room for is lost, as on a wire.
  void write(std::string_view ip_bytes);

 private:
  /// At once, so that others have their turn.
  static constexpr int kMostPackets = 64;

  void await_packets();
  void read_packets();

  boost::asio::posix::stream_descriptor tun_;
  OnPacket on_packet_;
  std::array<char, 65'536> packet_{};
};

}  // namespace misproxy::lab
