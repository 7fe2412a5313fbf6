#include "capture/address.hpp"

#include <fmt/format.h>

#include <charconv>

namespace misproxy {

std::string ipv4_text(Ipv4 address) {
  return fmt::format("{}.{}.{}.{}", address >> 24, (address >> 16) & 0xFFU, (address >> 8) & 0xFFU,
                     address & 0xFFU);
}

std::optional<Ipv4> parse_ipv4(std::string_view text) {
  Ipv4 address = 0;
  for (int part = 0; part < 4; ++part) {
    if (part > 0) {
      if (!text.starts_with('.')) return std::nullopt;
      text.remove_prefix(1);
    }
    std::uint8_t number = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{}) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(stop - text.data()));
    address = address << 8 | number;
  }
  if (!text.empty()) return std::nullopt;
  return address;
}

std::string dotted_text(const SocketAddress& address) {
  return fmt::format("{}.{}", ip_text(address.host), address.port);
}

}  // namespace misproxy
