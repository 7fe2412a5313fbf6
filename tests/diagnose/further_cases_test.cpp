// Captures of real programs, each of which was misjudged once.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "diagnose/diagnose.hpp"
#include "diagnose/read_evidence.hpp"
#include "support/tree.hpp"

namespace misproxy::test {
namespace {

using testing::HasSubstr;

diagnose::Diagnosis diagnosis_of_capture(const std::string& name) {
  auto read = diagnose::read_evidence(
      {{MISPROXY_SOURCE_DIR "/tests/diagnose/captures/" + name + ".pcap", std::nullopt}});
  EXPECT_TRUE(std::holds_alternative<diagnose::Observations>(read)) << name;
  return diagnose::diagnose(std::get<diagnose::Observations>(std::move(read)));
}

struct NamedCase {
  std::string name;
  std::string id;
  std::string headline;  // a part of it
};

class FurtherCase : public testing::TestWithParam<NamedCase> {};

TEST_P(FurtherCase, IsNamed) {
  const auto diagnosis = diagnosis_of_capture(GetParam().name);
  EXPECT_EQ(diagnosis.incident.id, GetParam().id) << diagnosis.incident.headline;
  EXPECT_THAT(diagnosis.incident.headline, HasSubstr(GetParam().headline));
}

INSTANTIATE_TEST_SUITE_P(
    Captures, FurtherCase,
    testing::Values(
        NamedCase{"anyauth-digest-503", "proxy-unavailable", "503"},  // snaplen 96, behind a 407
        NamedCase{"digest-wrong", "proxy-auth-rejected", "Digest"},   // snaplen 256
        NamedCase{"dupack-recovering-is-mtu-hole", "not-enough-evidence",
                  "9,576 bytes"},                                 // ends in a repair
        NamedCase{"haproxy-idle-wait", "idle-timeout", "6.0 s"},  // two tickets, no response
        NamedCase{"mtls13", "tls-client-cert-required", "alert"},
        NamedCase{"origin-hole-both-legs", "proxy-unavailable", "192.0.2.99:443: the SYN gets no"},
        NamedCase{"plain-cut", "truncated", "150,000 bytes of 400,000 bytes"},
        NamedCase{"privoxy-dns404", "proxy-bad-gateway", "cannot resolve"},
        NamedCase{"reset-on-large-with-a-tail", "reset-on-large-segment", "1448 bytes"},
        NamedCase{"sacked-full-segment-is-mtu-hole", "path-loss", ""},  // as large a one arrived
        NamedCase{"synack-lost-v6-proxyside", "path-loss", "the SYN-ACK does not arrive"}),
    [](const auto& each) {
      auto name = each.param.name;
      for (auto& c : name)
        c = c == '-' ? '_' : c;
      return name;
    });

TEST(FurtherCases, OfHealthyTrafficHaveNoFailure) {
  for (const auto* name :
       {"crlf-behind-a-body-is-not-http", "happy-eyeballs", "plain-keepalive-idle-close",
        "plain-whole-client-closes-later", "ten-curls-tls12", "ws-long-idle"}) {
    const auto diagnosis = diagnosis_of_capture(name);
    for (const auto& each : diagnosis.verdicts)
      EXPECT_EQ(each.id, "healthy") << name << ": " << each.headline;
    EXPECT_EQ(diagnosis.incident.id, "healthy") << name;
  }
}

/// What a capture did not see is not what did not happen; and a tunnel carries anything.
TEST(FurtherCases, OfTrafficSeenInPartAreJudgedByWhatIsThere) {
  struct Part {
    std::string name;
    std::string id;
  };
  for (const auto& each :
       {Part{"hello-half-captured", "healthy"}, Part{"mid-capture-304", "healthy"},
        Part{"mid-capture-alert-resent", "not-enough-evidence"},
        Part{"mid-capture-response-first", "plain-http-status"},
        Part{"mid-capture-teardown-beside-healthy", "healthy"},
        Part{"request-in-the-syn", "plain-http-status"}, Part{"tunnel-to-smtp", "healthy"},
        Part{"tunnel-to-ssh", "healthy"}}) {
    const auto incident = diagnosis_of_capture(each.name).incident;
    EXPECT_EQ(incident.id, each.id) << each.name << ": " << incident.headline;
  }
}

TEST(FurtherCases, AtTheProxyTheClientsConnectionIsTheHeadline) {
  const auto incident = diagnosis_of_capture("capture-at-proxy-headline").incident;
  EXPECT_EQ(incident.id, "healthy");
  EXPECT_NE(incident.headline.find("the CONNECT got 200"), std::string::npos) << incident.headline;
}

TEST(FurtherCases, AHostThatIsAskedDirectlyIsNoProxy) {
  const auto incident = diagnosis_of_capture("direct-web-one-host-silent").incident;
  EXPECT_EQ(incident.id, "proxy-bypassed");
  EXPECT_EQ(incident.confidence, diagnose::Confidence::ambiguous);
  EXPECT_NE(incident.headline.find("203.0.113.94:80"), std::string::npos) << incident.headline;
}

/// The capture kept 96 bytes of each packet: too few to tell how it ended, enough to see the 200.
TEST(FurtherCases, AnAnswerBehindACutChallengeIsSeen) {
  const auto diagnosis = diagnosis_of_capture("anyauth-digest");
  EXPECT_NE(diagnosis.incident.outcome(), diagnose::Outcome::fails) << diagnosis.incident.headline;
  EXPECT_THAT(diagnosis.incident.headline, HasSubstr("the CONNECT got 200"));
}

/// Each of `openssl s_client -reconnect`'s connections ends behind the handshake.
TEST(FurtherCases, AResumedSessionIsAWholeHandshake) {
  for (const auto& each : diagnosis_of_capture("resume-tls12").verdicts)
    EXPECT_NE(each.id, "tls-closed") << each.headline;
}

}  // namespace
}  // namespace misproxy::test
