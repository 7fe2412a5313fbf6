#include "core/endpoint.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>

namespace misproxy {
namespace {

constexpr std::size_t kLongestHost = 253;
constexpr std::size_t kLongestLabel = 63;

/// The network-order bytes of an address in text form, or nothing.
template <class Address>
std::optional<Address> parse_address(int family, std::string_view text) {
  if (text.find('\0') != std::string_view::npos) return std::nullopt;
  Address address{};
  if (inet_pton(family, std::string(text).c_str(), &address) != 1) return std::nullopt;
  return address;
}

bool is_ipv4(std::string_view text) { return parse_address<in_addr>(AF_INET, text).has_value(); }
bool is_ipv6(std::string_view text) { return parse_address<in6_addr>(AF_INET6, text).has_value(); }

bool is_label(std::string_view label) {
  if (label.empty() || label.size() > kLongestLabel) return false;
  return std::all_of(label.begin(), label.end(),
                     [](unsigned char c) { return std::isalnum(c) != 0 || c == '-' || c == '_'; });
}

bool is_name(std::string_view text) {
  if (text.ends_with('.')) text.remove_suffix(1);  // a fully qualified name may end with its root
  if (text.empty() || text.size() > kLongestHost) return false;
  while (true) {
    const auto dot = text.find('.');
    if (!is_label(text.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, port);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return port;
}

}  // namespace

std::string Endpoint::text() const {
  const bool bracketed = host.find(':') != std::string::npos;
  const fmt::format_int number(port);
  std::string text(bracketed ? "[" : "");
  text += host;
  text += bracketed ? "]:" : ":";
  return text.append(number.data(), number.size());
}

std::optional<Endpoint> parse_endpoint(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  auto host = text.substr(0, colon);
  const auto port = parse_port(text.substr(colon + 1));
  const bool bracketed = host.starts_with('[') && host.ends_with(']') && host.size() > 2;
  if (bracketed) host = host.substr(1, host.size() - 2);
  const bool valid = bracketed ? is_ipv6(host) : is_name(host);
  if (!port || !valid) return std::nullopt;
  return Endpoint{std::string(host), *port};
}

bool is_host(std::string_view text) { return is_name(text) || is_ipv6(text); }

bool is_address(std::string_view text) { return is_ipv4(text) || is_ipv6(text); }

bool is_loopback(std::string_view host) {
  if (const auto v4 = parse_address<in_addr>(AF_INET, host)) {
    return (ntohl(v4->s_addr) >> 24) == 127;
  }
  return host == "localhost" || host == "::1";
}

}  // namespace misproxy
