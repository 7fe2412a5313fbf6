// What is neither HTTP/1.1 nor TLS is named, not guessed at.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "capture/conversation.hpp"
#include "diagnose/diagnose.hpp"
#include "diagnose/read_evidence.hpp"
#include "support/captures.hpp"

namespace misproxy::test {
namespace {

using namespace std::string_literals;
using testing::ElementsAre;
using testing::HasSubstr;

const std::string kPreface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"s + "\0\0\0\4\0\0\0\0\0"s;
const std::string kSettings = "\0\0\6\4\0\0\0\0\0\0\3\0\0\0\x64"s + "\0\0\0\4\1\0\0\0\0"s;
const std::string kConnect = "CONNECT a.test:443 HTTP/1.1\r\nHost: a.test:443\r\n\r\n";
const std::string kTunnel = "HTTP/1.1 200 Connection established\r\n\r\n";

diagnose::Diagnosis diagnosis_of_talk(const std::vector<std::pair<Side, std::string>>& said) {
  Conversation talk(kClient, kProxy, 7);
  auto packets = talk.opened();
  for (const auto& [side, bytes] : said) {
    for (auto& packet : talk.sent(side, bytes))
      packets.push_back(std::move(packet));
  }
  for (const auto side : {Side::client, Side::server}) {
    for (auto& packet : talk.ended(side, Ending::fin))
      packets.push_back(std::move(packet));
  }
  const auto capture = pcapng_file(packets);
  auto read = diagnose::read_evidence({{"talk.pcapng", std::string_view(capture)}});
  return diagnose::diagnose(std::get<diagnose::Observations>(std::move(read)));
}

TEST(Http2, InClearTextIsNamed) {
  const auto found = diagnosis_of_talk({{Side::client, kPreface}, {Side::server, kSettings}});
  ASSERT_EQ(found.verdicts.size(), 1U);
  EXPECT_EQ(found.verdicts[0].id, "not-enough-evidence");
  EXPECT_THAT(found.verdicts[0].headline, HasSubstr("the client speaks HTTP/2 in clear text"));
  EXPECT_THAT(found.verdicts[0].next, ElementsAre(HasSubstr("tcp.port==80,http2")));
}

TEST(Http2, InATunnelIsNamed) {
  const auto found = diagnosis_of_talk({{Side::client, kConnect},
                                        {Side::server, kTunnel},
                                        {Side::client, kPreface},
                                        {Side::server, kSettings}});
  ASSERT_EQ(found.verdicts.size(), 1U);
  EXPECT_EQ(found.verdicts[0].id, "healthy");
  EXPECT_THAT(found.verdicts[0].headline, HasSubstr("(\"HTTP/2 in clear text\")"));
}

/// A proxy that does not know it says so in HTTP/1.1.
TEST(Http2, ThatIsAnsweredInHttp1IsItsAnswer) {
  const auto found =
      diagnosis_of_talk({{Side::client, kPreface},
                         {Side::server, "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"}});
  ASSERT_EQ(found.verdicts.size(), 1U);
  EXPECT_EQ(found.verdicts[0].id, "proxy-bad-request") << found.verdicts[0].headline;
}

TEST(Quic, InTcpdumpsTextIsNamed) {
  for (const std::string line : {
           "10:20:58.987654 IP 10.40.40.1.50000 > 142.250.1.1.443: UDP, length 1250\n",
           "10:20:58.987654 IP 10.40.40.1.50000 > 142.250.1.1.443: quic, initial, v1, length "
           "1250\n",
       }) {
    auto read = diagnose::read_evidence({{"dump.txt", std::string_view(line)}});
    ASSERT_TRUE(std::holds_alternative<diagnose::Observations>(read)) << line;
    EXPECT_THAT(std::get<diagnose::Observations>(read).remarks,
                ElementsAre(HasSubstr("QUIC (HTTP/3) to 142.250.1.1:443: it goes past the proxy")));
  }
}

}  // namespace
}  // namespace misproxy::test
