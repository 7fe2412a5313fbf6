#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <set>
#include <thread>
#include <vector>

#include "support/served.hpp"
#include "support/socket.hpp"
#include "support/upstream_text.hpp"
#include "trace/normal_form.hpp"

namespace misproxy::test {
namespace {

constexpr int kClients = 50;

/// The suite has time for a sample and a few rounds; the environment may ask for more
/// (scripts/test-concurrency): MISPROXY_CONCURRENCY_ROUNDS=20, MISPROXY_CONCURRENCY_ALL=1.
int rounds() {
  const auto* asked = std::getenv("MISPROXY_CONCURRENCY_ROUNDS");
  return asked == nullptr ? 4 : std::atoi(asked);
}

/// One of each kind in which all clients meet the same.
std::vector<std::string> sample() {
  if (std::getenv("MISPROXY_CONCURRENCY_ALL") != nullptr) return bundled_ids();
  return {"allow",
          "acl-deny-403",
          "bad-gateway-502",
          "stall-after-tls",
          "reset-on-large-segment",
          "stall-mid-download",
          "truncated-download",
          "reset-mid-download"};
}

/// Its clients wait until their own patience ends, which is a machine's mood where fifty of them
/// share it.
bool outlasts_its_clients(const Scenario& scenario) {
  return curl_expectation(scenario).exit == 28;
}

/// A round: so many curls at once, all served to their end, and the digest of the trace.
std::string round(const Scenario& scenario) {
  Served served({scenario.about.id}, {"--threads", "2"});
  auto client = scenario.client;
  client.max_time_ms.reset();
  const auto input = std::string(static_cast<std::size_t>(client.body_bytes), 'x');
  std::vector<Process> curls;
  for (int i = 0; i < kClients; ++i) {
    curls.emplace_back(curl_arguments(served.ready(), client),
                       std::vector<std::string>{"no_proxy="}, input);
  }
  if (outlasts_its_clients(scenario)) {
    // When the trace says that each has met its last fault, they are told to leave; a bend is met
    // before anything passes, so there the origin's answer has to be under way.
    const bool bends = std::ranges::any_of(scenario.faults, &Fault::bends);
    served.await(kClients, [&](const TraceLine& line) {
      return bends ? line.event.name == "inner-response"
                   : line.event.fault == scenario.faults.back().id;
    });
    for (auto& process : curls)
      process.signal(SIGTERM);
    // That they have left is seen before the proxy ends.
    served.await(kClients, [](const TraceLine& line) { return line.event.name == "closed"; });
  }
  for (auto& process : curls)
    process.wait();
  served.stop();
  return trace_digest(served.trace());
}

class Concurrency : public testing::TestWithParam<std::string> {};

TEST_P(Concurrency, FiftyClientsOneDigest) {
  const auto scenario = bundled_scenario(GetParam());
  std::set<std::string> digests;
  for (int i = 0; i < rounds(); ++i)
    digests.insert(round(scenario));
  EXPECT_EQ(digests.size(), 1U);
}

INSTANTIATE_TEST_SUITE_P(Scenarios, Concurrency, testing::ValuesIn(sample()),
                         [](const auto& test) { return test_name(test.param); });

/// Reads as fast as it can what never ends.
class EndlessDownload {
 public:
  explicit EndlessDownload(std::uint16_t port) : socket_(port) {
    socket_.send("CONNECT a.test:80 HTTP/1.1\r\n\r\n");
    socket_.send("GET /bytes/1099511627776 HTTP/1.1\r\nHost: a.test\r\n\r\n");
    reader_ = std::jthread([this](const std::stop_token& stop) {
      while (!stop.stop_requested())
        bytes_ += socket_.read(64 * 1024).size();
    });
  }
  std::uint64_t bytes() const { return bytes_; }

 private:
  Socket socket_;
  std::atomic<std::uint64_t> bytes_ = 0;
  std::jthread reader_;
};

/// How much of a download passes while somebody else is answered: the middle of fifteen times.
std::uint64_t passed_meanwhile(std::uint16_t port) {
  const EndlessDownload busy(port);
  while (busy.bytes() < 16 << 20)
    std::this_thread::yield();
  std::vector<std::uint64_t> passed;
  for (int i = 0; i < 15; ++i) {
    const auto before = busy.bytes();
    Socket other(port);
    other.send("CONNECT nobody.test:443 HTTP/1.1\r\n\r\n");
    EXPECT_EQ(other.read(12), "HTTP/1.1 403");
    passed.push_back(busy.bytes() - before);
  }
  std::sort(passed.begin(), passed.end());
  return passed[passed.size() / 2];
}

/// By bytes, not by time: a slow machine's download is slow, too. Several, for one whose client
/// does not always keep up leaves time to others by itself.
TEST(BusyTunnel, LeavesTimeToOthers) {
  Folder folder;
  Served served({folder.write(
      "busy.toml", upstream_text("[[origin]]\nhost = '*.test'\nport = 80\ntls = []\n"))});
  for (int i = 0; i < 8; ++i)
    EXPECT_LT(passed_meanwhile(served.port()), 16U << 20);
  served.stop();
}

}  // namespace
}  // namespace misproxy::test
