#include <gtest/gtest.h>
#include <signal.h>

#include <set>

#include "support/served.hpp"
#include "trace/normal_form.hpp"

namespace misproxy::test {
namespace {

constexpr int kClients = 50;
constexpr int kRounds = 20;

/// A round: so many curls at once, all served to their end, and the digest of the trace.
std::string round(const Scenario& scenario, const ClientSettings& client, bool stalls) {
  const auto connections = kClients * connections_of(scenario);
  Served served({scenario.about.id},
                {"--threads", "2", "--exit-after", std::to_string(connections)});
  const auto input = std::string(static_cast<std::size_t>(client.body_bytes), 'x');
  std::vector<Process> curls;
  for (int i = 0; i < kClients; ++i) {
    curls.emplace_back(curl_arguments(served.ready(), client),
                       std::vector<std::string>{"no_proxy="}, input);
  }
  if (stalls) {
    // They would wait for ever: when the trace says that each has met the stall, they are told to
    // leave.
    served.await(kClients,
                 [](const TraceLine& line) { return line.event.cause == Cause::injected; });
    for (auto& process : curls)
      process.signal(SIGTERM);
  }
  for (auto& process : curls)
    process.wait();
  served.wait();
  return trace_digest(served.trace());
}

class Concurrency : public testing::TestWithParam<std::string> {};

TEST_P(Concurrency, FiftyClientsTwentyRoundsOneDigest) {
  const auto scenario = bundled_scenario(GetParam());
  auto client = scenario.client;
  const bool stalls = !scenario.faults.empty() && scenario.faults[0].word() == Stall::kWord;
  client.max_time_ms.reset();
  std::set<std::string> digests;
  for (int i = 0; i < kRounds; ++i)
    digests.insert(round(scenario, client, stalls));
  EXPECT_EQ(digests.size(), 1U);
}

/// One of each kind in which all clients meet the same: a thousand curls for each.
const std::vector<std::string> kSample{"allow",
                                       "acl-deny-403",
                                       "bad-gateway-502",
                                       "stall-after-tls",
                                       "reset-on-large-segment",
                                       "stall-mid-download",
                                       "truncated-download",
                                       "reset-mid-download"};

INSTANTIATE_TEST_SUITE_P(Scenarios, Concurrency, testing::ValuesIn(kSample),
                         [](const auto& test) { return test_name(test.param); });

}  // namespace
}  // namespace misproxy::test
