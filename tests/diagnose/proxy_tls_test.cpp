// What a capture of an https:// proxy shows, and what its TLS hides.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "diagnose/diagnose.hpp"

namespace misproxy::test {
namespace {

using diagnose::Confidence;
using diagnose::Connection;
using diagnose::Sight;
using testing::Contains;
using namespace std::chrono_literals;

Sight seen(std::uint64_t packet, diagnose::Time at) {
  return {at, evidence::Citation{"c.pcap", evidence::Citation::Unit::packet, packet, "packet"}};
}

/// TLS with the proxy is up, and the client has said something within it.
Connection asked() {
  Connection made;
  made.file = "c.pcap";
  made.on_wire = made.established = made.tls_to_proxy = true;
  made.server_port = 8443;
  made.syn = seen(1, 0s);
  made.syn_ack = seen(2, 0s);
  made.syn_acks = 1;
  made.from_client.first_payload = seen(4, 0s);
  made.from_client.segments = made.from_proxy.segments = 3;
  made.from_client.bytes = made.from_proxy.bytes = 1000;
  made.tls.client_hello = made.from_client.first_payload;
  made.tls.server_hello = made.from_proxy.first_payload = seen(5, 0s);
  made.tls.finished = seen(6, 0s);
  made.tls.version13 = true;
  made.tls.client_data = made.from_client.last_payload = seen(7, 0s);
  made.last_speaker = diagnose::End::client;
  made.last_words[0] = diagnose::Spoken{diagnose::End::client, 200};
  return made;
}

/// The proxy's FIN is the first.
Connection closed(Connection made, diagnose::Time at) {
  made.from_proxy.fin = seen(20, at);
  made.from_client.fin = seen(21, at);
  made.pause_before_close = at;
  return made;
}

/// And answers the close_notify of a client that waits no longer.
Connection given_up(Connection made) {
  made = closed(std::move(made), 4s);
  made.closed_on_notify = true;
  return made;
}

/// As keys show it.
Connection with_connect(Connection made) {
  made.connect = diagnose::RequestSeen{"CONNECT", "a.test:443", {}, 0, true, seen(7, 0s)};
  return made;
}

diagnose::Verdict verdict_on(Connection made) {
  diagnose::Observations observations;
  observations.connections.push_back(std::move(made));
  return diagnose::diagnose(std::move(observations)).incident;
}

TEST(ProxyTls, AConnectWithoutAnswerIsNamedByItsEnd) {
  const auto shut = verdict_on(with_connect(closed(asked(), 10ms)));
  EXPECT_EQ(shut.id, "proxy-closed-without-reply");
  EXPECT_EQ(shut.confidence, Confidence::certain);
  EXPECT_EQ(verdict_on(with_connect(given_up(asked()))).id, "proxy-connect-stall");
  auto reset = with_connect(asked());
  reset.resets.push_back({diagnose::End::proxy, false, 64, seen(20, 10ms)});
  EXPECT_EQ(verdict_on(std::move(reset)).id, "proxy-reset-without-reply");
}

TEST(ProxyTls, WithoutKeysNothingIsCertain) {
  const auto shut = verdict_on(closed(asked(), 10ms));
  EXPECT_EQ(shut.id, "empty-reply");
  EXPECT_EQ(shut.confidence, Confidence::ambiguous);
  EXPECT_THAT(shut.alternatives, Contains("proxy-closed-without-reply"));
  const auto silent = verdict_on(given_up(asked()));
  EXPECT_EQ(silent.id, "response-stall") << silent.headline;
  EXPECT_EQ(silent.confidence, Confidence::ambiguous);
  EXPECT_THAT(silent.alternatives, Contains("proxy-connect-stall"));
  auto reset = asked();
  reset.resets.push_back({diagnose::End::proxy, false, 64, seen(20, 10ms)});
  EXPECT_THAT(verdict_on(std::move(reset)).alternatives, Contains("proxy-reset-without-reply"));
}

}  // namespace
}  // namespace misproxy::test
