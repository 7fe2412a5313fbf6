#include "anonymize/http_head.hpp"

#include <gmock/gmock.h>

namespace misproxy::anonymize {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string disguised_line(std::string_view line) {
  Pseudonyms pseudonyms;
  return disguised_head_line(line, pseudonyms);
}

TEST(HttpHead, WhatTellsOfFramingAndSchemesStays) {
  for (const auto* line :
       {"HTTP/1.1 403 Forbidden", "Content-Length: 1234", "Transfer-Encoding: chunked",
        "X-Squid-Error: ERR_ACCESS_DENIED 0", "Content-Type: text/html", "Retry-After: 30",
        "Date: Sat, 28 Nov 2026 10:20:58 GMT", "Connection: close", "Server: squid/5.7",
        "User-Agent: curl/7.88.1", "Proxy-Authenticate: NTLM", "Proxy-Authenticate: Negotiate",
        "GET / HTTP/1.1", ":status: 200"})
    EXPECT_EQ(disguised_line(line), line);
}

TEST(HttpHead, WhatIsSomebodysOwnGoes) {
  const std::pair<const char*, std::vector<const char*>> cases[] = {
      {"CONNECT tools.cisco.com:443 HTTP/1.1", {"tools", "cisco"}},
      {"GET http://acme.com/a/b.html?token=abc HTTP/1.1", {"acme", "abc"}},
      {"Host: zeus:8080", {"zeus"}},
      {"Location: https://login.acme.com/portal?user=bob", {"login", "acme", "portal", "bob"}},
      {"Location: /portal/bob", {"portal", "bob"}},
      {"Via: 1.1 proxy17.acme.com (squid/5.7)", {"proxy17", "acme"}},
      {"Proxy-Authorization: Basic YWxpY2U6c2VjcmV0", {"YWxpY2U6"}},
      {"Authorization: Bearer eyJhbGciOiJIUzI1NiJ9.e30.abc", {"eyJ"}},
      {R"(Proxy-Authenticate: Basic realm="Acme Corp")", {"Acme"}},
      {R"(Proxy-Authenticate: Digest realm="acme", nonce="abc123", stale=true)",
       {"acme", "abc123"}},
      {"Proxy-Authenticate: NTLM TlRMTVNTUAACAAAA==", {"TlRM"}},
      {"Set-Cookie: sid=31d4d96e407aad42; Path=/", {"31d4"}},
      {"Cookie: a=b; session=secret", {"secret"}},
      {"X-Acme-Trace: customer 4711", {"customer", "4711"}},
      {"X-Forwarded-For: 192.0.2.7", {"192.0.2.7"}},
      {"some words without a colon", {"words"}},
  };
  for (const auto& [line, gone] : cases) {
    const auto out = disguised_line(line);
    for (const auto* word : gone)
      EXPECT_THAT(out, Not(HasSubstr(word))) << line;
    EXPECT_EQ(out.size(), std::string_view(line).size()) << line << "\n" << out;
  }
}

TEST(HttpHead, AChallengeKeepsItsSchemeAndWhetherItIsStale) {
  const auto out =
      disguised_line(R"(Proxy-Authenticate: Digest realm="acme", nonce="a", stale=true)");
  EXPECT_THAT(out, HasSubstr("Digest realm="));
  EXPECT_THAT(out, HasSubstr("stale=true"));
}

}  // namespace
}  // namespace misproxy::anonymize
