#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace misproxy {

/// The head of a response of misproxy's own: status line, headers, Content-Length, empty line.
///
/// `headers`: one `Name: value` an entry. `body_bytes`: of the body that follows, or that a HEAD
/// does not get (RFC 9110 section 9.3.2).
std::string response_head(int status, std::string_view reason,
                          const std::vector<std::string>& headers, std::uint64_t body_bytes);

/// A refusal that ends the connection: a head with `Connection: close`, and `why` as its text.
std::string refusal_text(int status, std::string_view reason, std::string_view why);

/// The reason phrase of a status that a request reader refuses with: 400 or 431.
std::string_view refusal_reason(int status);

}  // namespace misproxy
