#pragma once

#include <cstdint>
#include <string>

#include "core/time.hpp"
#include "core/words.hpp"

namespace misproxy {

/// How far the built-in client came: the phase in which it ended, `done` where nothing failed.
enum class ClientPhase { resolve, connect, reply, tls, request, response, body, done };

template <>
struct WordsOf<ClientPhase> {
  static constexpr std::array<std::string_view, 8> words{"resolve", "connect",  "reply", "tls",
                                                         "request", "response", "body",  "done"};
};

/// What ended the built-in client's work.
///
/// `unreachable`: ICMP said so. `denied`: the CONNECT's answer was no 2xx. `rejected`: the proxy
/// did not take the credentials, or wants some that the client has not. `closed`: the peer ended
/// the connection where an answer was due. `truncated`: in the middle of a body. `not-http`: the
/// answer cannot be read. `untrusted`: the certificate. `redirects`: more than it follows.
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

/// What became of the client's work: of its last attempt, but for `attempts` and `time`.
///
/// `http_connect` and `http_code` are the statuses of the last answers to a CONNECT and to a
/// request inside the tunnel, 0 where none came. `bytes` of the last response's body, `sent_bytes`
/// of the request's. `curl_exit` is what curl 7.88 would end with.
struct Outcome {
  ClientPhase phase = ClientPhase::resolve;
  ClientError error = ClientError::none;
  std::string message;
  int http_connect = 0;
  int http_code = 0;
  std::uint64_t bytes = 0;
  std::uint64_t sent_bytes = 0;
  std::int64_t redirects = 0;
  std::int64_t attempts = 0;
  Duration time{0};
  int curl_exit = 0;
};

/// The exit code of curl 7.88 for this failure, in the phase in which it came.
int curl_exit_code(ClientPhase phase, ClientError error);

}  // namespace misproxy
