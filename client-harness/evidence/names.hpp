#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "packets/wire_packet.hpp"

namespace misproxy::evidence {

/// The host names of all texts of one incident, each with its number.
class Names {
 public:
  /// Equal names, whatever their case, get equal ids; an IPv4 or IPv6 address gets its own id.
  HostId id_of(std::string_view host);
  /// `10.10.10.1`, `2001:db8::1`, `proxy`; good for eyes and for JSON, whatever the name.
  std::string text(const HostId& host) const;
  /// `10.10.10.1:80`, `[2001:db8::1]:80`.
  std::string text(const SocketId& socket) const;

 private:
  std::map<std::string, std::uint32_t, std::less<>> index_;
  std::vector<std::string> names_;
};

}  // namespace misproxy::evidence
