#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace misproxy {

/// What was asked, as far as it decides whether the answer has a body (RFC 9112 section 6.3): a
/// 2xx to CONNECT has none, whatever its headers say, and no answer to HEAD has one.
enum class RequestKind { connect, head, other };

/// A response's status line and headers, and what they mean to misproxy.
///
/// The body, if `has_body`, ends after its last chunk if `chunked`, or after `content_length`
/// bytes, or else with the connection.
struct ResponseHead {
  int status = 0;
  std::string reason;
  int version = 11;         // 10 or 11
  bool keep_alive = false;  // the connection is good for another request after the body
  bool has_body = false;
  bool chunked = false;
  std::optional<std::uint64_t> content_length;
  std::optional<std::string> location;
  std::vector<std::string> proxy_authenticate;  // one entry a header, in order
  std::vector<std::pair<std::string, std::string>> headers;
  std::string text;  // the head as it came, with its line ends and the empty line

  bool ends_with_connection() const { return has_body && !chunked && !content_length; }
};

/// Why no HTTP/1.x status line begins like this, or nothing as long as one may. Depends on the
/// first wrong byte alone, so the same whatever follows it.
std::optional<std::string> status_line_error(std::string_view begun);

/// A whole head, from its status line to its empty line, or a short sentence on what is wrong.
///
/// Lines may end in a bare LF (RFC 9112 section 2.2), the space in front of an absent reason may
/// be missing too, and continued lines are joined (section 5.2): curl takes all of these.
std::variant<ResponseHead, std::string> parse_response_head(std::string text, RequestKind kind);

}  // namespace misproxy
