// What a response's length tells, and what a silence alone does not: the smallest evidence.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "diagnose/decrypted_observer.hpp"
#include "diagnose/diagnose.hpp"
#include "diagnose/quote.hpp"
#include "diagnose/read_evidence.hpp"

namespace misproxy::test {
namespace {

using namespace std::chrono_literals;
using diagnose::Connection;
using diagnose::End;
using diagnose::Outcome;
using diagnose::Sight;
using diagnose::Time;
using evidence::Citation;
using evidence::DecryptedHttp;
using testing::Contains;

Sight sight(Time at, std::uint64_t packet) {
  return {at, Citation{"c.pcap", Citation::Unit::packet, packet, "a packet"}};
}

/// A tunnel with TLS in it, a request of 200 bytes and an answer of so many; then a silence, and
/// the FIN of one end.
Connection tunnel(std::uint32_t answer, Time silence, End closes) {
  Connection made;
  made.file = "c.pcap";
  made.client = "10.40.40.1";
  made.client_port = 40000;
  made.on_wire = true;
  made.established = true;
  made.begin = Time{0};
  made.syn = sight(0ms, 1);
  made.reply = diagnose::ResponseSeen{};
  made.reply->status = 200;
  made.tls.version13 = true;
  made.tls.client_hello = sight(2ms, 4);
  made.tls.server_hello = sight(3ms, 5);
  made.tls.finished = sight(4ms, 6);
  made.tls.client_data = sight(5ms, 7);
  made.from_client.bytes = made.from_client.acknowledged = 800;
  made.from_client.largest = 517;
  made.from_client.last_payload = sight(5ms, 7);
  made.last_words = {diagnose::Spoken{End::client, 200}};
  made.last_speaker = End::client;
  if (answer > 0) {
    made.tls.server_data = sight(6ms, 8);
    made.tls.server_plain_bytes = answer;
    made.from_proxy.bytes = answer + 3000;
    made.from_proxy.largest = 1448;
    made.from_proxy.last_flight_bytes = answer;
    made.from_proxy.last_payload = sight(6ms, 8);
    made.last_words = {diagnose::Spoken{End::proxy, 700}, diagnose::Spoken{End::client, 200}};
    made.last_speaker = End::proxy;
  }
  made.pause_before_close = silence;
  made.flow(closes).fin = sight(6ms + silence, 20);
  made.end = 6ms + silence;
  return made;
}

diagnose::Verdict verdict_of(Connection connection,
                             std::optional<std::uint64_t> length = std::nullopt) {
  diagnose::Observations seen;
  seen.connections.push_back(std::move(connection));
  if (length) {
    DecryptedHttp request;
    request.packet = 7;
    request.source = "10.40.40.1";
    request.source_port = 40000;
    request.method = "GET";
    DecryptedHttp response;
    response.packet = 8;
    response.destination = "10.40.40.1";
    response.destination_port = 40000;
    response.status = 200;
    response.content_length = length;
    response.head_bytes = 100;
    diagnose::observe_decrypted("c.pcap", {request, response}, seen);
  }
  return diagnose::diagnose(std::move(seen)).incident;
}

TEST(BodyLength, NotReachedIsTruncatedWhereTheProxyCloses) {
  const auto found = verdict_of(tunnel(100'100, 1ms, End::proxy), 300'000);
  EXPECT_EQ(found.id, "truncated");
  EXPECT_NE(found.headline.find("100,000 bytes of 300,000 bytes"), std::string::npos)
      << found.headline;
}

TEST(BodyLength, ReachedIsHealthyHoweverLongTheSilence) {
  for (const auto silence : {Time{1ms}, Time{2900ms}, Time{3100ms}, Time{30s}}) {
    for (const auto closes : {End::client, End::proxy}) {
      const auto found = verdict_of(tunnel(100'100, silence, closes), 100'000);
      EXPECT_EQ(found.id, "healthy") << found.headline;
      EXPECT_EQ(found.outcome(), Outcome::works) << found.headline;
    }
  }
}

TEST(BodyLength, NotReachedIsNeverHealthy) {
  for (const auto silence : {Time{1ms}, Time{900ms}, Time{2900ms}, Time{3100ms}, Time{30s}}) {
    for (const auto closes : {End::client, End::proxy}) {
      const auto found = verdict_of(tunnel(100'100, silence, closes), 300'000);
      EXPECT_EQ(found.outcome(), Outcome::fails) << found.headline;
    }
  }
}

TEST(BodyLength, NotReachedBehindASilenceMayBeAStall) {
  for (const auto silence : {Time{300ms}, Time{1800ms}, Time{2900ms}, Time{3100ms}}) {
    auto left = tunnel(100'100, silence, End::client);
    const auto found = verdict_of(std::move(left), 300'000);
    auto ids = found.alternatives;
    ids.push_back(found.id);
    EXPECT_THAT(ids, Contains("download-stall")) << found.headline;
    EXPECT_THAT(ids, testing::Not(Contains("healthy"))) << found.headline;
  }
}

TEST(BodyLength, ALongSilenceIsNoFlow) {
  const auto found = verdict_of(tunnel(100'100, 1800ms, End::client), 300'000);
  EXPECT_EQ(found.headline.find("while data still flows"), std::string::npos) << found.headline;
}

TEST(BodyLength, NotReachedByAllThatTheStreamHadIsShortThoughItCannotBeRead) {
  auto gap = tunnel(47'000, 1ms, End::client);
  gap.tls.server_plain_bytes.reset();
  gap.tls.server_stream_bytes = 52'000;
  gap.from_proxy.unseen = 5'792;
  const auto found = verdict_of(std::move(gap), 300'000);
  EXPECT_NE(found.id, "healthy");
  EXPECT_NE(found.headline.find("at most 52,000 bytes of 300,000 bytes"), std::string::npos)
      << found.headline;
}

TEST(BodyLength, EvidenceThatBreaksOffOrHasGapsProvesNoSuccess) {
  for (const bool broken : {true, false}) {
    auto made = tunnel(5'000, 1ms, End::client);
    if (broken) made.from_client.fin.reset();
    made.broken_off = broken;
    made.from_proxy.unseen = broken ? 0 : 1448;
    const auto found = verdict_of(std::move(made));
    EXPECT_EQ(found.id, "not-enough-evidence");
    EXPECT_EQ(found.outcome(), Outcome::untold);
    EXPECT_TRUE(found.cut_short);
  }
}

TEST(BodyLength, NotReachedIsNoSuccessThoughTheRequestCannotBeRead) {
  auto made = tunnel(47'000, 1ms, End::client);
  made.tls.server_stream_bytes = 48'000;
  made.response = diagnose::ResponseSeen{};
  made.response->status = 200;
  made.response->headers = {{"Content-Length", "300000"}};
  const auto found = verdict_of(std::move(made));
  EXPECT_EQ(found.id, "not-enough-evidence") << found.headline;
}

TEST(BodyLength, WhatWorkedMakesUpForNothingThatBrokeOff) {
  auto broken = tunnel(5'000, 1ms, End::client);
  broken.from_client.fin.reset();
  broken.broken_off = true;
  diagnose::Observations seen;
  seen.connections.push_back(std::move(broken));
  seen.connections.push_back(tunnel(5'000, 1ms, End::client));
  EXPECT_EQ(diagnose::diagnose(std::move(seen)).incident.id, "not-enough-evidence");
}

/// As a run that a limit stops leaves its log.
TEST(BodyLength, IsNotReachedInALogWhoseWriterWasStopped) {
  constexpr std::string_view kLog =
      "* Connected to 10.0.0.1 (10.0.0.1) port 3128\n"
      "> CONNECT tools.cisco.com:443 HTTP/1.1\n> \n"
      "< HTTP/1.1 200 Connection established\n< \n"
      "* SSL connection using TLSv1.3 / TLS_AES_256_GCM_SHA384\n"
      "> GET /bytes/1000000 HTTP/1.1\n> \n"
      "< HTTP/1.1 200 OK\n< Content-Length: 1000000\n< \n";
  auto read = diagnose::read_evidence({{"client.log", kLog, nullptr, true}});
  ASSERT_TRUE(std::holds_alternative<diagnose::Observations>(read));
  const auto found = diagnose::diagnose(std::get<diagnose::Observations>(std::move(read))).incident;
  EXPECT_EQ(found.id, "not-enough-evidence") << found.headline;
  EXPECT_THAT(found.alternatives, testing::Not(Contains("healthy")));
  EXPECT_NE(found.headline.find("breaks off"), std::string::npos) << found.headline;
}

TEST(BodyLength, NotKnownIsUntoldOnBothSidesOfThreeSeconds) {
  for (const auto silence : {Time{1100ms}, Time{2900ms}, Time{3100ms}, Time{30s}}) {
    const auto found = verdict_of(tunnel(100'100, silence, End::client));
    EXPECT_EQ(found.confidence, diagnose::Confidence::ambiguous) << found.headline;
    auto ids = found.alternatives;
    ids.push_back(found.id);
    EXPECT_THAT(ids, Contains("healthy"));
    EXPECT_THAT(ids, Contains("download-stall"));
  }
}

TEST(BodyLength, ADoubtfulSuccessSaysSoInItsHeadline) {
  const auto found = verdict_of(tunnel(5'000, 1ms, End::proxy));
  EXPECT_EQ(found.id, "healthy");
  EXPECT_EQ(found.outcome(), Outcome::untold);
  EXPECT_NE(found.headline.find("truncated"), std::string::npos) << found.headline;
}

/// The proxy's encrypted alert: an answer to the Finished, or to a client that has gone.
TEST(ClientsEnd, ComesBeforeTheAlertThatAnswersIt) {
  auto connection = tunnel(0, 1800ms, End::client);
  connection.tls.alerts.push_back({End::proxy, 0, -1, "", sight(1810ms, 21)});
  EXPECT_EQ(verdict_of(connection).id, "response-stall");
  connection.tls.alerts.front().sight = sight(7ms, 8);
  EXPECT_EQ(verdict_of(connection).id, "tls-client-cert-required");
}

/// Of a tunnel in which a request was sent at 10:00:00.022, and then what `lines` say.
diagnose::Verdict behind_a_request(std::string_view lines) {
  constexpr std::string_view kRequest =
      R"(10:00:00.000000 IP 10.40.40.1.40000 > 10.10.10.1.80: Flags [S], seq 100, win 64240, options [mss 1460], length 0
10:00:00.000100 IP 10.10.10.1.80 > 10.40.40.1.40000: Flags [S.], seq 900, ack 101, win 65160, options [mss 1460], length 0
10:00:00.000200 IP 10.40.40.1.40000 > 10.10.10.1.80: Flags [.], ack 1, win 502, length 0
10:00:00.000300 IP 10.40.40.1.40000 > 10.10.10.1.80: Flags [P.], seq 1:123, ack 1, win 502, length 122: HTTP: CONNECT tools.cisco.com:443 HTTP/1.1
10:00:00.010000 IP 10.10.10.1.80 > 10.40.40.1.40000: Flags [P.], seq 1:40, ack 123, win 509, length 39: HTTP: HTTP/1.1 200 Connection established
10:00:00.012000 IP 10.40.40.1.40000 > 10.10.10.1.80: Flags [P.], seq 123:640, ack 40, win 502, length 517
10:00:00.020000 IP 10.10.10.1.80 > 10.40.40.1.40000: Flags [P.], seq 40:1488, ack 640, win 509, length 1448
10:00:00.021000 IP 10.40.40.1.40000 > 10.10.10.1.80: Flags [P.], seq 640:720, ack 1488, win 502, length 80
10:00:00.022000 IP 10.40.40.1.40000 > 10.10.10.1.80: Flags [P.], seq 720:900, ack 1488, win 502, length 180
10:00:00.022500 IP 10.10.10.1.80 > 10.40.40.1.40000: Flags [.], ack 900, win 509, length 0
)";
  const auto text = std::string(kRequest) + std::string(lines);
  auto read = diagnose::read_evidence({{"tcpdump.txt", text}});
  if (!std::holds_alternative<diagnose::Observations>(read)) {
    ADD_FAILURE() << "it is not read";
    return {};
  }
  return diagnose::diagnose(std::get<diagnose::Observations>(std::move(read))).incident;
}

/// Java's says user_canceled and close_notify, each in a segment of its own, and closes.
TEST(ClientsEnd, BehindTwoAlertsLeavesAStalledResponse) {
  constexpr std::string_view kText =
      R"(10:00:03.030000 IP 10.40.40.1.40000 > 10.10.10.1.80: Flags [P.], seq 900:924, ack 1488, win 502, length 24
10:00:03.030200 IP 10.40.40.1.40000 > 10.10.10.1.80: Flags [P.], seq 924:948, ack 1488, win 502, length 24
10:00:03.030300 IP 10.40.40.1.40000 > 10.10.10.1.80: Flags [F.], seq 948, ack 1488, win 502, length 0
10:00:03.030600 IP 10.10.10.1.80 > 10.40.40.1.40000: Flags [F.], seq 1488, ack 949, win 509, length 0
)";
  const auto found = behind_a_request(kText);
  EXPECT_EQ(found.id, "response-stall");
  EXPECT_NE(found.headline.find("3.0 s without data"), std::string::npos) << found.headline;
}

/// One may wait for the other's close_notify before its own FIN.
TEST(ClientsEnd, IsItsCloseNotifyHoweverLateItsFin) {
  constexpr std::string_view kText =
      R"(10:00:03.030000 IP 10.40.40.1.40000 > 10.10.10.1.80: Flags [P.], seq 900:924, ack 1488, win 502, length 24
10:00:03.330300 IP 10.40.40.1.40000 > 10.10.10.1.80: Flags [F.], seq 924, ack 1488, win 502, length 0
10:00:03.330600 IP 10.10.10.1.80 > 10.40.40.1.40000: Flags [F.], seq 1488, ack 925, win 509, length 0
)";
  const auto found = behind_a_request(kText);
  EXPECT_EQ(found.id, "response-stall");
  EXPECT_NE(found.headline.find("3.0 s without data"), std::string::npos) << found.headline;
}

}  // namespace
}  // namespace misproxy::test
