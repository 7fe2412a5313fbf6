#include "live/own_port.hpp"

#include <fmt/format.h>
#include <ifaddrs.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "core/endpoint.hpp"

namespace misproxy::live {
namespace {

namespace ip = boost::asio::ip;

std::vector<ip::address> machine_addresses() {
  ifaddrs* first = nullptr;
  if (::getifaddrs(&first) != 0) return {};
  const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> all(first, ::freeifaddrs);
  std::vector<ip::address> addresses;
  for (const auto* each = first; each != nullptr; each = each->ifa_next) {
    if (each->ifa_addr == nullptr) continue;
    if (each->ifa_addr->sa_family == AF_INET) {
      const auto* v4 = reinterpret_cast<const sockaddr_in*>(each->ifa_addr);
      addresses.emplace_back(ip::address_v4(ntohl(v4->sin_addr.s_addr)));
    } else if (each->ifa_addr->sa_family == AF_INET6) {
      const auto* v6 = reinterpret_cast<const sockaddr_in6*>(each->ifa_addr);
      ip::address_v6::bytes_type bytes;
      std::copy_n(v6->sin6_addr.s6_addr, bytes.size(), bytes.begin());
      addresses.emplace_back(ip::address_v6(bytes));
    }
  }
  return addresses;
}

}  // namespace

ip::address unmapped(const ip::address& address) {
  if (!address.is_v6() || !address.to_v6().is_v4_mapped()) return address;
  return ip::make_address_v4(ip::v4_mapped, address.to_v6());
}

std::string text_of(const ip::address& address) {
  if (!address.is_v4()) return address.to_string();
  std::array<char, sizeof "255.255.255.255"> text;
  auto* at = text.data();
  for (const auto byte : address.to_v4().to_bytes()) {
    const fmt::format_int number(unsigned{byte});
    at = std::copy_n(number.data(), number.size(), at);
    *at++ = '.';
  }
  return {text.data(), at - 1};
}

std::string text_of(const ip::tcp::endpoint& endpoint) {
  return Endpoint{text_of(endpoint.address()), endpoint.port()}.text();
}

OwnPort::OwnPort(ip::tcp::endpoint listening, std::vector<ip::address> machine)
    : listening_(std::move(listening)), machine_(std::move(machine)) {}

OwnPort OwnPort::at(const ip::tcp::endpoint& listening) {
  const bool everywhere = listening.address().is_unspecified();
  return {listening, everywhere ? machine_addresses() : std::vector<ip::address>{}};
}

/// To connect to the unspecified address is to connect to this machine.
bool OwnPort::is(const ip::tcp::endpoint& to) const {
  if (listening_.port() == 0 || to.port() != listening_.port()) return false;
  const auto address = unmapped(to.address());
  if (address == unmapped(listening_.address())) return true;
  const bool here = address.is_unspecified() || address.is_loopback();
  if (!listening_.address().is_unspecified())
    return address.is_unspecified() && listening_.address().is_loopback();
  return here || std::find(machine_.begin(), machine_.end(), address) != machine_.end();
}

}  // namespace misproxy::live
