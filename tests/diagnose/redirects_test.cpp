// Redirects that lead in a circle, and those that do not: the smallest evidence.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "diagnose/decrypted_observer.hpp"
#include "diagnose/diagnose.hpp"
#include "support/judged.hpp"

namespace misproxy::test {
namespace {

using diagnose::Confidence;
using testing::Contains;

const std::string kTunnelMade =
    "* Connected to 10.60.1.3 (10.60.1.3) port 8888 (#0)\n"
    "> CONNECT a.test:443 HTTP/1.1\n> \n"
    "< HTTP/1.1 200 Connection established\n< \n"
    "* SSL connection using TLSv1.3 / TLS_AES_256_GCM_SHA384\n";

std::string step(const std::string& path, const std::string& location) {
  return "> GET " + path +
         " HTTP/1.1\n> Host: a.test\n> \n< HTTP/1.1 302 Found\n< Location: " + location +
         "\n< Content-Length: 0\n< \n";
}

const std::string kGaveUp =
    "* Maximum (2) redirects followed\n* Connection #0 to host 10.60.1.3 left intact\n"
    "curl: (47) Maximum (2) redirects followed\n# exit=47\n";

TEST(Redirects, ThatOneClientFollowsToItsLimitAreALoop) {
  const auto found =
      judged(kTunnelMade + step("/a", "/a") + step("/a", "/a") + step("/a", "/a") + kGaveUp);
  EXPECT_EQ(found.id, "redirect-loop") << found.headline;
  EXPECT_EQ(found.confidence, Confidence::certain);
  EXPECT_THAT(found.headline, testing::HasSubstr("/a"));
}

TEST(Redirects, ThatDifferMayBeALongWay) {
  const auto found =
      judged(kTunnelMade + step("/a", "/b") + step("/b", "/c") + step("/c", "/d") + kGaveUp);
  EXPECT_EQ(found.id, "redirect-loop") << found.headline;
  EXPECT_EQ(found.confidence, Confidence::likely);
}

TEST(Redirects, ThatEndAreNoLoop) {
  const auto found = judged(kTunnelMade + step("/a", "/b") + step("/b", "/c") +
                            "> GET /c HTTP/1.1\n> \n< HTTP/1.1 200 OK\n< Content-Length: 0\n< \n"
                            "* Connection #0 to host 10.60.1.3 left intact\n# exit=0\n");
  EXPECT_EQ(found.id, "healthy") << found.headline;
}

TEST(Redirects, OneThatNobodyFollowsIsNoLoop) {
  const auto found = judged(kTunnelMade + step("/", "/healthcheck") +
                            "* Connection #0 to host 10.60.1.3 left intact\n# exit=0\n");
  EXPECT_EQ(found.id, "healthy") << found.headline;
}

TEST(Redirects, AreToldByWgetInWordsOfItsOwn) {
  const auto found = judged(
      "--2026-11-23 16:41:06--  http://a.test/a\nConnecting to 10.60.1.3:8888... connected.\n"
      "Proxy request sent, awaiting response... 302 Found\nLocation: http://a.test/a [following]\n"
      "--2026-11-23 16:41:06--  http://a.test/a\nReusing existing connection to 10.60.1.3:8888.\n"
      "Proxy request sent, awaiting response... 302 Found\nLocation: http://a.test/a [following]\n"
      "20 redirections exceeded.\n");
  EXPECT_EQ(found.id, "redirect-loop") << found.headline;
}

/// Without the client's log: it may have asked anew each time.
TEST(Redirects, OfACaptureAreAmbiguous) {
  diagnose::Connection made;
  made.file = "c.pcap";
  made.client = "10.0.0.1";
  made.client_port = 40000;
  made.on_wire = true;
  made.established = true;
  made.reply = diagnose::ResponseSeen{};
  made.reply->status = 200;
  diagnose::Observations seen;
  seen.connections.push_back(std::move(made));
  std::vector<evidence::DecryptedHttp> messages;
  for (std::uint64_t i = 0; i < 3; ++i) {
    evidence::DecryptedHttp request;
    request.packet = 10 + 2 * i;
    request.source = "10.0.0.1";
    request.source_port = 40000;
    request.method = "GET";
    request.target = "/a";
    messages.push_back(request);
    evidence::DecryptedHttp response;
    response.packet = request.packet + 1;
    response.destination = "10.0.0.1";
    response.destination_port = 40000;
    response.status = 302;
    response.location = "/a";
    response.content_length = 0;
    messages.push_back(response);
  }
  diagnose::observe_decrypted("c.pcap", messages, seen);
  const auto found = diagnose::diagnose(std::move(seen)).incident;
  EXPECT_EQ(found.id, "redirect-loop") << found.headline;
  EXPECT_EQ(found.confidence, Confidence::ambiguous);
  EXPECT_THAT(found.alternatives, Contains("healthy"));
}

std::string on_its_own(const std::string& host, const std::string& location) {
  return "* Connected to 10.60.1.3 (10.60.1.3) port 8888 (#0)\n> CONNECT " + host +
         ":443 HTTP/1.1\n> \n< HTTP/1.1 200 Connection established\n< \n"
         "* SSL connection using TLSv1.3 / TLS_AES_256_GCM_SHA384\n" +
         step("/", location) + "* Closing connection 0\n";
}

TEST(Redirects, BetweenTwoHostsAreACircleOverManyConnections) {
  const auto there = on_its_own("a.test", "https://b.test/");
  const auto back = on_its_own("b.test", "https://a.test/");
  EXPECT_EQ(judged(there + back + there + back).id, "redirect-loop");
  EXPECT_EQ(judged(there + there + there + there).id, "healthy") << "asked anew each time";
  EXPECT_EQ(judged(there + back).id, "healthy");
}

}  // namespace
}  // namespace misproxy::test
