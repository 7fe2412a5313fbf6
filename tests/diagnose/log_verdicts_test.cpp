// What clients' logs and tcpdump's texts come to, alone and together: small excerpts.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "diagnose/diagnose.hpp"
#include "diagnose/read_evidence.hpp"
#include "diagnose/wire_observer.hpp"

namespace misproxy::test {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

diagnose::Diagnosis diagnosis_of_logs(const std::vector<std::string>& texts) {
  static constexpr const char* kNames[] = {"first", "second"};
  std::vector<diagnose::Exhibit> exhibits;
  for (std::size_t i = 0; i < texts.size(); ++i)
    exhibits.push_back({kNames[i], texts[i]});
  auto read = diagnose::read_evidence(exhibits, nullptr);
  EXPECT_TRUE(std::holds_alternative<diagnose::Observations>(read));
  return diagnose::diagnose(std::get<diagnose::Observations>(std::move(read)));
}

std::string id_of(const std::vector<std::string>& texts) {
  return std::string(diagnosis_of_logs(texts).incident.id);
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
  EXPECT_THAT(
      diagnosis_of_logs({kAsked + answered("50868 NXDomain* 0/1/0 (90)")}).incident.headline,
      HasSubstr("proxy.corp.example does not resolve (DNS: no such name, NXDOMAIN)"));
  EXPECT_THAT(
      diagnosis_of_logs({kAsked + answered("50868 0/0/0 (90)") + answered("45494 0/0/0 (90)")})
          .incident.headline,
      HasSubstr("NODATA"));
}

TEST(LogVerdicts, ALookupThatFailedIsNoFailureOfConnectionsThatWereMade) {
  EXPECT_EQ(id_of({kAsked, kHealthyLog + kLeftIntact}), "healthy");
  const auto found = diagnosis_of_logs(
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
    const auto found = diagnosis_of_logs(texts).incident;
    EXPECT_EQ(found.id, "dns-unanswered");
    EXPECT_THAT(found.headline,
                HasSubstr("Nobody answers the question for the proxy's name proxy.corp.example"));
  }
  EXPECT_EQ(diagnosis_of_logs({kTimedOutResolving}).incident.headline,
            "The proxy's name does not resolve: no connection was tried.");
  EXPECT_EQ(id_of({"$ curl -sv https://a.example/\n" + kTimedOutResolving}),
            "host-name-unresolved");
  EXPECT_THAT(diagnosis_of_logs(
                  {"$ curl -sv -x http://p.example:80 https://a.example/\n" + kTimedOutResolving})
                  .incident.headline,
              HasSubstr("proxy's name p.example does"));
}

TEST(LogVerdicts, AClientThatWasKilled) {
  for (const auto* end :
       {"# exit=124\n", "exit code 124\n", "Killed\n", "Terminated\n", "# exit=130\n",
        "# exit=143\n",
        "bash: line 1:   480 Killed                  curl -v -x http://p:80 https://a/\n# "
        "exit=137\n"}) {
    EXPECT_EQ(id_of({kHealthyLog + end}), "client-abort") << end;
  }
  const auto connecting = kHealthyLog.substr(0, kHealthyLog.find("< HTTP/1.0"));
  EXPECT_NE(id_of({connecting + "# exit=124\n"}), "client-abort");  // timeout(1): nothing flowed
}

TEST(LogVerdicts, ALogThatBreaksOffProvesNothing) {
  const auto whole = diagnosis_of_logs({kHealthyLog + kLeftIntact}).incident;
  EXPECT_EQ(whole.id, "healthy");
  EXPECT_EQ(whole.confidence, diagnose::Confidence::certain);
  for (const auto* end : {"", "* Closing connection 0\ncurl: (23) Failed writing body\n"}) {
    const auto found = diagnosis_of_logs({kHealthyLog + end}).incident;
    EXPECT_EQ(found.confidence, diagnose::Confidence::ambiguous) << end;
    EXPECT_THAT(found.alternatives, Contains("client-abort"));
  }
}

TEST(LogVerdicts, WgetOverPlainHttp) {
  const std::string begun =
      "--2026-11-23 16:38:20--  http://tools.cisco.com/cut\n"
      "Connecting to 10.60.1.2:3128... connected.\n";
  EXPECT_EQ(
      id_of({begun + "Proxy request sent, awaiting response... 200 OK\nLength: 400000 (391K)\n\n"
                     "2026-11-23 16:38:20 (67.3 MB/s) - Connection closed at byte 150000. Giving "
                     "up.\n\n# exit=4\n"}),
      "truncated");
  const auto denied =
      diagnosis_of_logs({begun + "Proxy request sent, awaiting response... 403 Forbidden\n"
                                 "2026-11-23 16:41:06 ERROR 403: Forbidden.\n\n# exit=8\n"});
  EXPECT_EQ(denied.incident.id, "plain-http-status");
  EXPECT_THAT(denied.incident.headline, Not(HasSubstr("CONNECT")));
}

TEST(LogVerdicts, ALogsPlainRequestIsNoConnectByItsSize) {
  const std::string sizes =
      "16:41:06.1 IP 10.50.1.2.51996 > 10.60.1.2.3128: Flags [S], seq 1, win 64240, length 0\n"
      "16:41:06.2 IP 10.60.1.2.3128 > 10.50.1.2.51996: Flags [S.], seq 5, ack 2, win 65160, length "
      "0\n"
      "16:41:06.3 IP 10.50.1.2.51996 > 10.60.1.2.3128: Flags [.], ack 1, win 63, length 0\n"
      "16:41:06.4 IP 10.50.1.2.51996 > 10.60.1.2.3128: Flags [P.], seq 1:140, ack 1, win 63, "
      "length 139\n"
      "16:41:06.5 IP 10.60.1.2.3128 > 10.50.1.2.51996: Flags [P.], seq 1:550, ack 140, win 64, "
      "length 549\n"
      "16:41:06.6 IP 10.50.1.2.51996 > 10.60.1.2.3128: Flags [F.], seq 140, ack 550, win 72, "
      "length 0\n";
  const std::string log =
      "*   Trying 10.60.1.2:3128...\n"
      "* Connected to 10.60.1.2 (10.60.1.2) port 3128 (#0)\n"
      "> GET http://www.blocked.example/ HTTP/1.1\n> \n"
      "< HTTP/1.1 403 Forbidden\n< \n"
      "* Connection #0 to host 10.60.1.2 left intact\n# exit=0\n";
  EXPECT_EQ(id_of({sizes}), "proxy-answer-unread");
  EXPECT_EQ(id_of({sizes, log}), "plain-http-status");
}

TEST(LogVerdicts, WgetsShortForm) {
  EXPECT_EQ(id_of({"2026-11-23 17:07:05 URL:http://a.example/f [5000/5000] -> \"f\" [1]\n"}),
            "healthy");
  const auto denied = diagnosis_of_logs(
      {"http://www.blocked.example/:\n2026-11-23 17:06:26 ERROR 403: Forbidden.\n# exit=8\n"});
  EXPECT_EQ(denied.incident.id, "plain-http-status");
  EXPECT_THAT(denied.incident.headline, HasSubstr("403 Forbidden"));
}

TEST(LogVerdicts, WhatIsLeftOutOfALogIsSaid) {
  std::string curl;
  std::string wget;
  std::string silent;
  for (int i = 0; i < 4100; ++i) {
    curl +=
        "*   Trying 10.60.1.3:8888...\n"
        "* connect to 10.60.1.3 port 8888 failed: Connection refused\n"
        "curl: (7) Failed to connect to 10.60.1.3 port 8888: Connection refused\n";
    silent += "curl: (7) Failed to connect to 10.60.1.3 port 8888: Connection refused\n";
    wget +=
        "--2026-11-23 16:38:20--  http://a.example/\nConnecting to 10.60.1.2:3128... failed: "
        "Connection refused.\n";
  }
  const auto remark = HasSubstr("the log's first 4096 connections are read, 4 more are left out");
  for (const auto& log : {curl, wget, silent}) {
    const auto found = diagnosis_of_logs({log});
    EXPECT_THAT(found.remarks, Contains(remark)) << log.substr(0, 200);
    EXPECT_EQ(found.verdicts.size(), 4096U);
  }
}

TEST(LogVerdicts, ALogThatTellsNoBeginningsIsBoundedToo) {
  std::string log;
  for (int i = 0; i < 5000; ++i)
    log +=
        "* Connected to 10.60.1.3 (10.60.1.3) port 8888 (#0)\n"
        "* Closing connection 0\n";
  EXPECT_THAT(diagnosis_of_logs({log}).remarks,
              Contains(HasSubstr("first 4352 connections are read, 648 more are left out")));
}

TEST(LogVerdicts, AnErrorInTheMiddleOfATraceIsNoOtherConnection) {
  const auto found =
      diagnosis_of_logs({"== Info:   Trying 10.60.1.2:3128...\n"
                         "== Info: Connected to 10.60.1.2 (10.60.1.2) port 3128 (#0)\n"
                         "=> Send header, 40 bytes (0x28)\n"
                         "0000: CONNECT www.blocked.example:443 HTTP/1.1\n"
                         "<= Recv header, 24 bytes (0x18)\n"
                         "0000: HTTP/1.1 403 Forbidden\n"
                         "curl: (56) CONNECT tunnel failed, response 403\n"
                         "== Info: CONNECT tunnel failed, response 403\n"
                         "== Info: Closing connection 0\n"
                         "# exit=56\n"});
  EXPECT_EQ(found.incident.id, "proxy-denied");
  EXPECT_EQ(found.verdicts.size(), 1U);
}

TEST(LogVerdicts, TheAddressThatAnswersTells) {
  const std::string refused =
      "*   Trying [fd00:60::9]:8888...\n"
      "* connect to fd00:60::9 port 8888 failed: Connection refused\n";
  const auto found = diagnosis_of_logs({refused + kHealthyLog + kLeftIntact});
  EXPECT_EQ(found.incident.id, "healthy");
  EXPECT_THAT(found.verdicts, testing::SizeIs(2));
  EXPECT_THAT(found.verdicts[0].headline, HasSubstr("goes on with the other one"));
  EXPECT_EQ(id_of({refused + "# exit=7\n"}), "proxy-refused");
}

TEST(LogVerdicts, PermissionDeniedIsAProhibition) {
  const auto found = diagnosis_of_logs(
      {"*   Trying [fd00:60::2]:3128...\n"
       "* connect to fd00:60::2 port 3128 failed: Permission denied\n"
       "* Failed to connect to fd00:60::2 port 3128 after 1015 ms: Couldn't connect to server\n"
       "curl: (7) Failed to connect to fd00:60::2 port 3128 after 1015 ms: Couldn't connect to "
       "server\n# exit=7\n"});
  EXPECT_EQ(found.incident.id, "proxy-unreachable");
  EXPECT_EQ(found.incident.confidence, diagnose::Confidence::likely);
}

TEST(LogVerdicts, ASessionsLifetimeIsNoTimeout) {
  const auto text = std::string("    Start Time: 1795451659\n    Timeout   : 7200 (sec)\n");
  EXPECT_TRUE(std::holds_alternative<diagnose::Unusable>(diagnose::read_evidence({{"log", text}})));
}

TEST(LogVerdicts, CurlsWordsAreNotTheOrigins) {
  const auto hello = kHealthyLog.find("* TLSv1.3 (IN)");
  const auto found =
      diagnosis_of_logs({kHealthyLog.substr(0, hello) +
                         "* OpenSSL/3.0.22: error:0A00010B:SSL routines::wrong version number\n"
                         "* Closing connection 0\n"
                         "curl: (35) OpenSSL/3.0.22: error:0A00010B:SSL routines::wrong version "
                         "number\n# exit=35\n"})
          .incident;
  EXPECT_EQ(found.id, "tls-not-tls");
  EXPECT_THAT(found.headline, Not(HasSubstr("OpenSSL")));
}

TEST(LogVerdicts, NamesThatDnsHasNoRoomForAreSaid) {
  std::string asked;
  for (int i = 0; i < 1003; ++i)
    asked += "16:30:59.690914 IP 10.60.1.2.34461 > 10.50.1.1.53: " + std::to_string(i) + "+ A? a" +
             std::to_string(i) + ".example. (40)\n";
  EXPECT_THAT(diagnosis_of_logs({asked}).remarks,
              Contains(HasSubstr("more than 1000 names; 3 queries for others are left out")));
}

TEST(LogVerdicts, ANameWithAnUnprintableByteIsOneName) {
  const evidence::Names names;
  diagnose::WireObserver observer({"all.pcap", false, &names});
  evidence::WirePacket packet;
  packet.kind = evidence::WirePacket::Kind::dns;
  packet.dns_qtype = 1;
  packet.qname = "a\x01z.example";
  for (std::size_t i = 0; i <= diagnose::WireObserver::kMostNames; ++i)
    observer.take(packet);
  diagnose::Observations seen;
  observer.finish(seen);
  EXPECT_THAT(seen.lookups, testing::SizeIs(1));
  EXPECT_THAT(seen.remarks, testing::IsEmpty());
}

TEST(LogVerdicts, WhatIsLeftOutOfATraceIsSaid) {
  std::string trace;
  for (int i = 1; i <= 4099; ++i)
    trace += R"({"scenario":"s","connection":)" + std::to_string(i) +
             R"(,"seq":0,"seen_by":"client","point":"close","party":"client","origin":"peer",)"
             R"("event":"failed","phase":"connect","error":"timeout","measured":{"t_us":5}})"
             "\n";
  EXPECT_THAT(diagnosis_of_logs({trace}).remarks,
              Contains(HasSubstr("first 4096 connections are read, 3 more are left out")));
}

TEST(LogVerdicts, ABareTimeoutIsNoSynWithoutAnswer) {
  const std::string words = "Operation timed out after 20001 milliseconds with 0 bytes received";
  const auto bare = "* " + words + "\n* Closing connection 0\ncurl: (28) " + words + "\n";
  EXPECT_EQ(id_of({bare}), "not-enough-evidence");
  // A CONNECT that was sent tells of a connection, also where the log's beginning is missing.
  const auto sent =
      diagnosis_of_logs({"> CONNECT a:443 HTTP/1.1\n> Host: a:443\n> \n" + bare}).incident;
  EXPECT_NE(sent.id, "proxy-syn-unanswered");
  EXPECT_EQ(id_of({"*   Trying 10.10.10.1:80...\n" + bare}), "proxy-syn-unanswered");
}

TEST(LogVerdicts, AQuotedLogSaysWhatItSaysUnquoted) {
  const std::string log =
      "*   Trying 10.10.10.1:80...\n* Connected to 10.10.10.1 (10.10.10.1) port 80 (#0)\n"
      "> CONNECT a:443 HTTP/1.1\n> Host: a:443\n> \n"
      "< HTTP/1.1 403 Forbidden\n< Content-Length: 0\n< \n"
      "* CONNECT tunnel failed, response 403\ncurl: (56) CONNECT tunnel failed, response 403\n";
  const auto plain = diagnosis_of_logs({log}).incident;
  ASSERT_EQ(plain.id, "proxy-denied");
  for (const std::string prefix : {"> ", "| ", "    ", "Nov 23 17:00:01 fmc curl[7]: "}) {
    std::string marked = prefix;
    for (const char c : log.substr(0, log.size() - 1))
      marked += c == '\n' ? "\n" + prefix : std::string(1, c);
    const auto found = diagnosis_of_logs({marked}).incident;
    EXPECT_EQ(found.headline, plain.headline) << marked;
    EXPECT_EQ(found.confidence, plain.confidence);
  }
}

TEST(LogVerdicts, AnAnswerThatIsNoHttpIsNamedByTheClientsWords) {
  const std::string log =
      "*   Trying 10.10.10.1:80...\n* Connected to 10.10.10.1 (10.10.10.1) port 80 (#0)\n"
      "> CONNECT a:443 HTTP/1.1\n> \n* no HTTP/1.x status line\n"
      "* Received HTTP/0.9 or something else in answer to CONNECT\n* Closing connection 0\n"
      "curl: (56) Received HTTP/0.9 or something else in answer to CONNECT\n";
  EXPECT_EQ(id_of({log}), "proxy-not-http");
}

/// The handshake with an https:// proxy is over before the CONNECT; the one behind it is another.
TEST(LogVerdicts, TheHandshakeBehindTheConnectOfAnHttpsProxyIsTheOrigins) {
  const std::string log =
      "*   Trying 10.10.10.1:8443...\n* Connected to 10.10.10.1 (10.10.10.1) port 8443 (#0)\n"
      "* TLSv1.3 (OUT), TLS handshake, Client hello (1):\n"
      "* TLSv1.3 (IN), TLS handshake, Server hello (2):\n"
      "* SSL connection using TLSv1.3 / TLS_AES_256_GCM_SHA384\n"
      "* Proxy certificate:\n*  subject: CN=proxy\n*  SSL certificate verify ok.\n"
      "> CONNECT a.test:443 HTTP/1.1\n> Host: a.test:443\n> \n"
      "< HTTP/1.1 200 Connection established\n< \n* CONNECT phase completed\n"
      "* CONNECT tunnel established, response 200\n"
      "* TLSv1.3 (OUT), TLS handshake, Client hello (1):\n";
  EXPECT_EQ(id_of({log + "* Connection timed out after 4000 milliseconds\n* Closing connection 0\n"
                         "curl: (28) Connection timed out after 4000 milliseconds\n"}),
            "tls-no-server-hello");
  EXPECT_EQ(id_of({log + "* Recv failure: Connection reset by peer\n"
                         "* OpenSSL SSL_connect: Connection reset by peer in connection to "
                         "a.test:443 \n* Closing connection 0\n"
                         "curl: (35) Recv failure: Connection reset by peer\n"}),
            "tls-reset");
}

/// A proxy that answers with a certificate speaks TLS, whatever the client makes of that.
TEST(LogVerdicts, ACertificateOfAnHttpsProxyThatIsRefused) {
  const std::string log =
      "$ curl -v -x https://10.10.10.1:8443 https://a.test/\n"
      "*   Trying 10.10.10.1:8443...\n* Connected to 10.10.10.1 (10.10.10.1) port 8443 (#0)\n"
      "* TLSv1.3 (OUT), TLS handshake, Client hello (1):\n";
  const std::string end =
      "* SSL certificate problem: unable to get local issuer certificate\n* Closing connection 0\n"
      "curl: (60) SSL certificate problem: unable to get local issuer certificate\n";
  const auto found =
      diagnosis_of_logs({log + "* TLSv1.3 (IN), TLS handshake, Server hello (2):\n" + end})
          .incident;
  EXPECT_EQ(found.id, "tls-untrusted-ca") << found.headline;
  EXPECT_NE(found.headline.find("of the https:// proxy itself"), std::string::npos)
      << found.headline;
  EXPECT_EQ(id_of({log + end}), "tls-untrusted-ca");
  EXPECT_EQ(id_of({log + "* OpenSSL/3.0.19: error:0A00010B:SSL routines::wrong version number\n"
                         "* Closing connection 0\ncurl: (35) error:0A00010B:SSL "
                         "routines::wrong version number\n"}),
            "tls-to-plain-proxy");
}

TEST(LogVerdicts, AnErrorBehindAWholeResponseIsNoCertainHealth) {
  auto log = kHealthyLog.substr(0, kHealthyLog.find("< HTTP/1.1 200 OK")) +
             "< HTTP/1.1 302 \n< Location: http://block.corp/\n< Content-Length: 2\n< \n"
             "* Cannot follow to http://block.corp/\n* Closing connection 0\n";
  EXPECT_NE(diagnosis_of_logs({log}).incident.confidence, diagnose::Confidence::certain);
  log += "curl: (47) Cannot follow to http://block.corp/\n";
  EXPECT_NE(diagnosis_of_logs({log}).incident.confidence, diagnose::Confidence::certain);
}

}  // namespace
}  // namespace misproxy::test
