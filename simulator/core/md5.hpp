#pragma once

#include <string>
#include <string_view>

namespace misproxy {

/// MD5 (RFC 1321), as 32 lower-case hexadecimal digits: for HTTP Digest, which still speaks it.
std::string md5_hex(std::string_view bytes);

}  // namespace misproxy
