// What a tunnel that stands still takes of a sender that never stops, and what others notice of it.

#include <gmock/gmock.h>

#include <fstream>
#include <string>
#include <vector>

#include "support/served.hpp"
#include "support/socket.hpp"
#include "support/upstream_text.hpp"

namespace misproxy::test {
namespace {

constexpr std::string_view kStalledEstablished = "HTTP/1.1 200 Connection established\r\n\r\n";
constexpr auto kConnect = "CONNECT real.test:443 HTTP/1.1\r\nHost: real.test:443\r\n\r\n";
constexpr std::size_t kMuch = 64 << 20;  // several times what the kernel's queues hold
constexpr std::size_t kTunnels = 6;
constexpr std::int64_t kMostKiB = 8 * 1024;  // a few queues each; without a limit it were 300 MiB

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kMemoryIsOurs = false;  // but a sanitizer's, too
#else
constexpr bool kMemoryIsOurs = true;
#endif

/// Of the process alone, without the files that it has mapped.
std::int64_t memory_kib(std::int64_t pid) {
  std::ifstream status("/proc/" + std::to_string(pid) + "/status");
  for (std::string word; status >> word;) {
    std::int64_t kib = 0;
    if (word == "RssAnon:" && status >> kib) return kib;
  }
  ADD_FAILURE() << "the kernel tells no RssAnon";
  return 0;
}

/// With the kernel between the sockets or misproxy, as far as no fault acts.
class StalledTunnel : public ::testing::TestWithParam<bool> {
 protected:
  std::vector<std::string> flags() const {
    return GetParam() ? std::vector<std::string>{} : std::vector<std::string>{"--no-splice"};
  }

  /// Both ends of a tunnel.
  struct Ends {
    Socket client;
    Socket origin;
  };
  Ends open(const Served& served) const {
    Socket client(served.port());
    client.send(kConnect);
    Socket origin = upstream_.accept();
    EXPECT_EQ(client.read(kStalledEstablished.size()), kStalledEstablished);
    return {std::move(client), std::move(origin)};
  }

  /// So many tunnels, in each of which one end sends, and until nothing is taken any more where it
  /// `blocks`.
  void expect_bounded(const Served& served, Socket Ends::*sender, bool blocks = true) const {
    const auto before = memory_kib(served.ready().pid);
    const std::string much(kMuch, 'x');
    std::vector<Ends> tunnels;
    for (std::size_t i = 0; i < kTunnels; ++i) {
      tunnels.push_back(open(served));
      const auto& end = tunnels.back().*sender;
      end.limit_wait(150);
      const auto taken = end.send(much);
      if (blocks) {
        EXPECT_LT(taken, much.size());
      }
    }
    if (kMemoryIsOurs) {
      EXPECT_LT(memory_kib(served.ready().pid) - before, kMostKiB);
    }
    Socket other(served.port());
    other.send("CONNECT nobody.test:443 HTTP/1.1\r\n\r\n");
    EXPECT_EQ(other.read(12), "HTTP/1.1 403") << "nobody else waits";
  }

  std::string up(std::string_view more = {}) const {
    return folder_.write("up.toml", real_at(upstream_.port(), more));
  }

  Folder folder_;
  Listener upstream_;
};

INSTANTIATE_TEST_SUITE_P(Splice, StalledTunnel, ::testing::Bool(), [](const auto& each) {
  return each.param ? "ByTheKernel" : "ByMisproxy";
});

TEST_P(StalledTunnel, AnUpstreamThatNeverReads) {
  Served served({up()}, flags());
  expect_bounded(served, &Ends::client);
  served.stop();
}

TEST_P(StalledTunnel, AClientThatNeverReads) {
  Served served({up()}, flags());
  expect_bounded(served, &Ends::origin);
  served.stop();
}

/// What it takes then goes nowhere.
TEST_P(StalledTunnel, AFaultThatStallsForEver) {
  Served served({up(fault("f", "point = 'tunnel', direction = 'to_origin', offset_bytes = 1000",
                          "stall = {}"))},
                flags());
  expect_bounded(served, &Ends::client, false);
  served.stop();
}

}  // namespace
}  // namespace misproxy::test
