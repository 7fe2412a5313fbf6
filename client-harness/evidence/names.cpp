#include "evidence/names.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <optional>

#include "core/ascii.hpp"
#include "evidence/text_line.hpp"

namespace misproxy::evidence {
namespace {

constexpr std::size_t kLongestName = 255;      // RFC 1035 section 2.3.4
constexpr std::size_t kMostNames = 1'000'000;  // further ones share the last number
constexpr std::size_t kLongestAddress = 45;    // INET6_ADDRSTRLEN without its zero

/// By hand: most hosts of a text are these, and inet_pton wants a copy with a zero behind it.
std::optional<HostId> v4_of(std::string_view text) {
  HostId host{HostId::Family::v4, {}};
  const char* at = text.data();
  const char* const end = at + text.size();
  for (std::size_t part = 0; part < 4; ++part) {
    if (part > 0 && (at == end || *at++ != '.')) return std::nullopt;
    const auto [behind, error] = std::from_chars(at, end, host.bytes[part]);
    if (error != std::errc{}) return std::nullopt;
    at = behind;
  }
  if (at != end) return std::nullopt;
  return host;
}

/// A zone (`fe80::1%eth0`) is left out: it says where, not who.
std::optional<HostId> v6_of(std::string_view text) {
  text = text.substr(0, text.find('%'));
  if (text.size() > kLongestAddress || text.find(':') == std::string_view::npos) return {};
  std::array<char, kLongestAddress + 1> copy{};
  std::copy(text.begin(), text.end(), copy.begin());
  HostId host{HostId::Family::v6, {}};
  if (inet_pton(AF_INET6, copy.data(), host.bytes.data()) != 1) return std::nullopt;
  return host;
}

HostId named(std::uint32_t index) {
  HostId host{HostId::Family::name, {}};
  for (std::size_t i = 0; i < 4; ++i)
    host.bytes[i] = static_cast<std::uint8_t>(index >> (24 - 8 * i));
  return host;
}

std::uint32_t index_of(const HostId& host) {
  std::uint32_t index = 0;
  for (std::size_t i = 0; i < 4; ++i)
    index = index << 8 | host.bytes[i];
  return index;
}

std::string address_text(int family, const HostId& host) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  return inet_ntop(family, host.bytes.data(), text.data(), text.size()) != nullptr ? text.data()
                                                                                   : "";
}

}  // namespace

HostId Names::id_of(std::string_view host) {
  if (host.empty()) return {};
  if (const auto v4 = v4_of(host)) return *v4;
  if (const auto v6 = v6_of(host)) return *v6;
  host = host.substr(0, kLongestName);
  std::array<char, kLongestName> folded{};
  std::transform(host.begin(), host.end(), folded.begin(), lower);
  const std::string_view key(folded.data(), host.size());
  if (const auto known = index_.find(key); known != index_.end()) return named(known->second);
  if (names_.size() >= kMostNames) return named(static_cast<std::uint32_t>(names_.size() - 1));
  const auto index = static_cast<std::uint32_t>(names_.size());
  index_.emplace(key, index);
  names_.push_back(printable(host));
  return named(index);
}

std::string Names::text(const HostId& host) const {
  switch (host.family) {
    case HostId::Family::none:
      return "";
    case HostId::Family::v4:
      return address_text(AF_INET, host);
    case HostId::Family::v6:
      return address_text(AF_INET6, host);
    case HostId::Family::name:
      break;
  }
  const auto index = index_of(host);
  return index < names_.size() ? names_[index] : "";
}

std::string Names::text(const SocketId& socket) const {
  const auto host = text(socket.host);
  const auto port = std::to_string(socket.port);
  if (socket.host.family == HostId::Family::v6) return "[" + host + "]:" + port;
  return host + ":" + port;
}

}  // namespace misproxy::evidence
