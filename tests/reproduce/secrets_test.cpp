// No name, address, credential, cookie or token of the evidence is in a scenario.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "diagnose/read_evidence.hpp"
#include "reproduce/names.hpp"
#include "reproduce/reproduce.hpp"
#include "reproduce/reproduction_text.hpp"

namespace misproxy::reproduce {
namespace {

constexpr std::string_view kLog = R"(*   Trying 10.99.7.5:3128...
* Connected to proxy.corp.internal (10.99.7.5) port 3128 (#0)
* Proxy auth using Basic with user 'alice'
> CONNECT secret-host.corp.internal:443 HTTP/1.1
> Host: secret-host.corp.internal:443
> Proxy-Authorization: Basic YWxpY2U6aHVudGVyMg==
> User-Agent: curl/7.88.1
> Proxy-Connection: Keep-Alive
>
< HTTP/1.1 403 Denied for alice
< Via: 1.1 proxy.corp.internal (squid/5.7)
< Server: squid/5.7
< Set-Cookie: session=TOPSECRETCOOKIE
< X-User: alice
< Location: https://block.corp.internal/?token=TOPSECRETTOKEN
< Proxy-Authenticate: Basic realm="Corp of alice"
< Content-Length: 0
< Connection: close
<
* CONNECT tunnel failed, response 403
curl: (56) CONNECT tunnel failed, response 403
)";

Seen seen_in(std::string_view text) {
  auto read = diagnose::read_evidence({{"curl.log", text}});
  return Seen(std::get<diagnose::Observations>(std::move(read)));
}

/// All that is printed or written.
std::string all_of(const Reproductions& made) {
  std::string text;
  for (const auto& each : made.all)
    text += each.scenario;
  return text;
}

TEST(Secrets, StayOutOfTheScenario) {
  const auto made = reproduce(seen_in(kLog), {});
  ASSERT_TRUE(made.any());
  for (const auto* secret :
       {"alice", "corp", "secret-host", "10.99", "YWxp", "hunter2", "TOPSECRET"})
    EXPECT_EQ(all_of(made).find(secret), std::string::npos) << secret << all_of(made);
}

TEST(Secrets, CredentialsStayOutThoughNamesAreKept) {
  const auto made = reproduce(seen_in(kLog), {std::nullopt, true});
  ASSERT_TRUE(made.any());
  EXPECT_NE(all_of(made).find("secret-host.corp.internal"), std::string::npos);
  for (const auto* secret : {"YWxp", "hunter2", "TOPSECRET"})
    EXPECT_EQ(all_of(made).find(secret), std::string::npos) << secret << all_of(made);
}

TEST(Names, ReplaceEachHostByOneExample) {
  Names names(false);
  EXPECT_EQ(names.host("a.corp.internal"), "origin.example.com");
  EXPECT_EQ(names.host("b.corp.internal"), "origin-2.example.com");
  EXPECT_EQ(names.host("A.corp.internal"), "origin.example.com");
  EXPECT_EQ(names.host("tools.cisco.com"), "tools.cisco.com");
}

TEST(Names, KeepOfHeadersWhatClientsHeed) {
  const Names names(false);
  const std::vector<std::pair<std::string, std::string>> headers{
      {"Proxy-Authenticate",
       "Digest realm=\"Corp\", nonce=\"SECRET\", qop=\"auth\", algorithm=MD5"},
      {"Server", "squid/5.7 at proxy7.corp"},
      {"Server", "internal-box/1"},
      {"Content-Type", "text/html; charset=utf-8"},
      {"Authorization", "Bearer SECRET"},
      {"Cookie", "a=SECRET"},
      {"X-Anything", "corp"},
      {"Location", "http://corp/?u=alice"}};
  EXPECT_EQ(
      names.headers(headers),
      (std::vector<std::string>{
          "Proxy-Authenticate: Digest realm=\"proxy\", nonce=\"0123456789abcdef\", "
          "qop=\"auth\", algorithm=MD5",
          "Server: squid/5.7", "Content-Type: text/html", "Location: http://portal.example.com/"}));
}

}  // namespace
}  // namespace misproxy::reproduce
