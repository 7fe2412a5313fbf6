#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace misproxy::evidence {

/// What words in a line of a client's log are a sign of.
enum class Sign : std::uint8_t {
  // how it failed
  unresolved,
  refused,
  unreachable,
  unconnected,  // for one of these reasons: it was refused, mostly
  truncated,
  redirects,  // more of them than it follows
  too_slow,
  timed_out,
  reset,
  closed,       // where an answer was due
  interrupted,  // by the client itself
  plain_proxy,  // TLS was spoken with a proxy that expects clear text
  not_tls,
  not_http,
  verify,
  alert,
  wants_credentials,  // in words, without the number
  problem,            // of which nobody knows more
  // where it was
  of_proxy,        // a number there may be the proxy's answer
  of_connect,      // the client was at its CONNECT
  connect_answer,  // a number there is the CONNECT's answer
  answer,          // a number there is an answer, of whomever
  inside,          // the same, of a client that tells a CONNECT's in other words
  connecting,      // TCP was not there yet
  // what kind of line it is
  works,
  message,  // says what happened
  head,     // of HTTP
  request,  // a URL in quotes
  exit,
  count
};

struct ClientWords {
  std::string_view words;  // in lower case
  Sign sign;
  std::string_view client;  // who says so, or where the words stand
};

/// One line for each wording: adding a client's is adding a line, and a test shows each used. Where
/// a line holds several that tell how it failed, the first of them here counts.
std::span<const ClientWords> client_words();

}  // namespace misproxy::evidence
