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

}  // namespace
}  // namespace misproxy::test
