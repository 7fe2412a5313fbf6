#pragma once

#include "core/words.hpp"

namespace misproxy {

/// How far the built-in client came: the phase in which it ended, `done` where nothing failed.
enum class ClientPhase { resolve, connect, reply, tls, request, response, body, done };

template <>
struct WordsOf<ClientPhase> {
  static constexpr std::array<std::string_view, 8> words{
      "resolve", "connect", "reply", "tls", "request", "response", "body", "done"};
};

/// What ended the built-in client's work.
///
/// `unreachable`: ICMP said so. `denied`: the CONNECT's answer was no 2xx. `rejected`: the proxy did
/// not take the credentials, or wants some that the client has not. `closed`: the peer ended the
/// connection where an answer was due. `truncated`: in the middle of a body. `not-http`: the answer
/// cannot be read. `untrusted`: the certificate. `redirects`: more than it follows.
enum class ClientError {
  none,
  unresolved,
  refused,
  unreachable,
  timeout,
  reset,
  closed,
  denied,
  rejected,
  not_http,
  tls,
  untrusted,
  truncated,
  redirects,
};

template <>
struct WordsOf<ClientError> {
  static constexpr std::array<std::string_view, 14> words{
      "none",   "unresolved", "refused",  "unreachable", "timeout",   "reset",     "closed",
      "denied", "rejected",   "not-http", "tls",         "untrusted", "truncated", "redirects"};
};

}  // namespace misproxy
