// What clients' logs and tcpdump's texts come to, alone and together: small excerpts.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "diagnose/diagnose.hpp"
#include "diagnose/read_evidence.hpp"

namespace misproxy::test {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

diagnose::Diagnosis diagnosis_of(const std::vector<std::string>& texts) {
  static constexpr const char* kNames[] = {"first", "second"};
  std::vector<diagnose::Exhibit> exhibits;
  for (std::size_t i = 0; i < texts.size(); ++i)
    exhibits.push_back({kNames[i], texts[i]});
  auto read = diagnose::read_evidence(exhibits, nullptr);
  EXPECT_TRUE(std::holds_alternative<diagnose::Observations>(read));
  return diagnose::diagnose(std::get<diagnose::Observations>(std::move(read)));
}

std::string id_of(const std::vector<std::string>& texts) {
  return std::string(diagnosis_of(texts).incident.id);
}

const std::string kHealthyLog =
    "*   Trying 10.60.1.3:8888...\n"
    "* Connected to 10.60.1.3 (10.60.1.3) port 8888 (#0)\n"
    "> CONNECT support.sourcefire.com:443 HTTP/1.1\n"
    "> \n"
    "< HTTP/1.0 200 Connection established\n"
    "< \n"
    "* CONNECT tunnel established, response 200\n"
    "* TLSv1.3 (OUT), TLS handshake, Client hello (1):\n"
    "* TLSv1.3 (IN), TLS handshake, Server hello (2):\n"
    "* SSL connection using TLSv1.3 / TLS_AES_256_GCM_SHA384\n"
    "> GET / HTTP/1.1\n"
    "> \n"
    "< HTTP/1.1 200 OK\n"
    "< Content-Length: 3000\n"
    "< \n"
    "{ [5 bytes data]\n";

const std::string kLeftIntact = "* Connection #0 to host 10.60.1.3 left intact\n# exit=0\n";

const std::string kAsked =
    "16:30:59.690914 IP 10.60.1.2.34461 > 10.50.1.1.53: 50868+ A? proxy.corp.example. (36)\n"
    "16:30:59.690951 IP 10.60.1.2.34461 > 10.50.1.1.53: 45494+ AAAA? proxy.corp.example. (36)\n";

const std::string kTimedOutResolving =
    "* Resolving timed out after 9000 milliseconds\n"
    "* Closing connection 0\n"
    "curl: (28) Resolving timed out after 9000 milliseconds\n"
    "# exit=28\n";

std::string answered(const std::string& words) {
  return "16:30:59.690993 IP 10.50.1.1.53 > 10.60.1.2.34461: " + words + "\n";
}

TEST(LogVerdicts, AnAnswerInTextHasNoNameButAnId) {
  for (const auto* answer :
       {"50868* 1/0/0 A 192.0.2.10 (56)", "50868*- 1/0/0 A 192.0.2.10 (56)",
        "50868| 1/0/0 A 192.0.2.10 (56)", "50868 2/0/1 CNAME a.example., A 192.0.2.10 (56)",
        "45494* 1/0/0 AAAA 2001:db8::1 (64)"}) {
    for (const auto* other : {"45494 0/0/0 (40)", "45494* 0/1/0 (90)"}) {
      const auto text = kAsked + answered(answer) + answered(other);
      EXPECT_EQ(id_of({text}), "not-enough-evidence") << answer;
      EXPECT_EQ(id_of({text, kHealthyLog + kLeftIntact}), "healthy") << answer;
    }
  }
  EXPECT_THAT(diagnosis_of({kAsked + answered("50868 NXDomain* 0/1/0 (90)")}).incident.headline,
              HasSubstr("proxy.corp.example does not resolve (DNS: no such name, NXDOMAIN)"));
  EXPECT_THAT(diagnosis_of({kAsked + answered("45494 0/0/0 (90)")}).incident.headline,
              HasSubstr("NODATA"));
}

TEST(LogVerdicts, ALookupThatFailedIsNoFailureOfConnectionsThatWereMade) {
  EXPECT_EQ(id_of({kAsked, kHealthyLog + kLeftIntact}), "healthy");
  const auto found = diagnosis_of(
      {kAsked + answered("50868 NXDomain* 0/1/0 (90)") +
           "16:31:00.690914 IP 10.50.1.2.33764 > 10.60.1.3.8888: Flags [S], seq 1, length 0\n"
           "16:31:00.690915 IP 10.60.1.3.8888 > 10.50.1.2.33764: Flags [R.], seq 0, ack 2, "
           "length 0\n",
       "* Closing connection 0\n"});
  EXPECT_EQ(found.incident.id, "proxy-refused");
  EXPECT_THAT(found.remarks,
              Contains("The name proxy.corp.example does not resolve (DNS: no such name, NXDOMAIN; "
                       "first line 3)."));
}

TEST(LogVerdicts, AnAddressesOwnNameIsNobodysFailure) {
  const std::string reverse =
      "16:30:59.690914 IP 10.60.1.2.34461 > 10.50.1.1.53: 50868+ PTR? 2.1.50.10.in-addr.arpa. "
      "(40)\n16:30:59.690993 IP 10.50.1.1.53 > 10.60.1.2.34461: 50868 NXDomain* 0/1/0 (90)\n";
  EXPECT_EQ(id_of({reverse}), "not-enough-evidence");
}

TEST(LogVerdicts, AResolverThatIsSilent) {
  for (const auto& texts : {std::vector{kAsked, kTimedOutResolving}, std::vector{kAsked}}) {
    const auto found = diagnosis_of(texts).incident;
    EXPECT_EQ(found.id, "proxy-name-unresolved");
    EXPECT_THAT(found.headline, HasSubstr("proxy.corp.example does not resolve (the DNS server "
                                          "does not answer)"));
  }
  EXPECT_EQ(diagnosis_of({kTimedOutResolving}).incident.headline,
            "The proxy's name does not resolve: no connection was tried.");
  EXPECT_EQ(id_of({"$ curl -sv https://a.example/\n" + kTimedOutResolving}),
            "host-name-unresolved");
  EXPECT_THAT(
      diagnosis_of({"$ curl -sv -x http://p.example:80 https://a.example/\n" + kTimedOutResolving})
          .incident.headline,
      HasSubstr("proxy's name p.example does"));
}

}  // namespace
}  // namespace misproxy::test
