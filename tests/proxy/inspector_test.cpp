#include "proxy/inspector.hpp"

#include <gtest/gtest.h>

#include "support/inspected.hpp"

namespace misproxy {
namespace {

using test::Inspected;

TEST(Inspector, StandsBetweenClientAndOriginHoweverTheBytesCame) {
  for (const std::size_t piece : {std::size_t{1}, std::size_t{9}, std::size_t{1} << 20}) {
    Inspected talk(CertificateKind::good);
    talk.piece = piece;
    EXPECT_EQ(talk.opened, (std::vector{Open{Party::origin, {"a.test", 443}, {}}}));
    talk.client.start();
    talk.pump();
    ASSERT_EQ(talk.client.state(), TlsEngine::State::open);
    ASSERT_EQ(talk.origin.state(), TlsEngine::State::open);
    talk.client.send("question");
    talk.pump();
    talk.origin.send("answer");
    talk.pump();
    EXPECT_EQ(talk.origin_heard, "question");
    EXPECT_EQ(talk.client_heard, "answer");
    EXPECT_EQ(talk.notes, std::vector<std::string>{"inspected"});
    EXPECT_EQ(talk.hosts, std::vector<std::string>{"a.test"}) << "by SNI";
    talk.origin.close();
    talk.pump();
    EXPECT_EQ(talk.client.state(), TlsEngine::State::closed_by_peer) << "close_notify passes";
  }
}

TEST(Inspector, IsFoundOutByWhoDoesNotTrustItsCa) {
  Inspected talk(CertificateKind::untrusted_ca);
  talk.client.start();
  talk.pump();
  EXPECT_EQ(talk.client.state(), TlsEngine::State::failed);
  EXPECT_EQ(talk.client.verify_result(), 19);
  EXPECT_EQ(talk.notes, (std::vector<std::string>{"tls-failed", "closed-after-certificate"}));
  EXPECT_EQ(talk.hangups, (std::vector{Hangup{Party::client, Ending::fin}}));
}

TEST(Inspector, AnswersForAnOriginThatIsNotToBeTrusted) {
  Inspected talk(CertificateKind::good, CertificateKind::expired);
  talk.client.start();
  talk.pump();
  ASSERT_EQ(talk.client.state(), TlsEngine::State::open);
  talk.client.send("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n");
  talk.pump();
  EXPECT_TRUE(talk.client_heard.starts_with("HTTP/1.1 503 ")) << talk.client_heard;
  EXPECT_NE(talk.client_heard.find("certificate has expired"), std::string::npos);
  EXPECT_EQ(talk.client.state(), TlsEngine::State::closed_by_peer);
  EXPECT_EQ(talk.notes, (std::vector<std::string>{"inspection-refused", "inspected"}));
}

TEST(Inspector, LetsPassWhatIsNoTls) {
  Inspected talk(CertificateKind::good);
  talk.give(Received{Party::client, "SSH-2.0-"});
  talk.give(Received{Party::client, "OpenSSH\r\n"});
  EXPECT_EQ(talk.to_origin, "SSH-2.0-OpenSSH\r\n");
  talk.give(Received{Party::origin, "SSH-2.0-other\r\n"});
  EXPECT_EQ(talk.to_client, "SSH-2.0-other\r\n");
  talk.give(Closed{Party::origin, Ending::rst});
  EXPECT_EQ(talk.hangups, (std::vector{Hangup{Party::client, Ending::rst}}));
}

TEST(Inspector, LetsPassAnOriginThatSpeaksFirst) {
  Inspected talk(CertificateKind::good);
  talk.give(Received{Party::origin, "220 mail.test ESMTP\r\n"});
  EXPECT_EQ(talk.to_client, "220 mail.test ESMTP\r\n");
  talk.give(Received{Party::client, "EHLO me\r\n"});
  EXPECT_EQ(talk.to_origin, "EHLO me\r\n");
}

TEST(Inspector, IsNotThereWhereNobodyAskedForIt) {
  Inspected talk(std::nullopt);
  talk.client.start();
  talk.pump();
  EXPECT_EQ(talk.client.state(), TlsEngine::State::open);
  EXPECT_TRUE(talk.notes.empty());
  EXPECT_TRUE(talk.hosts.empty());
}

TEST(Inspector, PassesAnEndThatCutsTheAnswerOff) {
  Inspected talk(CertificateKind::good);
  talk.client.start();
  talk.pump();
  talk.give(Closed{Party::origin, Ending::fin});
  EXPECT_EQ(talk.hangups, (std::vector{Hangup{Party::client, Ending::fin}}));
  talk.client.receive(std::exchange(talk.to_client, {}));
  EXPECT_EQ(talk.client.state(), TlsEngine::State::open) << "no close_notify";
}

TEST(Inspector, HoldsNoMoreThanItsLimitBeforeHandsAreShaken) {
  Inspected talk(CertificateKind::good);
  talk.client.start();
  talk.give(Received{Party::client, talk.client.take_output()});
  const std::string more(InspectedTunnel::kMostHeld, '\x16');
  talk.give(Received{Party::client, more});
  EXPECT_EQ(talk.notes, std::vector<std::string>{"inspection-overrun"});
  EXPECT_EQ(talk.hangups, (std::vector{Hangup{Party::client, Ending::fin}}));
}

TEST(Inspector, SurvivesGarbageInEveryPlace) {
  for (const auto* garbage : {"\x16\x03\x01\x00\x02\x01\x00", "\x16\x03\x01\x40\x00",
                              "\x17\x03\x03", "\x15\x03\x03\x00\x02\x02\x28 and more"}) {
    Inspected first(CertificateKind::good);
    first.give(Received{Party::client, garbage});
    first.give(Closed{Party::client, Ending::fin});
    Inspected later(CertificateKind::good);
    later.client.start();
    later.pump();
    later.give(Received{Party::client, garbage});
    later.give(Received{Party::origin, garbage});
    later.give(Closed{Party::origin, Ending::rst});
  }
}

}  // namespace
}  // namespace misproxy
