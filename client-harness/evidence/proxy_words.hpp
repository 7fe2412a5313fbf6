#pragma once

#include <optional>
#include <string_view>

namespace misproxy::evidence {

/// What a message of a proxy's own log is about.
enum class ProxySign : unsigned char {
  unresolved,    // the origin's name has no address
  unreached,     // the proxy gets no connection to what is behind it
  unanswered,    // it is connected, and gets no good answer
  origin_tls,    // its TLS with what is behind it fails
  client_tls,    // its client's TLS with it fails
  client_plain,  // its client speaks HTTP in the clear where TLS is due
  denied,        // it answers 403
  forged,        // it answers 409
  unauthorized,  // it answers 407 to credentials
  no_connect,    // it knows no CONNECT
  busy,          // it takes no further client
  client_left,   // before it was answered
};

/// The proxy of which a line's head is, and what it says.
struct ProxyLine {
  std::string_view program;  // `squid`, `nginx`, `apache`, `tinyproxy`
  std::string_view text;     // behind time, level and process
};

/// A line of squid's cache.log, of nginx's or Apache's error log, or of tinyproxy's log.
std::optional<ProxyLine> proxy_line(std::string_view line);

/// By one table: a line for each wording.
std::optional<ProxySign> proxy_sign(const ProxyLine& line);

}  // namespace misproxy::evidence
