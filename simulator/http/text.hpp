#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace misproxy {

/// A whole response of misproxy's own: status line, headers, Content-Length, body.
///
/// `headers`: one `Name: value` an entry. `with_body` false leaves the body out and keeps its
/// length, as a HEAD asks (RFC 9110 section 9.3.2).
std::string response_text(int status, std::string_view reason,
                          const std::vector<std::string>& headers, std::string_view body,
                          bool with_body = true);

}  // namespace misproxy
