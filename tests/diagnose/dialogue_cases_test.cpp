// Dialogues of two requests, and answers that are told by little: the smallest logs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "support/judged.hpp"

namespace misproxy::test {
namespace {

using diagnose::Confidence;
using testing::Contains;

const std::string kConnected = "* Connected to 10.60.1.3 (10.60.1.3) port 8888 (#0)\n";
const std::string kAsks = "> CONNECT a.test:443 HTTP/1.1\n> Host: a.test:443\n> \n";
const std::string kBrings =
    "> CONNECT a.test:443 HTTP/1.1\n> Host: a.test:443\n"
    "> Proxy-Authorization: Digest username=\"joe\"\n> \n";
const std::string kChallenge =
    "< HTTP/1.1 407 Proxy Authentication Required\n"
    "< Proxy-Authenticate: Digest realm=\"r\", nonce=\"n\"\n< Content-Length: 0\n< \n";
const std::string kTunnel = kConnected + kAsks +
                            "< HTTP/1.1 200 Connection established\n< \n"
                            "* CONNECT tunnel established, response 200\n"
                            "* TLSv1.3 (OUT), TLS handshake, Client hello (1):\n";

TEST(Challenged, AndThenClosedIsNoRejection) {
  const auto found = judged(kConnected + kAsks + kChallenge + kBrings +
                            "* Proxy CONNECT aborted\ncurl: (56) Proxy CONNECT aborted\n");
  EXPECT_EQ(found.id, "proxy-closed-without-reply") << found.headline;
  EXPECT_THAT(found.headline, testing::HasSubstr("407"));
}

TEST(Challenged, AndThenResetIsNoRejection) {
  const auto found = judged(kConnected + kAsks + kChallenge + kBrings +
                            "* Recv failure: Connection reset by peer\n"
                            "curl: (56) Recv failure: Connection reset by peer\n");
  EXPECT_EQ(found.id, "proxy-reset-without-reply") << found.headline;
}

TEST(Challenged, AndThenSilenceIsNoRejection) {
  const auto found = judged(kConnected + kAsks + kChallenge + kBrings +
                            "* Operation timed out after 3001 milliseconds with 0 bytes received\n"
                            "curl: (28) Operation timed out after 3001 milliseconds\n");
  EXPECT_EQ(found.id, "proxy-connect-stall") << found.headline;
}

TEST(Challenged, TwiceIsOne) {
  const auto found = judged(kConnected + kAsks + kChallenge + kBrings + kChallenge +
                            "* CONNECT tunnel failed, response 407\n"
                            "curl: (56) CONNECT tunnel failed, response 407\n");
  EXPECT_EQ(found.id, "proxy-auth-rejected") << found.headline;
}

const std::string kPlain = "> GET http://a.test/x HTTP/1.1\n> Host: a.test\n";
const std::string kIntact = "* Connection #0 to host 10.60.1.3 left intact\n# exit=0\n";

TEST(PlainRequests, GetTheir407FromTheProxy) {
  EXPECT_EQ(judged(kConnected + kPlain + "> \n" + kChallenge + kIntact).id, "proxy-auth-missing");
  const auto with = kPlain + "> Proxy-Authorization: Digest username=\"joe\"\n> \n";
  EXPECT_EQ(judged(kConnected + with + kChallenge + kIntact).id, "proxy-auth-rejected");
}

TEST(PlainRequests, BringTheirCredentialsOnAnotherConnection) {
  const auto with = kPlain + "> Proxy-Authorization: Digest username=\"joe\"\n> \n";
  const auto found = judged(kConnected + kPlain + "> \n" + kChallenge +
                            "* Closing connection 0\n*   Trying 10.60.1.3:8888...\n" + kConnected +
                            with + "< HTTP/1.1 200 OK\n< Content-Length: 0\n< \n" + kIntact);
  EXPECT_EQ(found.id, "healthy") << found.headline;
}

TEST(HalfAHead, IsNoDenial) {
  const auto found = judged(kConnected + kAsks +
                            "< HTTP/1.1 403 Forbidden\n< Server: x\n* Proxy CONNECT aborted\n"
                            "curl: (56) Proxy CONNECT aborted\n");
  EXPECT_EQ(found.id, "proxy-reply-incomplete") << found.headline;
}

TEST(LargeHead, IsMoreThanTheClientTakes) {
  const auto found = judged(kConnected + kAsks +
                            "< HTTP/1.1 200 Connection established\n* CONNECT response too large!\n"
                            "curl: (56) CONNECT response too large!\n");
  EXPECT_EQ(found.id, "proxy-answer-unread") << found.headline;
}

TEST(Inspection, TellsOfItselfByProxyStatus) {
  const auto found =
      judged(kTunnel +
             "* SSL connection using TLSv1.3 / TLS_AES_256_GCM_SHA384\n> GET / HTTP/1.1\n> \n"
             "< HTTP/1.1 503 Service Unavailable\n< Proxy-Status: p; error=tls_certificate_error\n"
             "< Content-Length: 0\n< \n" +
             kIntact);
  EXPECT_EQ(found.id, "proxy-error-in-tunnel") << found.headline;
}

TEST(ClientCertificate, IsWantedWhereTheServerAskedAndThenEnds) {
  const std::string failure =
      "* TLSv1.2 (IN), TLS alert, handshake failure (552):\n"
      "* OpenSSL/3.0: error:0A000410:SSL routines::sslv3 alert handshake failure\n"
      "curl: (35) error:0A000410:SSL routines::sslv3 alert handshake failure\n";
  const std::string hello = "* TLSv1.3 (IN), TLS handshake, Server hello (2):\n";
  const auto asked =
      judged(kTunnel + hello + "* TLSv1.2 (IN), TLS handshake, Request CERT (13):\n" + failure);
  EXPECT_EQ(asked.id, "tls-client-cert-required") << asked.headline;
  EXPECT_THAT(asked.alternatives, Contains("tls-handshake-failure"));
  EXPECT_EQ(judged(kTunnel + hello + failure).id, "tls-handshake-failure");
}

TEST(Truncation, MayBeATimeoutWhereNoTimesAreTold) {
  const auto found =
      judged(kTunnel +
             "* SSL connection using TLSv1.3 / TLS_AES_256_GCM_SHA384\n> GET / HTTP/1.1\n> \n"
             "< HTTP/1.1 200 OK\n< Content-Length: 9000\n< \n"
             "* transfer closed with 3000 bytes remaining to read\n"
             "curl: (18) transfer closed with 3000 bytes remaining to read\n");
  EXPECT_EQ(found.id, "truncated");
  EXPECT_EQ(found.confidence, Confidence::ambiguous);
  EXPECT_THAT(found.alternatives, Contains("idle-timeout"));
}

const std::string kStream =
    kTunnel +
    "* SSL connection using TLSv1.3 / TLS_AES_256_GCM_SHA384\n* using HTTP/2\n> GET /x "
    "HTTP/2\n> Host: a.test\n> \n";

TEST(Http2, AStreamThatEndsWithoutAnAnswerIsEmpty) {
  const auto found = judged(
      kStream +
      "* HTTP/2 stream 1 was not closed cleanly before end of the underlying stream\n"
      "curl: (18) HTTP/2 stream 1 was not closed cleanly before end of the underlying stream\n");
  EXPECT_EQ(found.id, "empty-reply") << found.headline;
}

TEST(Http2, AStreamThatDoesNotFitItsLengthIsTruncated) {
  const auto found =
      judged(kStream +
             "< HTTP/2 200 \n< content-length: 30000\n< \n"
             "* HTTP/2 stream 1 was not closed cleanly: PROTOCOL_ERROR (err 1)\n"
             "curl: (92) HTTP/2 stream 1 was not closed cleanly: PROTOCOL_ERROR (err 1)\n");
  EXPECT_EQ(found.id, "truncated") << found.headline;
}

/// A client that speaks TLS to a plain proxy logs no CONNECT.
TEST(NotTls, WithoutAConnectMayBeTheProxy) {
  const auto found =
      judged(kConnected +
             "* TLSv1.3 (OUT), TLS handshake, Client hello (1):\n"
             "* OpenSSL/3.0: error:0A00010B:SSL routines::wrong version number\n"
             "curl: (35) OpenSSL/3.0: error:0A00010B:SSL routines::wrong version number\n");
  EXPECT_EQ(found.id, "tls-not-tls") << found.headline;
  EXPECT_EQ(found.confidence, Confidence::ambiguous);
  EXPECT_THAT(found.alternatives, Contains("tls-to-plain-proxy"));
}

}  // namespace
}  // namespace misproxy::test
