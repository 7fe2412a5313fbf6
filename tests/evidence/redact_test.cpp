#include "evidence/redact.hpp"

#include <gtest/gtest.h>

namespace misproxy::evidence {
namespace {

/// In each, `S3CRET` (or what base64 makes of it) is secret, and `alice` is whose.
constexpr std::string_view kLines[] = {
    "* Uses proxy env variable https_proxy == 'http://alice:S3CRET@10.10.10.1:80'",
    "$ curl -x alice:S3CRET@10.10.10.1:80 https://tools.cisco.com/",
    "$ curl -x http://10.10.10.1:80 -U alice:S3CRET https://tools.cisco.com/",
    "Resolving alice:S3CRET@proxy (alice:S3CRET@proxy)... failed: Name or service not known.",
    "lookup [alice:S3CRET@proxy], {alice:S3CRET@proxy}",
    "$ curl -Ualice:S3CRET https://tools.cisco.com/",
    "$ curl --proxy-user 'alice:S3CRET and S3CRET' https://tools.cisco.com/",
    "$ curl --proxy-user=alice:S3CRET https://tools.cisco.com/",
    "$ curl -u alice:S3CRET https://tools.cisco.com/",
    R"(["curl", "-u", "alice:S3CRET", "https://tools.cisco.com/"])",
    "$ wget --proxy-user=alice --proxy-password=S3CRET https://tools.cisco.com/",
    "$ wget --user alice --password S3CRET https://tools.cisco.com/",
    "$ docker login -u alice -p S3CRET registry.example",
    "fatal: unable to access 'https://alice:S3CRET@git.example/a.git/': Proxy CONNECT aborted",
    "WARNING: Retrying after connection broken by ProxyError: "
    "http://alice:S3CRET@proxy:3128/simple",
    "Curl error (56): for https://alice:S3/CRET-S3CRET@mirror.example/repodata/repomd.xml",
    "--2026-01-01 10:00:00--  https://alice:S3CRET@a.example/x",
    "Location: https://alice:S3CRET@a.example/?next=1",
    "< location: /login?access_token=S3CRET&user=alice",
    "GET /x?user=alice&X-Amz-Signature=S3CRET&X-Amz-Date=1 HTTP/1.1",
    "GET /x?user=alice&sig=S3CRET#S HTTP/1.1",
    "GET /x?user=alice&key=S3CRET HTTP/1.1",
    "GET /x?user=alice&api_key=S3CRET&password=S3CRET&token=S3CRET HTTP/1.1",
    "> Proxy-Authorization: Basic YWxpY2U6UzNDUkVU",
    "> authorization: basic YWxpY2U6UzNDUkVU",
    "* [HTTP/2] [1] [authorization: Basic YWxpY2U6UzNDUkVU]",
    R"(send: b'CONNECT a:443 HTTP/1.0\r\nProxy-Authorization: Basic YWxpY2U6UzNDUkVU\r\nHost: a')",
    R"({"user":"alice","headers":{"Authorization":"Bearer S3CRET"}})",
    "> Proxy-Authorization: Digest username=\"alice\", realm=\"r\", response=\"S3CRET\", nc=1",
    "> Proxy-Authorization: NTLM TlRMTVNTUAADS3CRET==\n> X-User: alice",
    "> Proxy-Authorization: Negotiate YIIS3CRET==\n> X-User: alice",
    "> Authorization: Bearer S3CRET\n> X-User: alice",
    "> Authorization: S3CRETS3CRETS3CRET\n> X-User: alice",
    "curl -H 'Authorization: Token S3CRET' -H 'X-User: alice'",
    "> Cookie: user=S3CRET; sid=S3CRET\n> X-User: alice",
    "< Set-Cookie: sid=S3CRET; Path=/alice; HttpOnly",
    "* Added cookie sid=\"S3CRET\" for domain alice.example",
    "X-Api-Key: S3CRET for alice",
    "X-Auth-Token: S3CRET for alice",
    "PROXY_USER alice; PROXY_HOST a;\nPROXY_PASSWORD S3CRET;",
    "machine proxy login alice password S3CRET",
    "proxy_username=alice\nproxy_password=S3CRET",
    "-Dhttp.proxyUser=alice -Dhttp.proxyPassword=S3CRET",
    R"({"user":"alice","client_secret" : "S3CRET"})",
    "> USER alice\n> PASS S3CRET",
    "remote: alice used ghp_S3CRETS3CRETS3CRETS3CRET here",
    "http://alice:S3CRET",  // cut
};

TEST(Redacted, HidesWhatIsSecretAndSaysWhoseItIs) {
  for (const auto line : kLines) {
    const auto shown = redacted(line);
    for (const std::string_view secret : {"S3CRET", "UzNDUkVU", "CRET-"})
      EXPECT_EQ(shown.find(secret), std::string::npos) << line << "\n" << shown;
    EXPECT_NE(shown.find("alice"), std::string::npos) << line << "\n" << shown;
    EXPECT_NE(shown.find("***"), std::string::npos) << line << "\n" << shown;
    EXPECT_EQ(redacted(shown), shown) << "twice is as once";
  }
}

TEST(Redacted, LeavesWhatIsNone) {
  for (const std::string_view line :
       {"* Connected to proxy (10.10.10.1) port 80 (#0)", "> CONNECT tools.cisco.com:443 HTTP/1.1",
        "* Proxy auth using Basic with user 'alice'", "< Proxy-Authenticate: Basic realm=\"a b\"",
        "< Proxy-Authenticate: Negotiate", "https://registry.example:4873/@scope/package",
        "git@github.com:owner/repo.git", "docker pull registry.example/a:1@sha256:0123",
        "*   Public key type RSA (2048/112 Bits/secBits)", "http://10.10.10.1:3128/ refused",
        "http://[2001:db8::1]:80", "*  subject: CN=tools.cisco.com; emailAddress=a@b.example",
        "10:20:58.1 IP 10.40.40.1.1 > 10.10.10.1.80: Flags [S], seq 0, win 64240, length 0",
        "curl: (56) CONNECT tunnel failed, response 407", "http://HOST:PORT would be right",
        "< Location: http://a.example/b?c=d&monkey=1", "Basic authentication is not enough",
        "wget -U 'Mozilla/5.0 (X11; rv:109.0)' http://a.example/"})
    EXPECT_EQ(redacted(line), line);
}

/// A quote that one line opens hides nothing of the next, and a line of any length is looked over.
TEST(RedactedLog, HidesLineByLine) {
  EXPECT_EQ(
      redacted_log("> Authorization: Basic YWxpY2U6UzNDUkVU\r\n\n* password=\"S3CRET\n* next\n"),
      "> Authorization: Basic *** (user alice)\r\n\n* password=\"***\n* next\n");
  EXPECT_EQ(redacted_log(""), "");
  EXPECT_EQ(redacted_log("\n\nend"), "\n\nend");
  std::string most;
  for (int i = 0; i < 20'000; ++i)
    most += "word ";
  EXPECT_EQ(redacted_log(most + "Proxy-Authorization: Basic YWxpY2U6UzNDUkVU\n"),
            most + "Proxy-Authorization: Basic *** (user alice)\n");
  const std::string whole(100'000, '@');
  EXPECT_EQ(redacted_log(whole), whole);
}

TEST(Redacted, OutlivesAnyBytes) {
  for (const auto line : kLines) {
    for (std::size_t i = 0; i <= line.size(); ++i) {
      redacted(line.substr(0, i));
      redacted(line.substr(i));
    }
  }
}

}  // namespace
}  // namespace misproxy::evidence
