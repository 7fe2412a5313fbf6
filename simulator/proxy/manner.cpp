#include "proxy/manner.hpp"

#include <fmt/format.h>

#include <array>

#include "core/ensure.hpp"
#include "http/response_text.hpp"

namespace misproxy {
namespace {

using Manner = ProxySettings::Manner;

/// `error`: of RFC 9209 section 2.3. The errno that squid tells is Linux's.
struct Words {
  std::string_view error;
  std::string_view sentence;
  int rfc_status;
  int squid_status;
  std::string_view squid_error;
  int tinyproxy_status;
  std::string_view tinyproxy_title;
  std::string_view tinyproxy_detail;
};

constexpr std::string_view kUnable = "Unable to connect";
constexpr std::string_view kNoHeaders = "Could not retrieve all the headers";

/// By UpstreamFailure::Why.
constexpr std::array kUnreachable{
    Words{"dns_error", "the origin's name cannot be resolved", 502, 503, "ERR_DNS_FAIL 0", 500,
          kUnable, "Could not resolve the host name of the server"},
    Words{"connection_refused", "the origin refuses the connection", 502, 503,
          "ERR_CONNECT_FAIL 111", 500, kUnable, "The server refused the connection"},
    Words{"connection_timeout", "the origin does not answer", 504, 503, "ERR_CONNECT_FAIL 110", 500,
          kUnable, "The server did not answer in time"},
    Words{"connection_terminated", "the origin has reset the connection", 502, 502,
          "ERR_READ_ERROR 104", 500, kUnable, "The server ended the connection"},
};

/// By OriginTrouble.
constexpr std::array kTroubles{
    Words{"connection_terminated", "the origin has closed the connection without an answer", 502,
          502, "ERR_ZERO_SIZE_OBJECT 0", 0, "", ""},
    Words{"http_protocol_error", "the origin's answer is no HTTP", 502, 502, "ERR_INVALID_RESP 0",
          503, kNoHeaders, "The server's headers could not be processed"},
    Words{"http_response_timeout", "the origin does not answer", 504, 504, "ERR_READ_TIMEOUT 0", 0,
          "", ""},
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

Answer rfc(const Words& words, std::string_view why) {
  Answer answer;
  answer.status = words.rfc_status;
  answer.headers = {proxy_status(words.error, why), "Content-Type: text/plain",
                    "Connection: close"};
  answer.body = refusal_body(why);
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
  auto answer = html(words.tinyproxy_status, "1.0", words.tinyproxy_title, words.tinyproxy_detail);
  answer.reason = words.tinyproxy_title;
  answer.headers = {"Server: tinyproxy/1.11.1", "Content-Type: text/html", "Connection: close"};
  return answer;
}

Answer in_manner(Manner manner, const Words& words, std::string_view target, std::string_view why) {
  switch (manner) {
    case Manner::rfc:
      return rfc(words, why);
    case Manner::squid:
      return squid(words, target);
    case Manner::tinyproxy:
      return tinyproxy(words);
  }
  ensure(false, "a manner that no proxy has");
  return {};
}

}  // namespace

std::string_view established(Manner manner) {
  if (manner == Manner::tinyproxy) {
    return "HTTP/1.0 200 Connection established\r\nProxy-agent: tinyproxy/1.11.1\r\n\r\n";
  }
  return "HTTP/1.1 200 Connection established\r\n\r\n";
}

std::string_view pseudonym(Manner manner) {
  switch (manner) {
    case Manner::rfc:
      return "misproxy";
    case Manner::squid:
      return "misproxy (squid/5.7)";
    case Manner::tinyproxy:
      return "misproxy (tinyproxy/1.11.1)";
  }
  ensure(false, "a manner that no proxy has");
  return {};
}

Answer unreachable_answer(Manner manner, UpstreamFailure::Why why, std::string_view target) {
  const auto& words = kUnreachable.at(static_cast<std::size_t>(why));
  return in_manner(manner, words, target, words.sentence);
}

std::optional<Answer> trouble_answer(Manner manner, OriginTrouble trouble, std::string_view target,
                                     std::string_view why) {
  const auto& words = kTroubles.at(static_cast<std::size_t>(trouble));
  if (manner == Manner::tinyproxy && words.tinyproxy_status == 0) return std::nullopt;
  return in_manner(manner, words, target, why.empty() ? words.sentence : why);
}

}  // namespace misproxy
