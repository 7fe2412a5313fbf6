#include "lab/tun_port.hpp"

#include <unistd.h>

#include <utility>

namespace misproxy::lab {

TunPort::TunPort(boost::asio::io_context& context, int tun, OnPacket on_packet)
    : tun_(context, ::dup(tun)), on_packet_(std::move(on_packet)) {}

void TunPort::await_packets() {
  tun_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                  [this](const boost::system::error_code& error) {
                    if (error) return;
                    read_packets();
                    if (tun_.is_open()) await_packets();
                  });
}

void TunPort::read_packets() {
  for (int i = 0; i < kMostPackets && tun_.is_open(); ++i) {
    const auto count = ::read(tun_.native_handle(), packet_.data(), packet_.size());
    if (count <= 0) return;
    on_packet_({packet_.data(), static_cast<std::size_t>(count)});
  }
}

void TunPort::stop() {
  boost::system::error_code ignored;
  tun_.close(ignored);
}

void TunPort::write(std::string_view ip_bytes) {
  if (!tun_.is_open()) return;
  [[maybe_unused]] const auto count =
      ::write(tun_.native_handle(), ip_bytes.data(), ip_bytes.size());
}

}  // namespace misproxy::lab
