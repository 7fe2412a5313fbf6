#include "evidence/curl_words.hpp"

#include <algorithm>
#include <array>

#include "evidence/text_line.hpp"

namespace misproxy::evidence {
namespace {

/// What such a remark begins with. Source: curl 7.29 to 8.21, lib/ and vtls/.
constexpr std::array<std::string_view, 54> kProblems{
    "Recv failure",
    "Send failure",
    "OpenSSL SSL_",
    "OpenSSL/",
    "LibreSSL",
    "BoringSSL",
    "error:",
    "SSL certificate problem",
    "SSL certificate OpenSSL verify result",
    "SSL: no alternative",
    "SSL: certificate subject name",
    "SSL: unable",
    "SSL connection timeout",
    "SSL_ERROR",
    "SSL read",
    "SSL_write",
    "SSL peer",
    "TLS connect error",
    "Unknown SSL protocol error",
    "NSS error",
    "gnutls_handshake() failed",
    "GnuTLS, handshake failed",
    "GnuTLS recv error",
    "server certificate verification failed",
    "server certificate expiration date has passed",
    "Empty reply from server",
    "transfer closed with",
    "end of response with",
    "Operation timed out",
    "Operation too slow",
    "Connection timed out",
    "Connection timeout",
    "Resolving timed out",
    "Timeout",
    "Failed to connect",
    "Failed connect",
    "connect to ",
    "Proxy CONNECT",
    "proxy CONNECT",
    "CONNECT tunnel failed",
    "CONNECT tunnel: ",
    "CONNECT response too large",
    "Received HTTP code",
    "Received HTTP/0.9",
    "Received a bad HTTP head",
    "Invalid Content-Length",
    "Invalid response header",
    "Header without colon",
    "The requested URL returned error",
    "Could not resolve",
    "Couldn't resolve",
    "Maximum (",
    "Cannot follow to ",
    "HTTP/2 stream",
};

/// What such a remark may hold anywhere.
constexpr std::array<std::string_view, 10> kProblemParts{
    "connect timeout after", "Problem (", "Chunk",       "chunk ",
    "Malformed encoding",    "SEC_E_",    "CERT_TRUST_", "wrong version number",
    "unexpected eof",        "timed out"};

bool begins(std::string_view text, std::string_view part) { return text.starts_with(part); }

/// `Certificate (11):`: the name, and the number.
std::pair<std::string_view, int> name_and_number(std::string_view text) {
  const auto open = text.rfind(" (");
  if (open == std::string_view::npos) return {text, -1};
  auto digits = text.substr(open + 2);
  const auto number = take_number(digits);
  if (!number || *number > 65'535 || !begins(digits, ")")) return {text, -1};
  return {text.substr(0, open), static_cast<int>(*number)};
}

/// Before 7.60 curl took an alert's level for a handshake type, and named it so.
LoggedTls alert(std::string_view name, int number) {
  const bool level_only = name == "Client hello" || name == "Server hello" || name == "Unknown" ||
                          name == "[no content]";
  LoggedTls message;
  message.kind = LoggedTls::Kind::alert;
  message.name = level_only ? std::string() : printable(name);
  message.code = level_only || number < 0 ? -1 : number % 256;
  message.fatal = number / 256 == 2 || name == "fatal";
  return message;
}

}  // namespace

bool is_problem(std::string_view remark) {
  const auto begun = [&](std::string_view part) { return remark.starts_with(part); };
  if (std::any_of(kProblems.begin(), kProblems.end(), begun)) return true;
  if (remark.starts_with("schannel: ") || remark.starts_with("SSL: ")) {
    return contains(remark, "fail") || contains(remark, "error") || contains(remark, "SEC_E_");
  }
  const auto front = remark.substr(0, 400);
  const auto held = [&](std::string_view part) { return contains(front, part); };
  return std::any_of(kProblemParts.begin(), kProblemParts.end(), held);
}

bool is_surely_curl(std::string_view remark) {
  constexpr std::array<std::string_view, 12> words{"Recv failure: ",
                                                   "Send failure: ",
                                                   "OpenSSL SSL_",
                                                   "Proxy CONNECT aborted",
                                                   "CONNECT tunnel failed",
                                                   "Empty reply from server",
                                                   "transfer closed with ",
                                                   "Operation timed out after ",
                                                   "Operation too slow. Less than ",
                                                   "Connection timed out after ",
                                                   "SSL certificate problem: ",
                                                   "gnutls_handshake() failed"};
  const auto begun = [&](std::string_view part) { return remark.starts_with(part); };
  return std::any_of(words.begin(), words.end(), begun);
}

std::optional<LoggedTls> read_tls_message(std::string_view remark) {
  const auto paren = remark.substr(0, 40).find(" (");
  if (paren == std::string_view::npos) return std::nullopt;
  auto rest = remark.substr(paren + 2);
  const bool out = begins(rest, "OUT), ");
  if (!take(rest, "OUT), ") && !take(rest, "IN), ")) return std::nullopt;
  const auto comma = rest.find(", ");
  if (comma == std::string_view::npos) return std::nullopt;
  const auto type = rest.substr(0, comma);
  const auto [name, number] = name_and_number(rest.substr(comma + 2));
  LoggedTls message;
  if (type.ends_with(" alert")) {
    message = alert(name, number);
  } else if (type.ends_with(" handshake")) {
    message.name = printable(name);
    message.code = number;
  } else if (type.ends_with(" change cipher")) {
    message.kind = LoggedTls::Kind::change_cipher;
    message.name = printable(name);
    message.code = number;
  } else {
    return std::nullopt;  // records, application data
  }
  message.sent = out;
  return message;
}

std::optional<std::string_view> verify_error(std::string_view remark) {
  if (take(remark, "SSL certificate problem: ")) return remark;
  if (take(remark, "SSL certificate OpenSSL verify result: ")) return remark;
  if (take(remark, "SSL certificate verification failed: ")) return remark;
  constexpr std::array<std::string_view, 10> whole{
      "Peer's Certificate ",  // NSS
      "Peer's certificate ",
      "Issuer certificate is invalid",
      "server certificate not activated",
      "SSL: no alternative certificate subject name",
      "SSL: certificate subject name",
      "subjectAltName does not match",
      "server certificate verification failed",
      "server certificate expiration date has passed",
      "SSL peer certificate or SSH remote key was not OK"};
  for (const auto prefix : whole) {
    if (remark.starts_with(prefix)) return remark;
  }
  const bool schannel = remark.starts_with("schannel: ");
  constexpr std::array<std::string_view, 5> refusals{"SEC_E_WRONG_PRINCIPAL",
                                                     "SEC_E_UNTRUSTED_ROOT", "SEC_E_CERT_EXPIRED",
                                                     "CERT_TRUST_", "certificate check failed"};
  for (const auto part : refusals) {
    if (schannel && contains(remark, part)) return remark;
  }
  return std::nullopt;
}

}  // namespace misproxy::evidence
