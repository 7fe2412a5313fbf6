// Faults inside an inspected tunnel before a real origin.

#include "proxy/inner_relay.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "support/inspected.hpp"

namespace misproxy {
namespace {

using test::fault_text;
using test::Inspected;

constexpr auto kReal = "connect-to = '127.0.0.1:4433'\n";
constexpr auto kInspects =
    "[[fault]]\nid = 'inspection'\nwhen.point = 'upstream-connect'\ndo.inspect.ca = 'trusted'\n";
constexpr auto kGetFile = "GET /file HTTP/1.1\r\nHost: a.test\r\n\r\n";
constexpr auto kAnswer = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123456789";

/// An inspected tunnel with these faults, whose hands are shaken.
struct RelayedTunnel : Inspected {
  explicit RelayedTunnel(const std::string& faults, std::size_t cut = 1 << 20)
      : Inspected(test::plan_with(kReal + std::string(kInspects) + faults)) {
    piece = cut;
    client.start();
    pump();
    EXPECT_EQ(client.state(), TlsEngine::State::open);
    EXPECT_EQ(origin.state(), TlsEngine::State::open);
    notes.clear();
  }

  /// What the origin hears of it, anew.
  std::string ask(std::string_view request) {
    origin_heard.clear();
    client.send(request);
    run();
    return origin_heard;
  }
  /// What the client hears of it, anew.
  std::string say(std::string_view response) {
    client_heard.clear();
    origin.send(response);
    run();
    return client_heard;
  }
};

using Names = std::vector<std::string>;

/// A fault that never acts here, so that all passes through the relay.
const auto kElsewhere =
    fault_text("elsewhere", "point = 'inner-request', path = '/other'", "close = { how = 'rst' }");

TEST(InnerRelay, PassesRequestsAndResponsesHoweverTheyAreCut) {
  for (const std::size_t cut : {std::size_t{1}, std::size_t{7}, std::size_t{1} << 20}) {
    RelayedTunnel tunnel(kElsewhere, cut);
    for (int i = 0; i < 2; ++i) {
      EXPECT_EQ(tunnel.ask(kGetFile), kGetFile) << cut;
      EXPECT_EQ(tunnel.say(kAnswer), kAnswer) << cut;
    }
    EXPECT_EQ(tunnel.notes,
              (Names{"inner-request", "inner-response", "inner-request", "inner-response"}));
    EXPECT_TRUE(tunnel.hangups.empty());
  }
}

TEST(InnerRelay, PassesEveryFramingThatHttpHas) {
  RelayedTunnel tunnel(kElsewhere);
  const std::string chunked =
      "POST /up HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: "
      "chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
  EXPECT_EQ(tunnel.ask(chunked), chunked);
  const std::string in_chunks =
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nxy\r\n0\r\nTrailer: t\r\n\r\n";
  EXPECT_EQ(tunnel.say(in_chunks), in_chunks);
  const std::string head = "HEAD /file HTTP/1.1\r\nHost: a.test\r\n\r\n";
  EXPECT_EQ(tunnel.ask(head), head);
  const std::string to_head = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n";
  EXPECT_EQ(tunnel.say(to_head), to_head);
  EXPECT_EQ(tunnel.ask(kGetFile), kGetFile);
  const std::string begun = "HTTP/1.1 200 OK\r\n\r\nuntil the end";
  EXPECT_EQ(tunnel.say(begun), begun);
  EXPECT_TRUE(tunnel.hangups.empty());
  tunnel.origin.close();
  tunnel.run();
  EXPECT_EQ(tunnel.client.state(), TlsEngine::State::closed_by_peer) << "close_notify passes";
  EXPECT_EQ(tunnel.hangups, (std::vector{Hangup{Party::client, Ending::fin}}));
}

TEST(InnerRelay, PipelinedRequestsGoOnOneByOne) {
  RelayedTunnel tunnel(kElsewhere);
  const std::string two = std::string(kGetFile) + kGetFile;
  EXPECT_EQ(tunnel.ask(two), kGetFile);
  tunnel.origin_heard.clear();
  EXPECT_EQ(tunnel.say(kAnswer), kAnswer);
  EXPECT_EQ(tunnel.origin_heard, kGetFile);
}

TEST(InnerRelay, AnswersInTheOriginsPlaceAndTheNextRequestGoesOn) {
  RelayedTunnel tunnel(fault_text("deny", "point = 'inner-request', path = '/file'",
                                  "respond = { status = 451, body = 'no' }"));
  EXPECT_EQ(tunnel.ask(kGetFile), "");
  EXPECT_TRUE(tunnel.client_heard.starts_with("HTTP/1.1 451 ")) << tunnel.client_heard;
  EXPECT_TRUE(tunnel.client_heard.ends_with("no"));
  const std::string other = "GET /else HTTP/1.1\r\nHost: a.test\r\n\r\n";
  EXPECT_EQ(tunnel.ask(other), other);
  EXPECT_EQ(tunnel.say(kAnswer), kAnswer);
  ASSERT_EQ(tunnel.injected.size(), 1U);
  EXPECT_EQ(tunnel.injected[0].fault, "deny");
}

TEST(InnerRelay, AnInterimAnswerComesBeforeTheOriginsOwn) {
  RelayedTunnel tunnel(
      fault_text("early", "point = 'inner-request'", "respond = { status = 103 }"));
  EXPECT_EQ(tunnel.ask(kGetFile), kGetFile);
  EXPECT_TRUE(tunnel.client_heard.starts_with("HTTP/1.1 103 ")) << tunnel.client_heard;
  EXPECT_EQ(tunnel.say(kAnswer), kAnswer);
}

TEST(InnerRelay, ATimedStallHoldsTheRequestBack) {
  RelayedTunnel tunnel(fault_text("late", "point = 'inner-request'", "stall = { for_ms = 700 }"));
  tunnel.client.send(kGetFile);
  tunnel.pump();
  EXPECT_EQ(tunnel.origin_heard, "");
  tunnel.run();
  EXPECT_EQ(tunnel.now, std::chrono::milliseconds(700));
  EXPECT_EQ(tunnel.origin_heard, kGetFile);
  EXPECT_EQ(tunnel.say(kAnswer), kAnswer);
}

TEST(InnerRelay, CutsTheResponseAtAByteOfItsBody) {
  for (const std::size_t cut : {std::size_t{1}, std::size_t{1} << 20}) {
    RelayedTunnel tunnel(fault_text("cut", "point = 'inner-response', body_offset_bytes = 4",
                                    "close = { how = 'no_close_notify' }"),
                         cut);
    tunnel.ask(kGetFile);
    EXPECT_TRUE(tunnel.say(kAnswer).ends_with("\r\n\r\n0123")) << tunnel.client_heard;
    EXPECT_EQ(tunnel.client.state(), TlsEngine::State::open) << "no close_notify";
    EXPECT_EQ(tunnel.hangups, (std::vector{Hangup{Party::client, Ending::fin}}));
  }
}

TEST(InnerRelay, KnowsTheResponsesStatusAndHeaders) {
  RelayedTunnel tunnel(fault_text("flip",
                                  "point = 'inner-response', status = 200, header = 'x-kind: a*', "
                                  "body_offset_bytes = 0",
                                  "corrupt = { xor = 1 }"));
  tunnel.ask(kGetFile);
  EXPECT_TRUE(tunnel.say(kAnswer).ends_with("\r\n\r\n0123456789")) << "another one";
  tunnel.ask(kGetFile);
  EXPECT_TRUE(tunnel.say("HTTP/1.1 200 OK\r\nX-Kind: any\r\nContent-Length: 2\r\n\r\n01")
                  .ends_with("\r\n\r\n11"))
      << tunnel.client_heard;
}

TEST(InnerRelay, SlowsAResponseDownAndAsksTheOriginForNoMoreThanItHolds) {
  RelayedTunnel tunnel(fault_text("slow", "point = 'inner-response'",
                                  "throttle = { bytes_per_s = 1000000, burst_bytes = 1000 }"));
  tunnel.ask(kGetFile);
  const std::string body(1'000'000, 'b');
  tunnel.client_heard.clear();
  tunnel.origin.send(fmt::format("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.size()));
  tunnel.origin.send(body);
  tunnel.pump();
  EXPECT_TRUE(tunnel.paused.contains(Party::origin));
  tunnel.run();
  EXPECT_TRUE(tunnel.client_heard.ends_with(body));
  EXPECT_GT(tunnel.now, std::chrono::milliseconds(950));
  EXPECT_FALSE(tunnel.paused.contains(Party::origin));
}

TEST(InnerRelay, AnAlertWithinTlsComesFromTheClientsSide) {
  RelayedTunnel tunnel(
      fault_text("alert", "point = 'inner-response'", "tls-alert = { description = 80 }"));
  tunnel.ask(kGetFile);
  tunnel.say(kAnswer);
  EXPECT_EQ(tunnel.client.state(), TlsEngine::State::failed);
  EXPECT_EQ(tunnel.client.alert_received(), 80);
}

TEST(InnerRelay, SaysContinueWhereItHoldsARequestAndElseLetsTheOriginSayIt) {
  const std::string head =
      "PUT /file HTTP/1.1\r\nHost: a.test\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n";
  const std::string go_on = "HTTP/1.1 100 Continue\r\n\r\n";
  RelayedTunnel passing(kElsewhere);
  EXPECT_EQ(passing.ask(head), head);
  EXPECT_EQ(passing.say(go_on), go_on);
  EXPECT_EQ(passing.ask("body"), "body");
  EXPECT_EQ(passing.say(kAnswer), kAnswer);
  RelayedTunnel holding(fault_text("late", "point = 'inner-request'", "stall = { for_ms = 1 }"));
  EXPECT_EQ(holding.ask(head), "");
  EXPECT_EQ(holding.client_heard, go_on);
  EXPECT_EQ(holding.ask("body"), head + "body");
  EXPECT_EQ(holding.say(go_on + kAnswer), kAnswer) << "it is not told twice";
}

TEST(InnerRelay, ALargeRequestGoesOnBeforeItsTurnAndItsAnswerIsTheLast) {
  RelayedTunnel tunnel(fault_text("full", "point = 'inner-request'", "respond = { status = 507 }"));
  const std::string body(RelayedDialogue::kMostHeld + 1000, 'u');
  const auto heard = tunnel.ask(fmt::format(
      "PUT /file HTTP/1.1\r\nHost: a.test\r\nContent-Length: {}\r\n\r\n{}", body.size(), body));
  EXPECT_GT(heard.size(), RelayedDialogue::kMostHeld);
  EXPECT_TRUE(tunnel.client_heard.starts_with("HTTP/1.1 507 ")) << tunnel.client_heard;
  EXPECT_EQ(tunnel.hangups, (std::vector{Hangup{Party::client, Ending::fin}}));
}

TEST(InnerRelay, AnAnswerBeforeTheRequestIsWholeIsTheConnectionsLast) {
  RelayedTunnel tunnel(kElsewhere);
  tunnel.ask("PUT /file HTTP/1.1\r\nHost: a.test\r\nContent-Length: 1000\r\n\r\npart");
  const std::string refused = "HTTP/1.1 413 Content Too Large\r\nContent-Length: 2\r\n\r\nno";
  EXPECT_EQ(tunnel.say(refused), refused);
  EXPECT_EQ(tunnel.hangups, (std::vector{Hangup{Party::client, Ending::fin}}));
}

TEST(InnerRelay, AnEndOfTheOriginsIsPassedOnAsItIs) {
  for (const auto how : {Ending::fin, Ending::rst}) {
    RelayedTunnel tunnel(kElsewhere);
    tunnel.ask(kGetFile);
    EXPECT_TRUE(tunnel.say("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n01").ends_with("01"));
    tunnel.give(Closed{Party::origin, how});
    tunnel.pump();
    EXPECT_EQ(tunnel.hangups, (std::vector{Hangup{Party::client, how}}));
    EXPECT_EQ(tunnel.client.state(), TlsEngine::State::open) << "no close_notify";
  }
}

TEST(InnerRelay, AClientThatSendsNoMoreStillGetsItsAnswer) {
  RelayedTunnel tunnel(kElsewhere);
  tunnel.ask(kGetFile);
  tunnel.client.close();
  tunnel.run();
  EXPECT_TRUE(tunnel.hangups.empty());
  EXPECT_EQ(tunnel.say(kAnswer), kAnswer);
  EXPECT_EQ(tunnel.hangups, (std::vector{Hangup{Party::client, Ending::fin}}));
}

TEST(InnerRelay, BehindASwitchOfProtocolsAllPasses) {
  RelayedTunnel tunnel(kElsewhere);
  tunnel.ask(
      "GET /ws HTTP/1.1\r\nHost: a.test\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n");
  const std::string switched =
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n";
  EXPECT_EQ(tunnel.say(switched + "\x81\x02hi"), switched + "\x81\x02hi");
  EXPECT_EQ(tunnel.ask("\x81\x82mask"), "\x81\x82mask");
  EXPECT_EQ(tunnel.say("\x88"), "\x88");
}

TEST(InnerRelay, WhatIsNoHttpIsRefusedOfAClientAndPassesOfAnOrigin) {
  RelayedTunnel of_client(kElsewhere);
  EXPECT_EQ(of_client.ask("\x01\x02\x03 what\r\n\r\n"), "");
  EXPECT_TRUE(of_client.client_heard.starts_with("HTTP/1.1 400 ")) << of_client.client_heard;
  RelayedTunnel of_origin(kElsewhere);
  of_origin.ask(kGetFile);
  EXPECT_EQ(of_origin.say("220 mail.test ESMTP\r\n"), "220 mail.test ESMTP\r\n");
  EXPECT_EQ(of_origin.notes.back(), "bad-response");
  EXPECT_EQ(of_origin.say("more"), "more");
  RelayedTunnel bad_chunk(kElsewhere);
  bad_chunk.ask(kGetFile);
  const std::string bad = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nxx";
  EXPECT_EQ(bad_chunk.say(bad), bad);
}

}  // namespace
}  // namespace misproxy
