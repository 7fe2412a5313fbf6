#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/fields.hpp"
#include "core/life.hpp"
#include "core/time.hpp"

namespace misproxy {

/// Answers in the place of what would have been answered.
///
/// At `request-head`, `upstream-connect` and `reply` the proxy answers the CONNECT; at
/// `inner-request` the origin answers the request inside the tunnel. A 2xx to a CONNECT starts the
/// tunnel and a 1xx comes before the real answer (RFC 9110 sections 9.3.6 and 15.2).
///
/// Units:  `status` 100 to 999; `headers` one `Name: value` an entry, in order; `body` and `raw`
/// are
///         sent as they stand. Content-Length is added where there is a body and neither it nor
///         Transfer-Encoding is among the headers, and for any final answer but a 2xx to a CONNECT.
///         `reason` is the registry's where it is absent; an empty one is sent empty.
///         `raw` replaces all the rest, and FIN follows, unless it is a 2xx to a CONNECT.
///         `linger_ms`: how long a proxy that ends the connection waits for the client to close
///         first; FIN follows the body at once where it is absent.
/// Errors: none; a connection whose headers say `close` ends with FIN after the body.
/// Source: RFC 9112 sections 4 and 6.3.
struct Respond {
  std::int64_t status = 0;
  std::optional<std::string> reason;
  std::string version = "1.1";
  std::vector<std::string> headers;
  std::string body;
  std::optional<std::string> raw;
  std::optional<Milliseconds> linger_ms;

  static constexpr std::array kPoints{Point::request_head, Point::upstream_connect, Point::reply,
                                      Point::inner_request};

  template <class Visitor>
  void visit(Visitor& v) {
    v.optional("raw", raw);
    v.required_unless("raw", "status", status, Range{100, 999});
    v.optional("reason", reason);
    v.optional("version", version);
    v.optional("headers", headers);
    v.optional("body", body);
    v.optional("linger_ms", linger_ms, Range{1, 60'000});
    v.check("version", version == "1.0" || version == "1.1", "`version` is \"1.0\" or \"1.1\"");
    v.check("headers", all_are_fields(headers), "each header is one line, `Name: value`");
    const auto lacking = lacks();
    v.warn(raw ? "raw" : "status", !lacking, lacking.value_or(""));
    v.check("reason", !reason || is_one_line(*reason), "a reason phrase is one line");
  }

  /// The bytes on the wire. `to_connect`: the request was a CONNECT, whose 2xx has no body.
  /// `with_body`: false where the request was a HEAD, which is answered with the length alone.
  std::string wire(bool to_connect, bool with_body) const;
  /// True where the connection ends after this answer.
  bool ends_connection() const;
  bool is_interim() const { return !raw && status < 200; }
  /// A 2xx, in `raw` too: to a CONNECT, the tunnel's beginning.
  bool is_success() const;
  /// Which header its status demands that it does not have, with the demand's source; nothing where
  /// all is there.
  std::optional<std::string> lacks() const;
  /// Of the body, or all of `raw`.
  std::int64_t body_bytes() const { return static_cast<std::int64_t>(raw.value_or(body).size()); }

 private:
  static bool all_are_fields(const std::vector<std::string>& headers);
  static bool is_one_line(const std::string& text);
  bool has_header(std::string_view name) const;
  /// Of the status line and the headers that are sent, `raw` or not.
  std::int64_t sent_status() const;
  std::vector<std::string> sent_headers() const;
};

}  // namespace misproxy
