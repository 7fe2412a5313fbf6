#pragma once

#include <string>
#include <string_view>

namespace misproxy {

/// A host as two that are the same are spelt alike: letters in lower case, no root's dot at the
/// end, an IPv6 address (without brackets) as RFC 5952 writes it.
std::string canonical_host(std::string_view host);

}  // namespace misproxy
