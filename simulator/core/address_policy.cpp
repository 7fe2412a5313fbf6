#include "core/address_policy.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <string>

#include "core/endpoint.hpp"
#include "core/network_prefix.hpp"

namespace misproxy {
namespace {

struct Special {
  std::string_view prefix;
  std::string_view kind;
};

/// Of two that hold an address, the first tells what it is.
constexpr std::array kSpecial{
    Special{"0.0.0.0/8", "unspecified"},
    Special{"127.0.0.0/8", "loopback"},
    Special{"169.254.169.254/32", "cloud metadata"},
    Special{"169.254.170.2/32", "cloud metadata"},
    Special{"100.100.100.200/32", "cloud metadata"},
    Special{"168.63.129.16/32", "cloud metadata"},
    Special{"192.0.0.192/32", "cloud metadata"},
    Special{"169.254.0.0/16", "link-local"},
    Special{"10.0.0.0/8", "private"},
    Special{"172.16.0.0/12", "private"},
    Special{"192.168.0.0/16", "private"},
    Special{"100.64.0.0/10", "shared"},
    Special{"192.0.0.0/24", "reserved"},
    Special{"192.0.2.0/24", "documentation"},
    Special{"198.51.100.0/24", "documentation"},
    Special{"203.0.113.0/24", "documentation"},
    Special{"198.18.0.0/15", "reserved"},
    Special{"224.0.0.0/4", "multicast"},
    Special{"255.255.255.255/32", "broadcast"},
    Special{"240.0.0.0/4", "reserved"},
    Special{"::/128", "unspecified"},
    Special{"::1/128", "loopback"},
    Special{"fd00:ec2::254/128", "cloud metadata"},
    Special{"fd20:ce::254/128", "cloud metadata"},
    Special{"fe80::/10", "link-local"},
    Special{"fec0::/10", "private"},
    Special{"fc00::/7", "private"},
    Special{"ff00::/8", "multicast"},
    Special{"2001:db8::/32", "documentation"},
    Special{"3fff::/20", "documentation"},
    Special{"2001::/23", "reserved"},  // Teredo, ORCHID, benchmarks
};

using Bytes = std::array<std::uint8_t, 16>;

/// Where an address of IPv6 carries one of IPv4.
struct Carrier {
  std::string_view prefix;
  std::size_t at;
};

constexpr std::array kCarriers{Carrier{"::/96", 12}, Carrier{"64:ff9b::/96", 12},
                               Carrier{"2002::/16", 2}};

bool holds(std::string_view prefix, const std::string& address) {
  return NetworkPrefix::parse(prefix)->contains(address);
}

std::optional<std::string_view> listed(const std::string& address) {
  const auto found = std::ranges::find_if(
      kSpecial, [&](const Special& each) { return holds(each.prefix, address); });
  if (found == kSpecial.end()) return std::nullopt;
  return found->kind;
}

std::optional<std::string> carried(const std::string& address) {
  Bytes bytes{};
  if (inet_pton(AF_INET6, address.c_str(), bytes.data()) != 1) return std::nullopt;
  for (const auto& carrier : kCarriers) {
    if (!holds(carrier.prefix, address)) continue;
    std::array<char, INET_ADDRSTRLEN> text{};
    inet_ntop(AF_INET, bytes.data() + carrier.at, text.data(), text.size());
    return std::string(text.data());
  }
  return std::nullopt;
}

bool is_ipv4(const std::string& address) {
  return NetworkPrefix::parse("0.0.0.0/0")->contains(address);  // mapped ones too
}

}  // namespace

std::optional<std::string_view> special_address(std::string_view text) {
  const std::string address(text.substr(0, text.find('%')));
  if (!is_address(address)) return "no address";
  if (const auto kind = listed(address)) return kind;
  if (is_ipv4(address)) return std::nullopt;
  if (const auto inner = carried(address)) return listed(*inner);
  if (!holds("2000::/3", address) && !holds("64:ff9b::/96", address)) return "reserved";
  return std::nullopt;
}

}  // namespace misproxy
