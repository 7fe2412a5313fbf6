#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <ifaddrs.h>
#include <netinet/in.h>

#include <algorithm>
#include <memory>

#include "support/served.hpp"
#include "support/socket.hpp"

namespace misproxy::test {
namespace {

using ::testing::HasSubstr;

constexpr auto kConnectAsGuest = "CONNECT tools.cisco.com:443 HTTP/1.1\r\n\r\n";

/// An address of this machine's that is not loopback; empty where it has none.
std::string other_address() {
  ifaddrs* first = nullptr;
  if (::getifaddrs(&first) != 0) return {};
  const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> all(first, ::freeifaddrs);
  for (const auto* each = first; each != nullptr; each = each->ifa_next) {
    if (each->ifa_addr == nullptr || each->ifa_addr->sa_family != AF_INET) continue;
    const auto address = reinterpret_cast<const sockaddr_in*>(each->ifa_addr)->sin_addr;
    if ((ntohl(address.s_addr) >> 24) != 127) return ::inet_ntoa(address);
  }
  return {};
}

TEST(Guests, BeyondLoopbackTheyHaveToBeNamed) {
  for (const auto* listen : {"0.0.0.0:0", "[::]:0", "192.0.2.1:0"}) {
    const auto finished = misproxy({"serve", "--listen", listen});
    EXPECT_EQ(finished.code, 2);
    EXPECT_THAT(finished.err, HasSubstr("say who may connect with --allow-client CIDR"));
  }
  const auto bad = misproxy({"serve", "--listen", "0.0.0.0:0", "--allow-client", "10.0.0.0/33"});
  EXPECT_EQ(bad.code, 2);
  EXPECT_THAT(bad.err, HasSubstr("10.0.0.0/33 is no address and no CIDR prefix"));
}

TEST(Guests, WhoIsNotOneIsClosedAtAcceptAndToldOf) {
  const auto here = other_address();
  if (here.empty()) GTEST_SKIP() << "this machine has loopback alone";
  Served served({"allow"},
                {"--listen", "0.0.0.0:0", "--allow-client", "203.0.113.0/24", "--exit-after", "1"});
  Socket stranger(here, served.port());
  EXPECT_EQ(stranger.read_all(), "");
  served.await(1, [](const TraceLine& line) { return line.event.name == "client-not-allowed"; });
  Socket own(served.port());  // loopback always may, and is the first that counts
  own.send(kConnectAsGuest);
  EXPECT_THAT(own.read(20), HasSubstr("HTTP/1.1 200"));
  own.reset();
  served.wait();
  const auto lines = served.trace();
  const auto told = std::find_if(lines.begin(), lines.end(), [](const TraceLine& line) {
    return line.event.name == "client-not-allowed";
  });
  ASSERT_NE(told, lines.end());
  EXPECT_EQ(told->connection, 0);
  EXPECT_EQ(told->event.cause, Cause::environment);
  EXPECT_TRUE(std::any_of(lines.begin(), lines.end(),
                          [](const TraceLine& line) { return line.connection == 1; }));
  EXPECT_TRUE(std::none_of(lines.begin(), lines.end(),
                           [](const TraceLine& line) { return line.connection == 2; }));
}

TEST(Guests, WhoIsNamedIsServed) {
  const auto here = other_address();
  if (here.empty()) GTEST_SKIP() << "this machine has loopback alone";
  for (const auto* listen : {"0.0.0.0:0", "[::]:0"}) {
    Served served({"allow"}, {"--listen", listen, "--allow-client", "203.0.113.0/24",
                              "--allow-client", here + "/32"});
    Socket guest(here, served.port());
    guest.send(kConnectAsGuest);
    EXPECT_THAT(guest.read(20), HasSubstr("HTTP/1.1 200"));
    guest.reset();
    served.stop();
  }
}

}  // namespace
}  // namespace misproxy::test
