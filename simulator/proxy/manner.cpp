#include "proxy/manner.hpp"

#include <fmt/format.h>

#include <array>

#include "core/ensure.hpp"
#include "http/response_text.hpp"

namespace misproxy {
namespace {

using Manner = ProxySettings::Manner;

/// By Failed::Why. `error`: of RFC 9209 section 2.3. The errno that squid tells is
/// Linux's.
struct Words {
  std::string_view error;
  std::string_view sentence;
  int rfc_status;
  int squid_status;
  std::string_view squid_error;
  std::string_view tinyproxy_detail;
};

constexpr std::array kWords{
    Words{"dns_error", "the origin's name cannot be resolved", 502, 503, "ERR_DNS_FAIL 0",
          "Could not resolve the host name of the server"},
    Words{"connection_refused", "the origin refuses the connection", 502, 503,
          "ERR_CONNECT_FAIL 111", "The server refused the connection"},
    Words{"destination_ip_unroutable", "the origin's address cannot be reached", 502, 503,
          "ERR_CONNECT_FAIL 113", "There is no way to the server"},
    Words{"connection_timeout", "the origin does not answer", 504, 503, "ERR_CONNECT_FAIL 110",
          "The server did not answer in time"},
    Words{"connection_terminated", "the origin has reset the connection", 502, 502,
          "ERR_READ_ERROR 104", "The server ended the connection"},
    Words{"http_protocol_error", "what the parent proxy answers is no HTTP", 502, 502,
          "ERR_INVALID_RESP 0", "The upstream proxy answered with no HTTP"},
    Words{"destination_ip_prohibited", "the origin's address is not one to connect to", 502, 403,
          "ERR_ACCESS_DENIED 0", "Access to this address is not allowed"},
    Words{"connection_limit_reached", "there is no room for one more connection", 503, 503,
          "ERR_SOCKET_FAILURE 24", "Could not make a socket"},
};

Answer html(int status, std::string version, std::string_view title, std::string_view detail) {
  Answer answer;
  answer.status = status;
  answer.version = std::move(version);
  answer.body = fmt::format(
      "<!DOCTYPE html>\n<html><head><title>{0} {1}</title></head>\n<body><h1>{1}</h1>\n<p>{2}</p>\n"
      "</body></html>\n",
      status, title, detail);
  return answer;
}

Answer rfc(const Words& words, std::string_view detail) {
  Answer answer;
  answer.status = words.rfc_status;
  const auto why =
      detail.empty() ? std::string(words.sentence) : fmt::format("{}: {}", words.sentence, detail);
  answer.raw = refusal_text(words.rfc_status, why, {proxy_status(words.error, why)});
  return answer;
}

Answer squid(const Words& words, std::string_view target) {
  auto answer = html(words.squid_status, "1.1", "The requested URL could not be retrieved",
                     fmt::format("{}: {}", target, words.sentence));
  answer.headers = {"Server: squid/5.7",
                    "Mime-Version: 1.0",
                    "Content-Type: text/html;charset=utf-8",
                    fmt::format("X-Squid-Error: {}", words.squid_error),
                    "Via: 1.1 misproxy (squid/5.7)",
                    "Connection: keep-alive"};
  return answer;
}

Answer tinyproxy(const Words& words) {
  const bool denied = words.squid_status == 403;
  const auto* title = denied ? "Access denied" : "Unable to connect";
  auto answer = html(denied ? 403 : 500, "1.0", title, words.tinyproxy_detail);
  answer.reason = title;
  answer.headers = {"Server: tinyproxy/1.11.1", "Content-Type: text/html", "Connection: close"};
  return answer;
}

/// What a parent proxy said, which is no 2xx.
Answer passed_on(const Failed& declined) {
  Answer answer;
  answer.raw = declined.reply;
  answer.status = declined.status;
  return answer;
}

}  // namespace

std::string_view established(Manner manner) {
  if (manner == Manner::tinyproxy) {
    return "HTTP/1.0 200 Connection established\r\nProxy-agent: tinyproxy/1.11.1\r\n\r\n";
  }
  return "HTTP/1.1 200 Connection established\r\n\r\n";
}

Answer unreachable_answer(Manner manner, const Failed& failed, std::string_view target) {
  if (failed.why == Failed::Why::declined) return passed_on(failed);
  const auto& words = kWords.at(static_cast<std::size_t>(failed.why));
  switch (manner) {
    case Manner::rfc:
      return rfc(words, failed.detail);
    case Manner::squid:
      return squid(words, target);
    case Manner::tinyproxy:
      return tinyproxy(words);
  }
  ensure(false, "a manner that no proxy has");
  return {};
}

}  // namespace misproxy
