#include "anonymize/plain_text.hpp"

#include <gmock/gmock.h>

#include "core/ascii.hpp"

namespace misproxy::anonymize {
namespace {

using testing::HasSubstr;
using testing::Not;

/// A line as it is written once all that has to go of it is known.
std::string disguised(std::string_view line, Pseudonyms& pseudonyms) {
  disguised_line(line, pseudonyms);
  pseudonyms.settle();
  return disguised_line(line, pseudonyms);
}
std::string disguised(std::string_view line) {
  Pseudonyms pseudonyms;
  return disguised(line, pseudonyms);
}

/// A line that is harmless stays as it is: the diagnosis lives on its words.
TEST(PlainText, ProgramsOwnWordsStay) {
  for (const auto* line :
       {"* Failed to connect to proxy port 80: Connection refused", "* allocate connect buffer",
        "* CONNECT phase completed", "* CONNECT tunnel failed, response 403",
        "* Proxy CONNECT aborted",
        "curl: (35) OpenSSL/3.0.19: error:0A000410:SSL routines::sslv3 alert handshake failure",
        "* SSL connection using TLSv1.3 / TLS_AES_256_GCM_SHA384",
        "java.net.http.HttpConnectTimeoutException: HTTP connect timed out",
        "System.Net.Http.HttpRequestException: The SSL connection could not be established",
        "requests.exceptions.ProxyError: Cannot connect to proxy.",
        "*  CAfile: /etc/ssl/certs/ca-certificates.crt",
        "10:20:58.987654 IP 127.0.0.1.54321 > 127.0.0.1.80: Flags [S], seq 1, length 0",
        "Certificate expires at 2026-11-28 10:20:58", "TCP_DENIED/403 3902 CONNECT",
        "Resolving timed out after 2001 milliseconds", "PING: 56(84) bytes of data."})
    EXPECT_EQ(disguised(line), line);
}

struct Hidden {
  const char* line;
  std::vector<const char*> gone;
};

TEST(PlainText, AddressesAndNamesGoAndTheLengthStays) {
  const Hidden cases[] = {
      {"*   Trying 192.0.2.7:8080...", {"192.0.2.7"}},
      {"* Connected to proxy.acme-corp.com (192.0.2.7) port 8080 (#0)", {"acme-corp", "192.0.2.7"}},
      {"> CONNECT updates.acme.example:443 HTTP/1.1", {"updates", "acme"}},
      {"CONNECT intranet01:443 HTTP/1.1", {"intranet01"}},
      {"curl: (6) Could not resolve host: nosuchbox", {"nosuchbox"}},
      {"curl -v -x http://alice:***@squid7:3128 https://tools.cisco.com/a/secretfile.bin",
       {"alice", "squid7", "tools", "cisco", "secretfile"}},
      {"admin@fmc-berlin:~$ ls", {"fmc-berlin"}},
      {"10:20:58.9 IP 192.0.2.7.54321 > 198.51.100.9.80: Flags [S], seq 1, length 0",
       {"192.0.2.7", "198.51.100.9"}},
      {"10:20:58.9 IP box17.http > fmc.60706: Flags [S], seq 1, length 0", {"box17"}},
      {"tcp 0 0 10.40.40.1:48584 10.10.10.1:80 ESTABLISHED", {"10.40.40.1", "10.10.10.1"}},
      {"*   Trying [2001:db8:17::25]:443...", {"2001:db8:17::25", "db8"}},
      {"Request who-has 10.1.1.1 tell 10.1.1.2, is-at 00:50:56:ab:cd:ef", {"50:56", "10.1.1.1 "}},
      {"* Proxy auth using Basic with user 'maria'", {"maria"}},
      {"open /home/maria/.curlrc", {"maria"}},
      {"mail from bob@acme.com", {"bob", "acme"}},
      {"*  subject: C=US; ST=Texas; L=Austin; O=Acme Widgets Inc.; CN=www.acme.com",
       {"Texas", "Austin", "Acme", "acme"}},
      {"session 0f8fad5b-d9cb-469f-a165-70867728950e", {"0f8fad5b"}},
      {"key AKIAIOSFODNN7EXAMPLEabcd99", {"AKIA"}},
      {"GET /customers/acme?id=17&name=bob HTTP/1.1", {"customers", "acme", "17", "bob"}},
      {"getaddrinfo ENOTFOUND update.acme.io", {"update.acme"}},
      {"dial tcp: lookup update.acme.io on 10.0.0.53:53: no such host", {"update", "10.0.0.53"}},
      {R"(write(3, "CONNECT srv9.acme.de:443 HTTP/1.1\r\nHost: srv9.acme.de:443\r\n", 80) = 80)",
       {"srv9", "acme"}},
  };
  for (const auto& [line, gone] : cases) {
    const auto out = disguised(line);
    for (const auto* word : gone)
      EXPECT_THAT(out, Not(HasSubstr(word))) << line;
    EXPECT_EQ(out.size(), std::string_view(line).size()) << line << "\n" << out;
  }
}

TEST(PlainText, OneStandsForOneInAllLines) {
  Pseudonyms pseudonyms;
  const auto url = disguised("https://tools.cisco.com/x", pseudonyms);
  const auto host = url.substr(8, 15);
  EXPECT_EQ(disguised("Host: tools.cisco.com", pseudonyms), "Host: " + host);
  EXPECT_TRUE(same_but_for_case(disguised("TOOLS.CISCO.COM", pseudonyms), host));
  const auto star = disguised("*.cisco.com", pseudonyms);
  EXPECT_EQ(star.substr(2), host.substr(6)) << "a wildcard still holds it";
}

/// A later line says that a word is a host: it goes wherever it stands.
TEST(PlainText, WhatIsKnownOnceIsKnownEverywhere) {
  Pseudonyms pseudonyms;
  disguised("http://zeus:3128/", pseudonyms);
  EXPECT_THAT(disguised("zeus did not answer", pseudonyms), Not(HasSubstr("zeus")));
}

TEST(PlainText, AnyBytesEnd) {
  for (int first = 0; first < 256; ++first) {
    for (const char second : {':', '.', '\\', '/', '@', '-', '=', '"', '0', 'a', '*'}) {
      const std::string bytes{static_cast<char>(first), second, second, ' ', second};
      EXPECT_FALSE(disguised(bytes).empty());
    }
  }
}

TEST(Addresses, AreOfTheSameKindAndLengthAndNeverOneOfTheOriginals) {
  AddressPseudonyms addresses;
  std::vector<std::string> originals{"10.1.1.1",   "10.1.1.12", "192.168.17.4", "8.8.8.8",
                                     "172.16.1.1", "101.3.6.1", "2001:db8::1",  "fe80::1:2"};
  for (int i = 1; i < 200; ++i)
    originals.push_back("10.9.8." + std::to_string(i));
  for (const auto& each : originals)
    addresses.of_text(each);
  addresses.settle();
  std::vector<std::string> all;
  for (const auto& each : originals) {
    const auto other = addresses.of_text(each);
    EXPECT_EQ(other.size(), each.size()) << each;
    EXPECT_EQ(other.starts_with("10."), each.starts_with("10.")) << each << " " << other;
    EXPECT_EQ(other.starts_with("192.168."), each.starts_with("192.168.")) << each;
    EXPECT_EQ(other.starts_with("fe80:"), each.starts_with("fe80:")) << each;
    for (const auto& original : originals)
      EXPECT_THAT(other, Not(HasSubstr(original)));
    EXPECT_THAT(all, Not(testing::Contains(other)));
    all.push_back(other);
  }
  for (const auto* each : {"127.0.0.1", "0.0.0.0", "::1", "224.0.0.251", "255.255.255.255"})
    EXPECT_EQ(addresses.of_text(each), each);
  EXPECT_EQ(addresses.of_text("1.2.3"), "");
}

}  // namespace
}  // namespace misproxy::anonymize
