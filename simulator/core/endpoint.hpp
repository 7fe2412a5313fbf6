#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace misproxy {

/// A host name or address and a port. An IPv6 address stands without its brackets.
struct Endpoint {
  std::string host;
  std::uint16_t port = 0;

  /// `host:port`, with brackets around an IPv6 address.
  std::string text() const;
  bool operator==(const Endpoint&) const = default;
};

/// Reads `host:port`, the authority-form of a CONNECT (RFC 9112 section 3.2.3, RFC 3986
/// section 3.2). Nothing where the port is absent, empty, over `65535`, or where a character cannot
/// stand in a host. Port 0 passes: a listener may ask for any free port; a CONNECT may not, and its
/// reader checks.
std::optional<Endpoint> parse_endpoint(std::string_view text);

/// True for text that can be a host name, an IPv4 address or an IPv6 address without brackets;
/// at most 253 characters, labels of at most 63 (RFC 1035 section 2.3.4).
bool is_host(std::string_view text);

/// True for an IPv4 or IPv6 address in text form.
bool is_address(std::string_view text);

/// True for `localhost`, 127.0.0.0/8 and ::1.
bool is_loopback(std::string_view host);

}  // namespace misproxy
