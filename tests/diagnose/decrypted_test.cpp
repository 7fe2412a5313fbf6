// Which connection a message from inside TLS belongs to.
#include <gtest/gtest.h>

#include "diagnose/decrypted_observer.hpp"
#include "diagnose/quote.hpp"

namespace misproxy::test {
namespace {

using diagnose::Connection;
using diagnose::Observations;
using evidence::DecryptedHttp;

Connection connection(const std::string& client, std::uint64_t first_packet) {
  Connection connection;
  connection.file = "c.pcap";
  connection.client = client;
  connection.client_port = 40000;
  connection.syn = diagnose::Sight{
      std::nullopt,
      evidence::Citation{"c.pcap", evidence::Citation::Unit::packet, first_packet, "SYN"}};
  return connection;
}

DecryptedHttp response(const std::string& client, std::uint64_t packet, int status) {
  DecryptedHttp message;
  message.packet = packet;
  message.source = "10.10.10.1";
  message.source_port = 3128;
  message.destination = client;
  message.destination_port = 40000;
  message.status = status;
  return message;
}

TEST(Decrypted, TwoClientsWithOnePort) {
  Observations seen;
  seen.connections.push_back(connection("10.0.0.1", 1));
  seen.connections.push_back(connection("2001:db8::2", 2));
  diagnose::observe_decrypted(
      "c.pcap", {response("2001:db8::2", 20, 404), response("10.0.0.1", 21, 200)}, seen);
  ASSERT_TRUE(seen.connections[0].response && seen.connections[1].response);
  EXPECT_EQ(seen.connections[0].response->status, 200);
  EXPECT_EQ(seen.connections[1].response->status, 404);
}

TEST(Decrypted, APortThatIsUsedAgain) {
  Observations seen;
  for (const std::uint64_t first : {1U, 100U, 200U})
    seen.connections.push_back(connection("10.0.0.1", first));
  diagnose::observe_decrypted(
      "c.pcap", {response("10.0.0.1", 20, 200), response("10.0.0.1", 150, 503)}, seen);
  ASSERT_TRUE(seen.connections[0].response && seen.connections[1].response);
  EXPECT_EQ(seen.connections[0].response->status, 200);
  EXPECT_EQ(seen.connections[1].response->status, 503);
  EXPECT_FALSE(seen.connections[2].response);
}

TEST(Decrypted, WithoutAddressesThePortDecides) {
  Observations seen;
  seen.connections.push_back(connection("10.0.0.1", 1));
  diagnose::observe_decrypted("c.pcap", {response("", 20, 200)}, seen);
  ASSERT_TRUE(seen.connections[0].response);
  EXPECT_EQ(seen.connections[0].response->status, 200);
}

/// A tunnel in which so much came behind the request, and the client said something in between.
Connection tunnel_with(std::uint64_t all, std::uint64_t since_last_words) {
  auto made = connection("10.0.0.1", 1);
  made.on_wire = made.established = true;
  made.tls.version13 = true;
  made.tls.server_all_bytes = all;
  made.tls.server_plain_bytes = since_last_words;
  return made;
}

std::vector<DecryptedHttp> http2_download(std::uint64_t length, bool ends) {
  DecryptedHttp request;
  request.packet = 10;
  request.source = "10.0.0.1";
  request.source_port = 40000;
  request.method = "GET";
  request.http2 = request.ends_stream = true;
  auto head = response("10.0.0.1", 11, 200);
  head.content_length = length;
  head.http2 = true;
  auto end = response("10.0.0.1", 90, 0);
  end.http2 = end.ends_stream = true;
  std::vector<DecryptedHttp> messages{request, head};
  if (ends) messages.push_back(end);
  return messages;
}

/// In HTTP/2 a client says how much more it takes in the middle of a response: the count of what
/// came behind its last words is no body's.
TEST(Decrypted, AStreamThatEndsIsWholeWhateverTheClientSaidInBetween) {
  Observations seen;
  seen.connections.push_back(tunnel_with(301'000, 40'000));
  diagnose::observe_decrypted("c.pcap", http2_download(300'000, true), seen);
  EXPECT_TRUE(seen.connections[0].body_is_whole());
}

TEST(Decrypted, AStreamThatDoesNotEndIsShort) {
  Observations seen;
  seen.connections.push_back(tunnel_with(301'000, 40'000));
  diagnose::observe_decrypted("c.pcap", http2_download(300'000, false), seen);
  EXPECT_TRUE(seen.connections[0].body_is_short());
}

TEST(Decrypted, AStreamThatEndsBeforeItsLengthIsShort) {
  Observations seen;
  seen.connections.push_back(tunnel_with(200'900, 40'000));
  diagnose::observe_decrypted("c.pcap", http2_download(300'000, true), seen);
  EXPECT_TRUE(seen.connections[0].body_is_short());
}

/// The end may be in what the capture lost.
TEST(Decrypted, AStreamWithoutItsEndInACaptureWithGapsIsNeither) {
  Observations seen;
  seen.connections.push_back(tunnel_with(301'000, 40'000));
  seen.connections[0].from_proxy.unseen = 1448;
  diagnose::observe_decrypted("c.pcap", http2_download(300'000, false), seen);
  EXPECT_FALSE(seen.connections[0].body_is_short());
  EXPECT_FALSE(seen.connections[0].body_is_whole());
}

/// Inside the TLS of an https:// proxy the answer to a CONNECT is the proxy's.
TEST(Decrypted, WhatAConnectGetsInsideTheProxysTlsIsNoOriginsAnswer) {
  Observations seen;
  seen.connections.push_back(connection("10.0.0.1", 1));
  seen.connections[0].tls_to_proxy = true;
  DecryptedHttp request;
  request.packet = 10;
  request.source = "10.0.0.1";
  request.source_port = 40000;
  request.method = "CONNECT";
  request.target = "a.test:443";
  diagnose::observe_decrypted("c.pcap", {request, response("10.0.0.1", 11, 403)}, seen);
  EXPECT_FALSE(seen.connections[0].response);
  ASSERT_TRUE(seen.connections[0].reply && seen.connections[0].connect);
  EXPECT_EQ(seen.connections[0].reply->status, 403);
}

}  // namespace
}  // namespace misproxy::test
