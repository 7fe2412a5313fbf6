#pragma once

#include <string>
#include <string_view>

namespace misproxy {

/// What OpenSSL's message callback tells, in the words of `curl -v`; empty for what curl leaves out
/// (record headers, inner content types). `version` and `content_type` are the wire's numbers.
/// Source: RFC 8446 sections 4, 5.1 and 6; SSL_CTX_set_msg_callback(3).
std::string message_text(bool sent, int version, int content_type, std::string_view message);

}  // namespace misproxy
