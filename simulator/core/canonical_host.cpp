#include "core/canonical_host.hpp"

#include <arpa/inet.h>

#include <array>

#include "core/ascii.hpp"

namespace misproxy {

std::string canonical_host(std::string_view host) {
  if (host.ends_with('.')) host.remove_suffix(1);
  auto folded = in_lower_case(host);
  if (folded.find(':') == std::string::npos) return folded;  // as all of IPv6 have
  in6_addr address{};
  if (::inet_pton(AF_INET6, folded.c_str(), &address) != 1) return folded;
  std::array<char, INET6_ADDRSTRLEN> text{};
  ::inet_ntop(AF_INET6, &address, text.data(), text.size());
  return text.data();
}

}  // namespace misproxy
