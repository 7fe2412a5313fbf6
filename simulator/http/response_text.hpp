#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace misproxy {

/// The head of a response of misproxy's own: status line, headers, Content-Length, empty line.
///
/// `headers`: one `Name: value` an entry. `body_bytes`: of the body that follows, or that a HEAD
/// does not get (RFC 9110 section 9.3.2); absent for an answer that can have none.
std::string response_head(int status, std::string_view reason,
                          const std::vector<std::string>& headers,
                          std::optional<std::uint64_t> body_bytes);

/// A refusal of misproxy's own that ends the connection: a head with `Connection: close`, and a
/// text that says who speaks, and `why`. No answer of a scenario's looks like it. `headers`:
/// further ones. `with_body`: false where the request was a HEAD.
std::string refusal_text(int status, std::string_view why, std::vector<std::string> headers,
                         bool with_body = true);

/// The text of one, for an answer that ends otherwise.
std::string refusal_body(std::string_view why);

/// The header in which the proxy says that it is the one that refuses: `Proxy-Status: misproxy;
/// error=http_request_denied; details="..."`. `error` is one of RFC 9209 section 2.3.
std::string proxy_status(std::string_view error, std::string_view details);

}  // namespace misproxy
