#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace misproxy::evidence {

/// What words in a line of a client's log are a sign of.
enum class Sign : std::uint8_t {
  unresolved,
  refused,
  unreachable,
  of_proxy,           // a number there may be the proxy's answer
  of_connect,         // the client was at its CONNECT
  plain_proxy,        // TLS was spoken with a proxy that expects clear text
  wants_credentials,  // in words, without the number
  verify,
  problem,
  message,  // the line says what happened
  head,     // of HTTP
  request,  // a URL in quotes
  answer,   // of a request without a tunnel
  exit,
  count
};

struct ClientWords {
  std::string_view words;  // in lower case
  Sign sign;
  std::string_view client;  // who says so
};

/// One line for each wording: adding a client's is adding a line, and a test shows each used.
inline constexpr std::array kClientWords = std::to_array<ClientWords>({
    {"name or service not known", Sign::unresolved, "glibc"},
    {"temporary failure in name resolution", Sign::unresolved, "glibc"},
    {"no address associated", Sign::unresolved, "glibc"},
    {"could not resolve", Sign::unresolved, "curl, apt"},
    {"couldn't resolve", Sign::unresolved, "curl"},
    {"unable to resolve", Sign::unresolved, "wget, Docker"},
    {"getaddrinfo", Sign::unresolved, "Python, Node, .NET"},
    {"11001", Sign::unresolved, "Windows, WSAHOST_NOT_FOUND"},
    {"unknownhost", Sign::unresolved, "Java"},
    {"enotfound", Sign::unresolved, "Node"},
    {"no such host", Sign::unresolved, "Go, .NET"},
    {"server misbehaving", Sign::unresolved, "Go"},
    {"nodename nor servname provided", Sign::unresolved, "macOS"},
    {"connection refused", Sign::refused, "strerror"},
    {"econnrefused", Sign::refused, "Node"},
    {"couldn't connect to server", Sign::refused, "curl"},
    {"actively refused", Sign::refused, "Windows, .NET"},
    {"10061", Sign::refused, "Windows, WSAECONNREFUSED"},
    {"no route to host", Sign::unreachable, "strerror"},
    {"network is unreachable", Sign::unreachable, "strerror"},
    {"host is unreachable", Sign::unreachable, "strerror"},
    {"unreachable host", Sign::unreachable, "Windows"},
    {"ehostunreach", Sign::unreachable, "Node"},
    {"enetunreach", Sign::unreachable, "Node"},
    {"proxy", Sign::of_proxy, "all"},
    {"tunnel", Sign::of_proxy, "all"},
    {"connect", Sign::of_proxy, "all"},
    {"connect to proxy", Sign::of_connect, "urllib3"},
    {"tunneling socket", Sign::of_connect, "Node, tunnel-agent"},
    {"proxyconnect tcp", Sign::of_connect, "Go"},
    {"tunnel through proxy", Sign::of_connect, "Java"},
    {"connect aborted", Sign::of_connect, "curl, git"},
    {"first record does not look like a tls handshake", Sign::plain_proxy, "Go"},
    {"proxy authentication required", Sign::wants_credentials, "RFC 9110"},
    {"certificate verify failed", Sign::verify, "OpenSSL"},
    {"certificate has expired", Sign::verify, "OpenSSL"},
    {"self-signed certificate", Sign::verify, "OpenSSL"},
    {"self signed certificate", Sign::verify, "OpenSSL"},
    {"unable to get local issuer", Sign::verify, "OpenSSL"},
    {"unable to verify the first certificate", Sign::verify, "OpenSSL"},
    {"hostname mismatch", Sign::verify, "OpenSSL"},
    {"certificate is not trusted", Sign::verify, "GnuTLS"},
    {"doesn't match", Sign::verify, "Python, curl"},
    {"unable to find valid certification path", Sign::verify, "Java"},
    {"signed by unknown authority", Sign::verify, "Go"},
    {"certificate is valid for", Sign::verify, "Go"},
    {"does not trust the proxy's certificate", Sign::verify, "mitmproxy"},
    {"remote certificate is invalid", Sign::verify, ".NET"},
    {"issuer is not recognized", Sign::verify, "NSS"},
    {"connection reset", Sign::problem, "strerror"},
    {"econnreset", Sign::problem, "Node"},
    {"forcibly closed", Sign::problem, "Windows"},
    {"10054", Sign::problem, "Windows, WSAECONNRESET"},
    {"timed out", Sign::problem, "strerror"},
    {"timeout", Sign::problem, "all"},
    {"did not properly respond", Sign::problem, "Windows"},
    {"10060", Sign::problem, "Windows, WSAETIMEDOUT"},
    {"wrong version number", Sign::problem, "OpenSSL"},
    {"unexpected eof", Sign::problem, "OpenSSL"},
    {"incompleteread", Sign::problem, "Python"},
    {"broken pipe", Sign::problem, "strerror"},
    {"handshake failure", Sign::problem, "OpenSSL"},
    {"alert", Sign::problem, "TLS"},
    {"connection closed", Sign::problem, "all"},
    {"closed connection", Sign::problem, "Python"},
    {"badstatusline", Sign::problem, "Python"},
    {"socket hang up", Sign::problem, "Node"},
    {"empty reply from server", Sign::problem, "git, with curl"},
    {"ssl_error_syscall", Sign::problem, "git, with OpenSSL"},
    {"ssl_error_zero_return", Sign::problem, "git, with OpenSSL"},
    {"aborted", Sign::problem, "all"},
    {"error", Sign::message, "all"},
    {"err:", Sign::message, "apt"},
    {"err!", Sign::message, "npm"},
    {"invalid", Sign::message, "all"},
    {"cannot ", Sign::message, "all"},
    {"can't ", Sign::message, "all"},
    {"exception", Sign::message, "all"},
    {"fail", Sign::message, "all"},
    {"fatal", Sign::message, "git"},
    {"warn", Sign::message, "all"},
    {"could not", Sign::message, "all"},
    {"couldn't", Sign::message, "all"},
    {"unable to", Sign::message, "all"},
    {"connection broken by", Sign::message, "pip"},
    {"http/1.", Sign::head, "RFC 9112"},
    {"\"https://", Sign::request, "Go"},
    {" [ip: ", Sign::answer, "apt"},
    {"exit=", Sign::exit, "a person"},
});

}  // namespace misproxy::evidence
